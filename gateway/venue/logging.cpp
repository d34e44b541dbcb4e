#include "gateway/venue/logging.hpp"

#include <ctime>
#include <memory>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace sluice::gateway {
namespace {

spdlog::sink_ptr make_sink(const LogConfig& config) {
  if (config.file.empty()) return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  return std::make_shared<spdlog::sinks::basic_file_sink_mt>(config.file);
}

/// What was logged, with control characters as \xNN: some texts quote what a client sent, and
/// nobody may write lines of his own. QuickFIX's and ours have none.
class OneLine final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& line) override {
    constexpr char kHex[] = "0123456789ABCDEF";
    for (const char c : message.payload) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x20 && byte != 0x7F) {
        line.push_back(c);
        continue;
      }
      for (const char escaped : {'\\', 'x', kHex[byte >> 4U], kHex[byte & 0xFU]}) {
        line.push_back(escaped);
      }
    }
  }
  [[nodiscard]] std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<OneLine>();
  }
};

std::unique_ptr<spdlog::formatter> make_formatter() {
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  formatter->add_flag<OneLine>('*').set_pattern("%Y-%m-%dT%H:%M:%S.%f %l %*");
  return formatter;
}

}  // namespace

Logging::Logging(const LogConfig& config)
    : pool_(std::make_shared<spdlog::details::thread_pool>(config.queue, 1)) {
  logger_ = std::make_shared<spdlog::async_logger>("sluice", make_sink(config), pool_,
                                                   spdlog::async_overflow_policy::overrun_oldest);
  logger_->set_level(spdlog::level::from_str(config.level));
  logger_->set_formatter(make_formatter());
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
