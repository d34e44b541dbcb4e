#include "gateway/venue/logging.hpp"

#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <optional>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include "gateway/net/file_descriptor.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::gateway {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class LoggingTest : public ::testing::Test {
 protected:
  LoggingTest() {
    config_.file = folder_.path() + "/venue.log";
    config_.queue = 128;
  }
  [[nodiscard]] std::string written() const {
    std::ifstream in(config_.file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  sluice::testing::TemporaryFolder folder_;
  LogConfig config_;
};

TEST_F(LoggingTest, LinesCarryTimeInUtcAndLevel) {
  { Logging(config_).logger()->info("hello"); }
  EXPECT_THAT(written(), MatchesRegex("[0-9-]+T[0-9:]+\\.[0-9]+ info hello\n"));
}

TEST_F(LoggingTest, ALineStaysOneWhateverItQuotes) {
  {
    Logging(config_).logger()->info("{}", std::string_view("a\nb\rc\x01"
                                                           "d\0e\x7f\x1f ~\\\xc3\xa4",
                                                           16));
  }
  EXPECT_THAT(written(), EndsWith(" info a\\x0Ab\\x0Dc\\x01d\\x00e\\x7F\\x1F ~\\\xc3\xa4\n"));
}

TEST_F(LoggingTest, LinesBelowTheLevelAreLeftOut) {
  config_.level = "warn";
  {
    Logging logging(config_);
    logging.logger()->info("quiet");
    logging.logger()->warn("loud");
  }
  EXPECT_THAT(written(), Not(HasSubstr("quiet")));
  EXPECT_THAT(written(), HasSubstr("warning loud\n"));
}

TEST_F(LoggingTest, OffSaysNothing) {
  config_.level = "off";
  { Logging(config_).logger()->critical("nothing"); }
  EXPECT_EQ(written(), "");
}

TEST_F(LoggingTest, AFileIsContinued) {
  { Logging(config_).logger()->info("first run"); }
  { Logging(config_).logger()->info("second run"); }
  EXPECT_THAT(written(), MatchesRegex(".* first run\n.* second run\n"));
}

TEST_F(LoggingTest, AFileThatCannotBeOpenedStopsTheStart) {
  config_.file = folder_.path();  // a folder
  EXPECT_THROW(Logging logging(config_), spdlog::spdlog_ex);
}

/// A log file that takes nothing until it is read.
class SlowFile {
 public:
  explicit SlowFile(const std::string& path) {
    if (::mkfifo(path.c_str(), 0600) != 0) throw std::runtime_error("no fifo");
    fd_.reset(::open(path.c_str(), O_RDONLY | O_NONBLOCK));
    if (!fd_.is_open()) throw std::runtime_error("no fifo");
  }
  /// Reads on a thread of its own, until the writer is gone.
  void read_to_end() {
    reader_ = std::thread([this] {
      char bytes[4'096];
      for (;;) {
        pollfd entry{fd_.get(), POLLIN, 0};
        ::poll(&entry, 1, -1);
        const ssize_t count = ::read(fd_.get(), bytes, sizeof bytes);
        if (count == 0) return;
        if (count > 0) text_.append(bytes, static_cast<std::size_t>(count));
      }
    });
  }
  std::string text() {
    reader_.join();
    return std::move(text_);
  }

 private:
  FileDescriptor fd_;
  std::string text_;
  std::thread reader_;
};

TEST_F(LoggingTest, WhoLogsNeverWaitsAndWhatIsDroppedIsCounted) {
  constexpr std::size_t kLines = 2'000;
  const std::string filler(1'000, '.');  // far more than the pipe and the queue hold
  SlowFile file(config_.file);
  auto logging = std::make_optional<Logging>(config_);
  for (std::size_t i = 0; i < kLines; ++i) logging->logger()->info("line {} {}", i, filler);
  file.read_to_end();
  logging.reset();

  const std::string text = file.text();
  std::size_t came = 0;
  for (std::size_t at = 0; (at = text.find(" info line ", at)) != std::string::npos; ++at) ++came;
  const std::size_t told = text.find(" log lines were dropped: the queue was full");
  ASSERT_NE(told, std::string::npos);
  const std::size_t dropped = std::stoul(text.substr(text.rfind(' ', told - 1) + 1));
  // Saying so and flushing may each push one more line out.
  EXPECT_GE(came + dropped, kLines - 2);
  EXPECT_LE(came + dropped, kLines);
  EXPECT_GT(dropped, 0u);
  EXPECT_THAT(text, HasSubstr("line 1999 ")) << "the oldest are dropped, not the newest";
}

}  // namespace
}  // namespace sluice::gateway
