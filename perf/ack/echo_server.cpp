// Answers one connection with its own bytes: at once, or by way of two rings and a second thread.
// These are the floors under an order's acknowledgement. Ends with its connection.
#include <CLI/CLI.hpp>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include "engine/message/command.hpp"
#include "engine/ring/spsc_ring.hpp"
#include "engine/runner/idle_strategy.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {
namespace {

struct Options {
  std::string mode = "raw";
  std::string io_idle = "yield";
  std::string engine_idle = "yield";
  int io_cpu = -1;
  int engine_cpu = -1;
};

/// As large as a command, so that the ring moves what the venue's ring moves.
struct Parcel {
  std::uint32_t size;
  std::array<char, sizeof(Command) - sizeof(std::uint32_t)> bytes;
};
static_assert(sizeof(Parcel) == sizeof(Command));

IdleKind idle_kind(const std::string& name) {
  if (name == "spin") return IdleKind::spin;
  return name == "yield" ? IdleKind::yield : IdleKind::backoff;
}

int check(int result, const char* what) {
  if (result < 0) throw std::runtime_error(std::string{what} + ": " + std::strerror(errno));
  return result;
}

int accept_one() {
  const int listener = check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  check(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), "bind");
  check(::listen(listener, 1), "listen");
  check(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), "getsockname");
  std::printf("echo: listening on 127.0.0.1:%d\n", ntohs(address.sin_port));
  std::fflush(stdout);
  const int fd = check(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK), "accept");
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::close(listener);
  return fd;
}

/// Reads what is there; 0: nothing, -1: the end.
int read_some(int fd, char* bytes, std::size_t room) {
  const ssize_t count = ::recv(fd, bytes, room, 0);
  if (count > 0) return static_cast<int>(count);
  return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/// A turn of the I/O thread found nothing: wait as its strategy says, for the socket too.
void wait_for_socket(int fd, IdleStrategy& idle, bool worked) {
  idle.count_turn(worked);
  if (worked) return;
  const std::int64_t sleep_ns = idle.next_sleep_ns();
  if (sleep_ns == 0) return idle.relax();
  pollfd entry{fd, POLLIN, 0};
  const timespec limit{.tv_sec = 0, .tv_nsec = sleep_ns};
  ::ppoll(&entry, 1, &limit, nullptr);
}

void echo_raw(int fd, IdleStrategy idle, bool may_block) {
  std::array<char, 4096> bytes;
  for (;;) {
    const int count = read_some(fd, bytes.data(), bytes.size());
    if (count < 0) return;
    if (count > 0) {
      check(
          static_cast<int>(::send(fd, bytes.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL)),
          "send");
    }
    if (count == 0 && may_block) {
      pollfd entry{fd, POLLIN, 0};
      ::poll(&entry, 1, -1);
    } else {
      wait_for_socket(fd, idle, count > 0);
    }
  }
}

void echo_through_rings(int fd, IdleStrategy idle, const Options& options) {
  using Ring = SpscRing<Parcel, 8'192>;
  const auto there = std::make_unique<Ring>();
  const auto back = std::make_unique<Ring>();
  std::atomic<bool> stop{false};
  std::thread second{[&] {
    if (options.engine_cpu >= 0) pin_to_cpu(options.engine_cpu);
    IdleStrategy second_idle{idle_kind(options.engine_idle)};
    while (!stop.load(std::memory_order_relaxed)) {
      const std::size_t moved = there->consume(64, [&](const Parcel& parcel) {
        while (!back->try_push(parcel)) cpu_relax();
      });
      second_idle.after_turn(moved > 0);
    }
  }};
  Parcel parcel{};
  for (;;) {
    const int count = read_some(fd, parcel.bytes.data(), parcel.bytes.size());
    if (count < 0) break;
    if (count > 0) {
      parcel.size = static_cast<std::uint32_t>(count);
      while (!there->try_push(parcel)) cpu_relax();
    }
    const std::size_t sent = back->consume(64, [fd](const Parcel& one) {
      check(static_cast<int>(::send(fd, one.bytes.data(), one.size, MSG_NOSIGNAL)), "send");
    });
    wait_for_socket(fd, idle, count > 0 || sent > 0);
  }
  stop.store(true, std::memory_order_relaxed);
  second.join();
}

void serve(const Options& options) {
  if (options.io_cpu >= 0) pin_to_cpu(options.io_cpu);
  const int fd = accept_one();
  const IdleStrategy idle{idle_kind(options.io_idle), 200'000};
  if (options.mode == "raw") {
    echo_raw(fd, idle, options.io_idle == "backoff");
  } else {
    echo_through_rings(fd, idle, options);
  }
  ::close(fd);
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  sluice::perf::Options options;
  CLI::App app{"Echo server for ack_bench: prints its address, serves one connection, ends."};
  app.add_option("--mode", options.mode)->check(CLI::IsMember({"raw", "ring"}));
  const CLI::IsMember idles({"spin", "yield", "backoff"});
  app.add_option("--io-idle", options.io_idle)->check(idles);
  app.add_option("--engine-idle", options.engine_idle)->check(idles);
  app.add_option("--io-cpu", options.io_cpu);
  app.add_option("--engine-cpu", options.engine_cpu);
  CLI11_PARSE(app, argc, argv);
  try {
    sluice::perf::serve(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "echo_server: %s\n", error.what());
    return 1;
  }
  return 0;
}
