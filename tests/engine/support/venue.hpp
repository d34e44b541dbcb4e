// An engine with its clock, its sequencer and a critic of its events.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/engine.hpp"
#include "tests/engine/support/commands.hpp"
#include "tests/engine/support/event_audit.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/recording_sink.hpp"

namespace sluice::test {

/// Three sessions, of them 1 and 2 of firm 1 and 3 of firm 2, three instruments without limits,
/// bounds that no small test meets, and room to finish every command at once.
[[nodiscard]] EngineConfig small_config();

/// One side of a book as the engine shows it, best price first, each level in time order.
[[nodiscard]] std::vector<OrderView> book_of(const Engine& engine, std::uint32_t instrument,
                                             Side side);
/// The same as "A 5@100" with what is left of each order.
[[nodiscard]] std::vector<std::string> brief(const std::vector<OrderView>& orders);

class Venue {
 public:
  explicit Venue(EngineConfig config = small_config())
      : config_(std::move(config)), engine_(config_), audit_(config_) {}

  /// Applies one command at the venue's time and returns its events. Every event goes through the
  /// audit: what it finds is a failure of the test that runs.
  std::vector<Event> submit(const Command& asked);
  /// The same in brief().
  std::vector<std::string> tell(const Command& command) { return brief(submit(command)); }
  /// continue_work until nothing is left.
  std::vector<Event> drain();

  /// The id that the engine gave to the order that `session` last entered as `clordid`.
  [[nodiscard]] OrderId id_of(std::uint32_t session, std::string_view clordid) const;
  [[nodiscard]] std::vector<std::string> book(Side side, std::uint32_t instrument = 1) const {
    return brief(book_of(engine_, instrument, side));
  }
  [[nodiscard]] const Engine& engine() const { return engine_; }
  [[nodiscard]] const EngineConfig& config() const { return config_; }
  [[nodiscard]] const EventAudit& audit() const { return audit_; }
  /// Everything since the start.
  [[nodiscard]] const std::vector<Event>& history() const { return history_; }
  void set_time(TimeNs time) { now_ = time; }

 private:
  static std::vector<std::string> brief(const std::vector<Event>& events) {
    return test::brief(events);
  }
  static std::vector<std::string> brief(const std::vector<OrderView>& orders) {
    return test::brief(orders);
  }

  EngineConfig config_;
  Engine engine_;
  RecordingSink sink_;
  EventAudit audit_;
  TimeNs now_ = kNoon;
  std::uint64_t seq_ = 0;
  std::uint32_t msg_seq_num_ = 0;
  std::vector<Event> history_;
};

}  // namespace sluice::test
