#include "gateway/venue/logging.hpp"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace sluice::gateway {
namespace {

spdlog::sink_ptr make_sink(const LogConfig& config) {
  if (config.file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  return std::make_shared<spdlog::sinks::basic_file_sink_mt>(config.file);
}

}  // namespace

Logging::Logging(const LogConfig& config)
    : pool_(std::make_shared<spdlog::details::thread_pool>(config.queue, 1)) {
  logger_ = std::make_shared<spdlog::async_logger>("sluice", make_sink(config), pool_,
                                                   spdlog::async_overflow_policy::overrun_oldest);
  logger_->set_level(spdlog::level::from_str(config.level));
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%f %l %v", spdlog::pattern_time_type::utc);
  logger_->flush_on(spdlog::level::warn);
}

Logging::~Logging() {
  if (const std::size_t dropped = pool_->overrun_counter(); dropped > 0) {
    logger_->warn("{} log lines were dropped: the queue was full", dropped);
  }
  logger_->flush();
  // Ends the writer's thread first, so that the logger is never destroyed by it.
  pool_.reset();
}

}  // namespace sluice::gateway
