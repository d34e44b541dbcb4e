// A TCP relay between a client and the venue that can lose bytes and cut connections.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sluice::testing {

/// Thread safety: any thread may call; a thread of its own moves the bytes.
class CuttingRelay {
 public:
  /// Listens on a free port of the loopback address; each connection is led on to `port` there.
  explicit CuttingRelay(std::uint16_t port);
  ~CuttingRelay();
  CuttingRelay(const CuttingRelay&) = delete;
  CuttingRelay& operator=(const CuttingRelay&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// From now on bytes vanish in both directions; connections stay.
  void lose_everything();
  /// Resets all connections. Later ones carry their bytes again.
  void cut();

 private:
  struct Pipe {
    int client;
    int venue;
  };

  void run();
  void accept_one();
  /// False when one end is gone.
  [[nodiscard]] bool move_bytes(int from, int to);

  std::uint16_t target_port_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  std::mutex mutex_;  ///< Guards what follows.
  std::vector<Pipe> pipes_;
  bool losing_ = false;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace sluice::testing
