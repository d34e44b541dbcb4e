// Two connected stream sockets for tests.
#pragma once

#include <array>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <sys/socket.h>

#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {

struct SocketPair {
  FileDescriptor ours;
  FileDescriptor theirs;

  SocketPair() {
    std::array<int, 2> fds{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds.data()) != 0) {
      ADD_FAILURE() << "socketpair failed";
    }
    ours = FileDescriptor(fds[0]);
    theirs = FileDescriptor(fds[1]);
  }

  void they_send(std::string_view text) const {
    ASSERT_EQ(::send(theirs.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
  }

  /// Everything that has arrived at their side.
  [[nodiscard]] std::string they_read() const {
    std::string all;
    std::array<char, 65'536> part{};
    for (;;) {
      const ssize_t count = ::recv(theirs.get(), part.data(), part.size(), 0);
      if (count <= 0) return all;
      all.append(part.data(), static_cast<std::size_t>(count));
    }
  }
};

}  // namespace sluice::gateway
