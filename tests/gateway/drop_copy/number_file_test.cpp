// The file that keeps a group's last number.
#include "gateway/drop_copy/number_file.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/venue_process.hpp"

namespace sluice::gateway {
namespace {

class NumberFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path() const { return number_file_path(folder_.path(), "RISK"); }
  [[nodiscard]] std::string refusal() const {
    try {
      const NumberFile file(path());
      return "none, it has " + std::to_string(file.number());
    } catch (const std::runtime_error& error) {
      return error.what();
    }
  }
  void overwrite(std::streamoff at, char byte) const {
    std::fstream file(path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(at);
    file.put(byte);
  }
  testing::TemporaryFolder folder_;
};

TEST_F(NumberFileTest, BeginsWithZeroAndKeepsWhatIsStored) {
  {
    NumberFile file(path());
    EXPECT_EQ(file.number(), 0U);
    EXPECT_EQ(file.event(), 0U);
    file.store(7, 70);
    file.store(8, 90);
    EXPECT_EQ(file.number(), 8U);
    EXPECT_EQ(file.event(), 90U);
  }
  EXPECT_EQ(NumberFile(path()).number(), 8U);
  EXPECT_EQ(NumberFile(path(), 5).event(), 90U) << "only a new file begins there";
}

TEST_F(NumberFileTest, ANewFileKnowsTheEventBeforeItsFirst) {
  EXPECT_EQ(NumberFile(path(), 17).event(), 17U);
  EXPECT_EQ(NumberFile(path()).event(), 17U);
  EXPECT_EQ(NumberFile(path()).number(), 0U);
}

TEST_F(NumberFileTest, KeepsTheNumberOfAProcessThatWasKilled) {
  const pid_t child = ::fork();
  ASSERT_NE(child, -1);
  if (child == 0) {
    NumberFile file(path());
    for (std::uint64_t n = 1; n <= 1'000; ++n) file.store(n, 3 * n);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(NumberFile(path()).number(), 1'000U);
  EXPECT_EQ(NumberFile(path()).event(), 3'000U);
}

TEST_F(NumberFileTest, AnyByteThatChangedInItIsFoundAndSaid) {
  { NumberFile(path()).store(0x0123'4567'89ab, 7); }
  for (std::streamoff at = 0; at < static_cast<std::streamoff>(sizeof(NumberFileLayout)); ++at) {
    const std::streamoff place =
        at - static_cast<std::streamoff>(offsetof(NumberFileLayout, places));
    if (place >= 0 && place % 16 < 8) continue;  // an event has no check
    std::ifstream in(path(), std::ios::binary);
    in.seekg(at);
    const char byte = static_cast<char>(in.get());
    overwrite(at, static_cast<char>(byte ^ 1));
    const std::string said = refusal();
    EXPECT_TRUE(said.starts_with("numbers of a drop copy, " + path() + ": ")) << at << ": " << said;
    EXPECT_NE(said.find("must not come again"), std::string::npos) << at << ": " << said;
    overwrite(at, byte);
  }
  EXPECT_EQ(NumberFile(path()).number(), 0x0123'4567'89abU);
}

TEST_F(NumberFileTest, AFileCutShortIsRefusedAndNotMapped) {
  { NumberFile(path()).store(5, 1); }
  for (const std::uintmax_t size : {0U, 8U, 24U, 47U}) {
    std::filesystem::resize_file(path(), size);
    EXPECT_NE(refusal().find("damaged, it has " + std::to_string(size) + " bytes and not 48"),
              std::string::npos)
        << refusal();
  }
}

TEST_F(NumberFileTest, TheLastNumberThatAStartTakesIsTakenAndOneMoreIsNot) {
  { NumberFile(path()).store(NumberFile::kMaxAtStart, 1); }
  EXPECT_EQ(NumberFile(path()).number(), NumberFile::kMaxAtStart);
  { NumberFile(path()).store(NumberFile::kMaxAtStart + 1, 1); }
  EXPECT_NE(refusal().find("its numbers are used up"), std::string::npos) << refusal();
}

TEST_F(NumberFileTest, AFolderThatIsNotThereIsNamed) {
  EXPECT_THROW(NumberFile("/nowhere/at/all"), std::runtime_error);
}

TEST(NumberFilePath, NoNameLeavesTheFolder) {
  EXPECT_EQ(number_file_path("/f", "../a b/%"), "/f/%2E%2E%2Fa%20b%2F%25");
  EXPECT_EQ(number_file_path("/f", "Risk-1_x"), "/f/Risk-1_x");
}

}  // namespace
}  // namespace sluice::gateway
