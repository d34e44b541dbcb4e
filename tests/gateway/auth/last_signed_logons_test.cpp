#include "gateway/auth/last_signed_logons.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace sluice::gateway {
namespace {

class LastSignedLogonsTest : public ::testing::Test {
 protected:
  ~LastSignedLogonsTest() override { std::filesystem::remove(path_); }
  void write(const std::string& content) const {
    std::ofstream(path_, std::ios::binary) << content;
  }
  [[nodiscard]] std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  const std::string path_ = ::testing::TempDir() + "signed-logons-" + std::to_string(::getpid());
};

TEST_F(LastSignedLogonsTest, EachTimeIsLaterThanTheOneBeforeOfItsCompId) {
  LastSignedLogons last(path_, {"A", "B"});
  EXPECT_TRUE(last.advance("A", TimeNs{100}));
  EXPECT_FALSE(last.advance("A", TimeNs{100}));
  EXPECT_FALSE(last.advance("A", TimeNs{99}));
  EXPECT_TRUE(last.advance("A", TimeNs{101}));
  EXPECT_TRUE(last.advance("B", TimeNs{1}));
  EXPECT_FALSE(last.advance("C", TimeNs{1'000}));
}

TEST_F(LastSignedLogonsTest, TimesOutliveTheObjectAndOtherSessionsBesides) {
  { EXPECT_TRUE(LastSignedLogons(path_, {"A"}).advance("A", TimeNs{100})); }
  { EXPECT_TRUE(LastSignedLogons(path_, {"C", "B"}).advance("B", TimeNs{7})); }
  LastSignedLogons last(path_, {"B", "A"});
  EXPECT_FALSE(last.advance("A", TimeNs{100}));
  EXPECT_TRUE(last.advance("A", TimeNs{101}));
  EXPECT_FALSE(last.advance("B", TimeNs{7}));
}

TEST_F(LastSignedLogonsTest, FileIsAsItsHeaderSays) {
  const std::string name(32, 'N');
  { EXPECT_TRUE(LastSignedLogons(path_, {"A", name}).advance("A", TimeNs{0x0102030405060708})); }
  EXPECT_EQ(content(), "SLUICEL1A" + std::string(31, '\0') + "\x08\x07\x06\x05\x04\x03\x02\x01" +
                           name + std::string(8, '\0'));
}

TEST_F(LastSignedLogonsTest, FileThatWasCutWhileItGrewIsGood) {
  { EXPECT_TRUE(LastSignedLogons(path_, {"A", "B"}).advance("A", TimeNs{100})); }
  write(content().substr(0, 8 + 40 + 17));
  LastSignedLogons last(path_, {"A", "B"});
  EXPECT_FALSE(last.advance("A", TimeNs{100}));
  EXPECT_TRUE(last.advance("B", TimeNs{1}));
}

TEST_F(LastSignedLogonsTest, FileOfSomethingElseIsRefusedAndStays) {
  write("something else entirely");
  EXPECT_THROW(LastSignedLogons(path_, {"A"}), std::runtime_error);
  EXPECT_EQ(content(), "something else entirely");
}

}  // namespace
}  // namespace sluice::gateway
