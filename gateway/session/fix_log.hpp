// QuickFIX's log, written to spdlog's asynchronous logger.
#pragma once

#include <map>
#include <memory>
#include <spdlog/logger.h>
#include <string>

#include "gateway/session/message_tap.hpp"
#include "gateway/session/quickfix.hpp"

namespace sluice::gateway {

/// One session's log. Events always; messages when asked, and to its tap. Passwords and signatures
/// are masked in both.
class FixLog final : public FIX::Log {
 public:
  /// `tap`: null for none; outlives the log.
  FixLog(std::shared_ptr<spdlog::logger> logger, std::string name, bool messages,
         MessageTap* tap = nullptr)
      : logger_(std::move(logger)), name_(std::move(name)), messages_(messages), tap_(tap) {}

  void clear() override {}
  void backup() override {}
  void onIncoming(const std::string& message) override;
  void onOutgoing(const std::string& message) override;
  void onEvent(const std::string& text) override;

 private:
  std::shared_ptr<spdlog::logger> logger_;
  std::string name_;
  bool messages_;
  MessageTap* tap_;
};

class FixLogFactory final : public FIX::LogFactory {
 public:
  /// `taps` by TargetCompID; outlive the logs.
  FixLogFactory(std::shared_ptr<spdlog::logger> logger, bool messages,
                std::map<std::string, MessageTap*> taps = {})
      : logger_(std::move(logger)), messages_(messages), taps_(std::move(taps)) {}

  FIX::Log* create() override { return new FixLog(logger_, "-", messages_); }
  FIX::Log* create(const FIX::SessionID& id) override {
    const std::string& name = id.getTargetCompID().getValue();
    const auto tap = taps_.find(name);
    return new FixLog(logger_, name, messages_, tap == taps_.end() ? nullptr : tap->second);
  }
  void destroy(FIX::Log* log) override { delete log; }

 private:
  std::shared_ptr<spdlog::logger> logger_;
  bool messages_;
  std::map<std::string, MessageTap*> taps_;
};

}  // namespace sluice::gateway
