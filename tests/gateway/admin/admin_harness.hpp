// An AdminServer with an engine, but without a venue: its services answer at once, and every turn
// is the test's.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <spdlog/sinks/null_sink.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <utility>
#include <vector>

#include "engine/runner/engine_runner.hpp"
#include "gateway/admin/admin_server.hpp"
#include "tests/engine/support/commands.hpp"

namespace sluice::gateway {

/// Advances by a millisecond at each look.
inline TimeNs admin_harness_clock() {
  static std::atomic<std::int64_t> now{1'764'115'200'000'000'000};
  return TimeNs{now.fetch_add(1'000'000)};
}

/// Sessions that do what they are told, at once, unless `silent`.
class FakeServices final : public VenueServices {
 public:
  explicit FakeServices(SessionAnswers& answers) : answers_(answers) {}

  void post(SessionOrder order) override {
    orders.push_back(order);
    if (!silent) answer(order);
  }
  void answer(const SessionOrder& order) {
    SessionStatus& status = sessions[order.session.value];
    SessionAnswer answer{order.ticket, status, status, {}, {}, 0};
    using Kind = SessionOrder::Kind;
    if (order.kind == Kind::logout || order.kind == Kind::disconnect ||
        order.kind == Kind::disable) {
      status.phase = SessionPhase::logged_out;
    }
    if (order.kind == Kind::enable || order.kind == Kind::disable) {
      status.enabled = order.kind == Kind::enable;
    }
    if (order.kind == Kind::reset) status.next_out = status.next_in = 1;
    if (order.kind == Kind::set_numbers) {
      if (order.next_out != 0) status.next_out = order.next_out;
      if (order.next_in != 0) status.next_in = order.next_in;
    }
    if (order.kind == Kind::news && status.phase != SessionPhase::logged_on) {
      answer.refusal = "the session is not logged on";
    }
    if (order.kind == Kind::list_locks) answer.locks = {{"CLIENT1", "192.0.2.7", 10, 240}};
    answer.after = status;
    answers_.post(std::move(answer));
  }
  [[nodiscard]] Json figures() override { return {{"venue", {{"epoch", 1}}}}; }
  [[nodiscard]] bool save_controls(const std::string& content) override {
    saved.push_back(content);
    return true;
  }
  [[nodiscard]] std::string reload_certificates() override { return certificates; }
  void tap(SessionId session, bool on) override { tapped_sessions[session.value] = on; }
  [[nodiscard]] std::vector<TappedMessage> take_tapped(std::size_t max,
                                                       std::uint64_t& dropped) override {
    dropped += std::exchange(dropped_by_tap, 0);
    std::vector<TappedMessage> taken;
    for (; taken.size() < max && !tapped.empty(); tapped.pop_front()) {
      taken.push_back(std::move(tapped.front()));
    }
    return taken;
  }

  bool silent = false;
  std::vector<SessionOrder> orders;
  std::map<std::uint32_t, SessionStatus> sessions;
  std::vector<std::string> saved;
  std::string certificates;
  std::map<std::uint32_t, bool> tapped_sessions;
  std::deque<TappedMessage> tapped;
  std::uint64_t dropped_by_tap = 0;

 private:
  SessionAnswers& answers_;
};

struct AdminHarnessOptions {
  std::string folder;  ///< Of this harness alone.
  AdminConfig admin{};
  std::vector<AdminUserConfig> users{};
  OpeningConfig opening{};
  std::vector<InstrumentId> closed{};
  std::int64_t started_ns = 0;
  std::size_t command_ring = 64;
};

/// Sessions CLIENT1 and CLIENT2 of ALPHA, MAKER1 of BETA; the first one is logged on.
inline VenueConfig admin_harness_config(const AdminHarnessOptions& options) {
  VenueConfig config;
  for (const char* symbol : {"BTC-USDT", "ETH-USDT", "SOL-USDT"}) {
    InstrumentConfig& instrument = config.instruments.emplace_back();
    instrument.symbol = symbol;
    instrument.security_type = "SPOT";
    instrument.tick_size = instrument.lot_size = "0.01";
  }
  config.firms = {{"ALPHA"}, {"BETA"}};
  config.accounts = {{"A-1", "ALPHA"}, {"B-1", "BETA"}};
  for (const auto& [name, firm] : {std::pair{"CLIENT1", "ALPHA"}, std::pair{"CLIENT2", "ALPHA"},
                                   std::pair{"MAKER1", "BETA"}}) {
    SessionConfig& session = config.sessions.emplace_back();
    session.comp_id = name;
    session.firm = firm;
    session.accounts = {firm == std::string("ALPHA") ? "A-1" : "B-1"};
  }
  config.admin = options.admin;
  config.admin_users = options.users;
  return config;
}

class AdminHarness {
 public:
  explicit AdminHarness(const AdminHarnessOptions& options)
      : config(admin_harness_config(options)),
        lane(options.command_ring, 64),
        orders(64, 64),
        engine(engine_config()),
        log(options.folder + "/execution.log", 1'024, EngineRunner::max_batch(engine_config()), 0,
            1),
        runner(engine, log, {&orders, &lane}, {0, 0, 0, 0}, &admin_harness_clock,
               {.inquiry = &inquiry}),
        audit(options.folder + "/audit.log"),
        server({config, "SLUICE", options.folder + "/admin.sock", desk, signal,
                OpeningTimer(options.opening, options.closed, options.started_ns)}) {
    services.sessions[1].phase = SessionPhase::logged_on;
    services.sessions[1].address = "127.0.0.1:40001";
    services.sessions[1].next_out = 17;
    services.sessions[1].next_in = 12;
  }

  static EngineConfig engine_config() {
    EngineConfig config;
    config.max_orders = 64;
    config.max_levels = 64;
    config.max_level_pages = 64;
    config.sessions = 3;
    config.firms = config.accounts = 2;
    config.session_firm = {FirmId{1}, FirmId{1}, FirmId{2}};
    config.clordid_history = 64;
    config.order_history = 64;
    config.work_per_command = 8;
    config.max_deferred = 64;
    config.instruments.resize(3);
    return config;
  }

  /// An order of CLIENT1 that rests, as its I/O thread would bring it.
  void rest_order(std::string_view clordid, std::int64_t price) {
    const Command command =
        sluice::test::buy(1, clordid).at(price).account(1).time(admin_harness_clock());
    if (!orders.try_push(command)) throw std::runtime_error("no room for an order");
    run_engine();
  }
  void run_engine() {
    while (runner.turn()) {
    }
    orders.events.consume(64, [](const Event&) {});
  }
  /// One turn of the server that never waits.
  void turn() {
    signal.raise();
    (void)server.turn();
  }
  /// Turns of both.
  void turns(int count) {
    for (int i = 0; i < count; ++i) {
      run_engine();
      turn();
    }
  }

  VenueConfig config;
  VenueNames names{config};
  InstrumentDirectory instruments{{{InstrumentId{1}, "BTC-USDT", {1, -2}, {1, -2}},
                                   {InstrumentId{2}, "ETH-USDT", {1, -2}, {1, -2}},
                                   {InstrumentId{3}, "SOL-USDT", {1, -2}, {1, -2}}}};
  EventSignal signal;
  SessionAnswers answers{signal};
  FakeServices services{answers};
  Inquiry inquiry;
  IoLane lane;
  IoLane orders;
  Engine engine;
  ExecutionLog log;
  EngineRunner runner;
  std::atomic<std::uint64_t> pushed{0};
  EngineDesk engine_desk{lane, log, pushed, &admin_harness_clock};
  InquiryDesk inquiries{inquiry};
  SessionDesk sessions{services, answers};
  ControlState controls{names};
  AuditLog audit;
  TailHub tails{services};
  std::shared_ptr<spdlog::logger> logger =
      std::make_shared<spdlog::logger>("admin", std::make_shared<spdlog::sinks::null_sink_mt>());
  AdminDesk desk{names,    instruments, engine_desk, inquiries,           sessions, controls, audit,
                 services, tails,       logger,      &admin_harness_clock};
  AdminServer server;
};

/// A client on the server's socket that never waits.
class AdminSocketClient {
 public:
  explicit AdminSocketClient(const std::string& folder)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    const std::string path = folder + "/admin.sock";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("cannot connect to " + path + ": " + std::strerror(errno));
    }
  }

  /// How many of them the system took.
  std::size_t send(std::string_view bytes) {
    const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  void end_of_requests() { ::shutdown(fd_.get(), SHUT_WR); }
  void close() { fd_.reset(); }
  /// Takes what is there.
  void read() {
    char room[16'384];
    for (;;) {
      const ssize_t count = ::recv(fd_.get(), room, sizeof room, 0);
      if (count > 0) {
        received_.append(room, static_cast<std::size_t>(count));
        continue;
      }
      closed_ = count == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
      return;
    }
  }
  [[nodiscard]] bool closed() const { return closed_; }
  /// The whole lines so far, without those that were taken before.
  [[nodiscard]] std::vector<std::string> take_lines() {
    read();
    std::vector<std::string> lines;
    std::size_t begin = 0;
    for (std::size_t feed; (feed = received_.find('\n', begin)) != std::string::npos;) {
      lines.push_back(received_.substr(begin, feed - begin));
      begin = feed + 1;
    }
    received_.erase(0, begin);
    return lines;
  }
  [[nodiscard]] const std::string& rest() const { return received_; }

 private:
  FileDescriptor fd_;
  std::string received_;
  bool closed_ = false;
};

}  // namespace sluice::gateway
