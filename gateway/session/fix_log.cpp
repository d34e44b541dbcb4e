#include "gateway/session/fix_log.hpp"

#include "gateway/codec/framing/field_scanner.hpp"
#include "gateway/codec/framing/secret_mask.hpp"

namespace sluice::gateway {

void FixLog::onIncoming(const std::string& message) {
  if (messages_) logger_->info("{} < {}", name_, mask_secrets(message));
  if (tap_ != nullptr) tap_->hear(false, message);
}

void FixLog::onOutgoing(const std::string& message) {
  if (messages_) logger_->info("{} > {}", name_, mask_secrets(message));
  if (tap_ != nullptr) tap_->hear(true, message);
}

void FixLog::onEvent(const std::string& text) {
  if (!logger_->should_log(spdlog::level::info)) return;
  // One line for each message that is sent again: a client could fill the log with them.
  if (text.starts_with("Resending Message")) {
    logger_->debug("{} {}", name_, text);
    return;
  }
  // QuickFIX quotes whole messages in some of its texts: from there on it is masked as one.
  const std::size_t delimiter = text.find(kSoh);
  const std::size_t quoted = text.find("8=FIX");
  if (delimiter == std::string::npos) {
    logger_->info("{} {}", name_, text);
  } else if (quoted > delimiter) {
    logger_->info("{} <an event that quotes {} bytes of a message>", name_, text.size());
  } else {
    logger_->info("{} {}{}", name_, text.substr(0, quoted), mask_secrets(text.substr(quoted)));
  }
}

}  // namespace sluice::gateway
