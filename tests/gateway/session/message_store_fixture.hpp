// A message store in a folder of its own.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include "gateway/session/store/mapped_message_store.hpp"

namespace sluice::gateway {

inline constexpr std::int64_t kSomeNoonNs =
    1'767'614'400'000'000'123;  // 2026-01-05 12:00:00.000000123
inline constinit std::int64_t clock_ns = kSomeNoonNs;
inline TimeNs test_clock() { return TimeNs{clock_ns}; }

/// A folder of its own, gone afterwards.
class MessageStoreTest : public ::testing::Test {
 protected:
  static constexpr std::uint32_t kCapacity = 16;

  MessageStoreTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "sluice-store-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    clock_ns = kSomeNoonNs;
  }
  ~MessageStoreTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  [[nodiscard]] std::string file(const char* name = "CLIENT1.store") const {
    return (folder_ / name).string();
  }
  MappedMessageStore& open(std::uint32_t capacity = kCapacity) {
    store_.reset();
    store_ = std::make_unique<MappedMessageStore>(file(), StoreIdentity{"SLUICE", "CLIENT1"},
                                                  capacity, &test_clock);
    return *store_;
  }
  /// What a start would find if the process were killed now.
  std::unique_ptr<MappedMessageStore> after_kill() {
    std::filesystem::copy_file(file(), file("killed.store"),
                               std::filesystem::copy_options::overwrite_existing);
    return std::make_unique<MappedMessageStore>(
        file("killed.store"), StoreIdentity{"SLUICE", "CLIENT1"}, kCapacity, &test_clock);
  }
  static std::vector<std::string> get(const MappedMessageStore& store, int begin, int end) {
    std::vector<std::string> messages{"left over"};
    store.get(begin, end, messages);
    return messages;
  }
  static std::vector<std::string> all(const MappedMessageStore& store) {
    return get(store, 1, static_cast<int>(kMaxSeqNum));
  }
  static std::string message(std::uint32_t number, std::size_t size = 100) {
    std::string text = std::to_string(number) + "|";
    while (text.size() < size) text += static_cast<char>('a' + (number + text.size()) % 26);
    return text;
  }
  static void append(MappedMessageStore& store, std::uint32_t first, std::uint32_t last,
                     std::size_t size = 100) {
    for (std::uint32_t n = first; n <= last; ++n) {
      ASSERT_TRUE(store.append(n, message(n, size))) << n;
    }
  }
  static std::vector<std::string> messages(std::uint32_t first, std::uint32_t last,
                                           std::size_t size = 100) {
    std::vector<std::string> result;
    for (std::uint32_t n = first; n <= last; ++n) result.push_back(message(n, size));
    return result;
  }
  /// Changes the closed file.
  void patch(const std::function<void(std::string&)>& change) {
    store_.reset();
    std::ifstream in(file(), std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(in)), {});
    in.close();
    change(bytes);
    std::ofstream(file(), std::ios::binary) << bytes;
  }
  std::string opening_error() {
    try {
      open();
    } catch (const std::runtime_error& error) {
      const std::string text = error.what();
      const std::string start = "message store " + file() + " ";
      EXPECT_EQ(text.rfind(start, 0), 0U) << text;
      return text.substr(std::min(start.size(), text.size()));
    }
    return "opened";
  }

  std::filesystem::path folder_;
  std::unique_ptr<MappedMessageStore> store_;
};

}  // namespace sluice::gateway
