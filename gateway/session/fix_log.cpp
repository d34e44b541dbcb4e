#include "gateway/session/fix_log.hpp"

#include "gateway/codec/secret_mask.hpp"

namespace sluice::gateway {

void FixLog::onIncoming(const std::string& message) {
  if (messages_) logger_->info("{} < {}", name_, mask_secrets(message));
}

void FixLog::onOutgoing(const std::string& message) {
  if (messages_) logger_->info("{} > {}", name_, mask_secrets(message));
}

void FixLog::onEvent(const std::string& text) {
  // QuickFIX quotes whole messages in some of its texts.
  if (logger_->should_log(spdlog::level::info)) logger_->info("{} {}", name_, mask_secrets(text));
}

}  // namespace sluice::gateway
