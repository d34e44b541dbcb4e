// The admin thread: its socket, its clients, the requests under way, and what the venue does by
// itself.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <spdlog/logger.h>
#include <thread>
#include <vector>

#include "gateway/admin/admin_connection.hpp"
#include "gateway/admin/admin_job.hpp"
#include "gateway/admin/admin_socket.hpp"
#include "gateway/admin/opening_timer.hpp"
#include "gateway/net/poller.hpp"

namespace sluice::gateway {

/// Thread safety: turn() belongs to one thread: the caller's, or the one that start() makes.
/// Invariants: a client's requests are answered one at a time, in order. A change that has begun is
/// carried to its end and into the audit log even if its client goes away.
class AdminServer {
 public:
  struct Parts {
    const VenueConfig& config;
    std::string venue;   ///< Our CompID, for the greeting.
    std::string socket;  ///< Path; empty: no socket, only what the venue does by itself.
    AdminDesk desk;
    EventSignal& signal;
    OpeningTimer opening;
  };

  /// Throws AdminSocketError.
  explicit AdminServer(Parts parts);
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  /// One bounded round. True if there was work.
  bool turn();
  void start();
  /// Tells clients that the venue is going down, and ends the thread.
  void stop();
  /// After the engine has stopped: what it did last is written down too.
  void settle();

 private:
  static constexpr std::uint64_t kListenerToken = ~std::uint64_t{0};
  static constexpr std::uint64_t kSignalToken = ~std::uint64_t{0} - 1;

  void accept_one();
  void welcome(AdminConnection& client);
  [[nodiscard]] bool make_room_for(const Admin& newcomer);
  /// The client of this token has gone.
  void lose(std::uint64_t token);
  bool take_events();
  bool serve(AdminConnection& client);
  void begin_request(AdminConnection& client, std::string_view line);
  bool advance_jobs();
  void drop_gone();
  void run();

  Parts parts_;
  Poller poller_;
  std::optional<AdminSocket> socket_;
  std::vector<std::unique_ptr<AdminConnection>> clients_;
  std::uint64_t last_token_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace sluice::gateway
