// A folder that is looked at while somebody writes it.
#include "engine/journal/read_only_storage.hpp"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "engine/journal/posix_storage.hpp"
#include "engine/journal/segment.hpp"
#include "engine/journal/segment_file.hpp"
#include "tests/engine/support/temporary_folder.hpp"

namespace sluice::test {
namespace {

constexpr std::size_t kHeldBytes = 8'192;

class ReadOnlyStorageTest : public testing::Test {
 protected:
  void make(const std::string& stream, std::uint64_t index, bool is_used) {
    const auto file = disk_.create(segment_name(stream, index), kHeldBytes);
    if (is_used) file->write(0, std::as_bytes(std::span("SLUICEJ1", 8)));
  }
  void put(const std::string& stream, std::uint64_t index, std::size_t at, char byte) {
    disk_.open(segment_name(stream, index))->write(at, std::as_bytes(std::span(&byte, 1)));
  }
  static char at(Storage& view, const std::string& stream, std::uint64_t index, std::size_t place) {
    return static_cast<char>(view.read(segment_name(stream, index)).bytes[place]);
  }

  TemporaryFolder folder_;
  PosixStorage disk_{folder_.path()};
};

TEST_F(ReadOnlyStorageTest, HoldsWhatIsWrittenAsItWas) {
  for (const char* stream : {"rounds", "events"}) {
    make(stream, 1, true);
    make(stream, 2, true);
    make(stream, 3, false);
    put(stream, 2, 5'000, 'a');
  }
  ReadOnlyStorage view(folder_.path());
  for (const char* stream : {"rounds", "events"}) {
    put(stream, 2, 5'000, 'b');
    put(stream, 3, 0, 'S');
    make(stream, 4, true);
    EXPECT_EQ(at(view, stream, 2, 5'000), 'a') << "the last that was begun";
    EXPECT_EQ(at(view, stream, 3, 0), '\0') << "one that was made ahead";
    EXPECT_EQ(view.read(segment_name(stream, 3)).bytes.size(), kHeldBytes);
    EXPECT_THROW((void)view.read(segment_name(stream, 4)), StorageError);
    disk_.remove(segment_name(stream, 1));
    EXPECT_EQ(at(view, stream, 1, 0), 'S') << "removed meanwhile";
  }
  EXPECT_EQ(view.list().size(), 6U);
  EXPECT_TRUE(std::ranges::is_sorted(view.list()));
}

TEST_F(ReadOnlyStorageTest, SeesNothingButTheJournal) {
  make("rounds", 1, true);
  make("commands", 1, true);
  (void)disk_.create("snapshot-00000000000000000009.snap", 64);
  (void)disk_.create("snapshot.new", 64);
  (void)disk_.create("notes.txt", 64);
  EXPECT_EQ(
      ReadOnlyStorage(folder_.path()).list(),
      (std::vector<std::string>{segment_name("rounds", 1), "snapshot-00000000000000000009.snap"}));
}

TEST_F(ReadOnlyStorageTest, ChangesNothing) {
  make("rounds", 1, true);
  const std::string name = segment_name("rounds", 1);
  ReadOnlyStorage view(folder_.path());
  EXPECT_THROW((void)view.create("new", 64), StorageError);
  EXPECT_THROW((void)view.open(name), StorageError);
  EXPECT_THROW(view.rename(name, "other"), StorageError);
  EXPECT_THROW(view.remove(name), StorageError);
  EXPECT_EQ(disk_.list(), std::vector<std::string>{name});
  EXPECT_THROW(ReadOnlyStorage(folder_.path() + "/nothing"), StorageError);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/nothing"));
}

}  // namespace
}  // namespace sluice::test
