#include "gateway/net/listener.hpp"

#include <arpa/inet.h>
#include <cstring>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <vector>

#include "gateway/net/poller.hpp"

namespace sluice::gateway {
namespace {

FileDescriptor connect_v4(std::uint16_t port) {
  FileDescriptor fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  return fd;
}

FileDescriptor connect_v6(std::uint16_t port) {
  FileDescriptor fd(::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  to.sin6_port = htons(port);
  to.sin6_addr = in6addr_loopback;
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof(to)), 0);
  return fd;
}

/// Waits until somebody is in the queue, then accepts.
AcceptStatus accept_next(Listener& listener, AcceptedConnection& connection) {
  pollfd waiting{listener.fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&waiting, 1, 10'000), 1);
  return listener.accept(connection);
}

std::string local_address(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);
  EXPECT_EQ(::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size), 0);
  sockaddr_in in{};
  std::memcpy(&in, &storage, sizeof(in));
  return std::to_string(ntohs(in.sin_port));
}

int option(int fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof(value);
  EXPECT_EQ(::getsockopt(fd, level, name, &value, &size), 0);
  return value;
}

TEST(Listener, AcceptsOnAPortThatTheSystemChose) {
  Listener listener("127.0.0.1", 0);
  EXPECT_NE(listener.port(), 0);
  AcceptedConnection connection;
  EXPECT_EQ(listener.accept(connection), AcceptStatus::none);

  const FileDescriptor client = connect_v4(listener.port());
  ASSERT_EQ(accept_next(listener, connection), AcceptStatus::accepted);
  EXPECT_EQ(connection.peer, IpAddress::parse("127.0.0.1"));
  EXPECT_EQ(connection.peer_text, "127.0.0.1:" + local_address(client.get()));
  EXPECT_EQ(listener.accept(connection), AcceptStatus::none);
}

TEST(Listener, AcceptedSocketsDoNotBlockDoNotDelayAndAreNotInherited) {
  Listener listener("127.0.0.1", 0);
  const FileDescriptor client = connect_v4(listener.port());
  AcceptedConnection connection;
  ASSERT_EQ(accept_next(listener, connection), AcceptStatus::accepted);
  const int fd = connection.fd.get();
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(option(fd, IPPROTO_TCP, TCP_NODELAY), 1);
  EXPECT_NE(::fcntl(listener.fd(), F_GETFD) & FD_CLOEXEC, 0);
}

TEST(Listener, ListensOnIPv6) {
  Listener listener("::1", 0);
  const FileDescriptor client = connect_v6(listener.port());
  AcceptedConnection connection;
  ASSERT_EQ(accept_next(listener, connection), AcceptStatus::accepted);
  EXPECT_EQ(connection.peer, IpAddress::parse("::1"));
  EXPECT_EQ(connection.peer_text, "[::1]:" + local_address(client.get()));
}

TEST(Listener, ADualStackSocketShowsIPv4PeersAsIPv4) {
  Listener listener("::", 0);
  const FileDescriptor client = connect_v4(listener.port());
  AcceptedConnection connection;
  ASSERT_EQ(accept_next(listener, connection), AcceptStatus::accepted);
  EXPECT_EQ(connection.peer, IpAddress::parse("127.0.0.1"));
  EXPECT_EQ(connection.peer_text, "127.0.0.1:" + local_address(client.get()));
}

TEST(Listener, TakesItsPortAgainAtOnceAfterAConnectionWasClosedByUs) {
  std::uint16_t port = 0;
  {
    Listener listener("127.0.0.1", 0);
    port = listener.port();
    const FileDescriptor client = connect_v4(port);
    AcceptedConnection connection;
    ASSERT_EQ(accept_next(listener, connection), AcceptStatus::accepted);
    connection.fd.reset();  // our end stays in TIME_WAIT once the client closes
  }
  const Listener again("127.0.0.1", port);
  EXPECT_EQ(again.port(), port);
}

TEST(Listener, NamesAddressPortAndCauseWhenItCannotBind) {
  const Listener first("127.0.0.1", 0);
  try {
    const Listener second("127.0.0.1", first.port());
    FAIL() << "bound twice";
  } catch (const std::runtime_error& error) {
    EXPECT_EQ(
        std::string(error.what()),
        "cannot bind 127.0.0.1 port " + std::to_string(first.port()) + ": Address already in use");
  }
  EXPECT_THROW(Listener("localhost", 0), std::runtime_error);
}

TEST(Listener, RefusesConnectionsOnceClosed) {
  Listener listener("127.0.0.1", 0);
  listener.close();
  AcceptedConnection connection;
  EXPECT_FALSE(listener.is_open());
  EXPECT_EQ(listener.accept(connection), AcceptStatus::none);
}

/// Leaves the process without a free descriptor while it lives.
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    rlimit low = before_;
    low.rlim_cur = 64;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    for (;;) {
      FileDescriptor fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (!fd.is_open()) break;
      taken_.push_back(std::move(fd));
    }
  }
  ~NoDescriptorsLeft() {
    taken_.clear();
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;
  void free_one() { taken_.pop_back(); }

 private:
  rlimit before_{};
  std::vector<FileDescriptor> taken_;
};

TEST(Listener, WithoutDescriptorsItClosesWhoeverComesAndGoesOnOnceThereAreSome) {
  Listener listener("127.0.0.1", 0);
  std::vector<FileDescriptor> clients;
  for (int i = 0; i < 4; ++i) clients.push_back(connect_v4(listener.port()));
  AcceptedConnection connection;
  {
    NoDescriptorsLeft exhausted;
    // More often than there are spare descriptors: the spare must come back each time.
    for (int i = 0; i < 3; ++i) {
      ASSERT_EQ(accept_next(listener, connection), AcceptStatus::shed);
      char byte = 0;
      EXPECT_EQ(::recv(clients[static_cast<std::size_t>(i)].get(), &byte, 1, 0), 0);
    }
    exhausted.free_one();
    ASSERT_EQ(accept_next(listener, connection), AcceptStatus::accepted);
    EXPECT_EQ(listener.accept(connection), AcceptStatus::none);
  }
  clients.push_back(connect_v4(listener.port()));
  EXPECT_EQ(accept_next(listener, connection), AcceptStatus::accepted);
}

TEST(Listener, ABacklogOfWaitingConnectionsIsAcceptedOneByOne) {
  Listener listener("127.0.0.1", 0);
  std::vector<FileDescriptor> clients;
  for (int i = 0; i < 50; ++i) clients.push_back(connect_v4(listener.port()));
  std::vector<AcceptedConnection> connections;
  for (int i = 0; i < 50; ++i) {
    AcceptedConnection connection;
    ASSERT_EQ(accept_next(listener, connection), AcceptStatus::accepted);
    connections.push_back(std::move(connection));
  }
}

}  // namespace
}  // namespace sluice::gateway
