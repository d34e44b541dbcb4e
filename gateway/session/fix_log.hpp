// QuickFIX's log, written to spdlog's asynchronous logger.
#pragma once

#include <memory>
#include <spdlog/logger.h>
#include <string>

#include "gateway/session/quickfix.hpp"

namespace sluice::gateway {

/// One session's log. Events always; messages when asked. Passwords and signatures are masked in
/// both.
class FixLog final : public FIX::Log {
 public:
  FixLog(std::shared_ptr<spdlog::logger> logger, std::string name, bool messages)
      : logger_(std::move(logger)), name_(std::move(name)), messages_(messages) {}

  void clear() override {}
  void backup() override {}
  void onIncoming(const std::string& message) override;
  void onOutgoing(const std::string& message) override;
  void onEvent(const std::string& text) override;

 private:
  std::shared_ptr<spdlog::logger> logger_;
  std::string name_;
  bool messages_;
};

class FixLogFactory final : public FIX::LogFactory {
 public:
  FixLogFactory(std::shared_ptr<spdlog::logger> logger, bool messages)
      : logger_(std::move(logger)), messages_(messages) {}

  FIX::Log* create() override { return new FixLog(logger_, "-", messages_); }
  FIX::Log* create(const FIX::SessionID& id) override {
    return new FixLog(logger_, id.getTargetCompID().getValue(), messages_);
  }
  void destroy(FIX::Log* log) override { delete log; }

 private:
  std::shared_ptr<spdlog::logger> logger_;
  bool messages_;
};

}  // namespace sluice::gateway
