// The venue's log: asynchronous, so that no thread that trades waits for a disk.
#pragma once

#include <memory>
#include <spdlog/async.h>
#include <spdlog/logger.h>

#include "gateway/config/venue_config.hpp"

namespace sluice::gateway {

/// Owns the writer's thread. When its queue is full the oldest lines are dropped and counted.
class Logging {
 public:
  /// Throws spdlog::spdlog_ex when the file cannot be opened.
  explicit Logging(const LogConfig& config);
  ~Logging();
  Logging(const Logging&) = delete;
  Logging& operator=(const Logging&) = delete;

  [[nodiscard]] const std::shared_ptr<spdlog::logger>& logger() const noexcept { return logger_; }

 private:
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace sluice::gateway
