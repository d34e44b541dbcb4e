// The deterministic core: state, command → state, events.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "engine/core/engine_config.hpp"
#include "engine/core/snapshot/archive.hpp"
#include "engine/message/command.hpp"
#include "engine/message/event_sink.hpp"

namespace sluice {

/// Best price of one side of a book and what rests there.
struct TopOfBook {
  Price price;
  Qty qty;
  std::uint32_t orders;
};

/// One open order as seen from outside.
struct OrderView {
  OrderId order_id;
  SessionId session;
  InstrumentId instrument;
  ClOrdId clordid;
  Side side;
  Price price;
  Qty qty;
  Qty cum_qty;
};

/// More of an open order, for those who run the venue.
struct OpenOrder {
  OrderView order;
  AccountId account;
  FirmId firm;
  Qty leaves;
  OrdType ord_type;
  TimeInForce tif;
};

/// Which open orders are meant; 0: any.
struct OrderFilter {
  SessionId session{};
  AccountId account{};
  InstrumentId instrument{};
  FirmId firm{};
};

/// Thread safety: none; one thread owns an engine.
///
/// Invariants: the same configuration and the same commands give the same events, byte for byte,
/// and the same state_hash() on any machine. apply() reads no clock, allocates nothing, uses no
/// floating point and depends on no address or hash order. Every D, F and G
/// and each of the venue's own commands gets exactly one event with kAnswer.
class Engine {
 public:
  /// Takes all memory it will ever use. Throws std::invalid_argument on a configuration out of
  /// range and std::bad_alloc.
  explicit Engine(EngineConfig config);
  /// The engine that save() wrote, under a configuration that may be another one: see
  /// EngineState's restore(). `config.epoch` and `config.name_key` do not count: the saved ones
  /// hold. Throws SnapshotError besides.
  Engine(EngineConfig config, ArchiveReader& from);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Runs one command, then one step of work left over from earlier ones: at most 2 ×
  /// work_per_command operations, of at most two events each, and four events besides.
  /// `command.seq` must be last_seq() + 1.
  void apply(const Command& command, EventSink& sink) noexcept;

  /// How many commands before it is applied expect() should be told of one.
  static constexpr std::size_t kExpectedAhead = 12;
  /// The next of the commands that will come soon, in their order: begins to load what it will
  /// touch. Changes nothing of the state; that it comes is not certain.
  void expect(const Command& command) noexcept;

  /// A run of the venue begins: ids given from now on are of `epoch`, which is not below the last
  /// one. Takes the number `seq`, as a command does; counts go on.
  void begin_run(CommandSeq seq, std::uint64_t epoch) noexcept;

  /// Writes everything that state_hash() covers but the configuration: what comes out of it goes on
  /// as this one does, event by event. Between two commands. What the sink throws passes through.
  void save(ArchiveWriter& to) const;

  [[nodiscard]] CommandSeq last_seq() const noexcept;
  [[nodiscard]] std::uint64_t epoch() const noexcept;
  /// Engine time: the largest `Command::time` so far.
  [[nodiscard]] TimeNs now() const noexcept;
  /// Count of the last ExecId given; 0 before the first.
  [[nodiscard]] std::uint64_t last_exec_count() const noexcept;
  /// When the next tick command is due; nothing while no timed work waits.
  [[nodiscard]] std::optional<TimeNs> next_due() const noexcept;
  /// True while a continue_work command would find something to do.
  [[nodiscard]] bool has_pending_work() const noexcept;

  /// 64-bit hash over the configuration and all state that can influence a later event. Walks
  /// everything: not for the hot path.
  [[nodiscard]] std::uint64_t state_hash() const noexcept;

  [[nodiscard]] std::optional<TopOfBook> best(InstrumentId instrument, Side side) const noexcept;
  /// `none` of an instrument that is not configured.
  [[nodiscard]] InstrumentState state_of(InstrumentId instrument) const noexcept;
  /// Whether entry is stopped for that target itself; false where there is no such target.
  [[nodiscard]] bool is_killed(ControlScope scope, std::uint32_t target) const noexcept;
  /// Calls `visit` for each kill switch that is on, from the widest scope on.
  void for_each_kill(const std::function<void(ControlScope, std::uint32_t target)>& visit) const;
  [[nodiscard]] std::uint32_t open_orders() const noexcept;
  [[nodiscard]] std::uint32_t open_orders(InstrumentId instrument) const noexcept;
  [[nodiscard]] std::optional<OrderView> find(OrderId order_id) const noexcept;
  /// Calls `visit` for each resting order of one side from the best price on, each level in time
  /// order. `visit` is a plain function with a context, so that no caller brings an allocation in.
  /// Like the events so far it shows an order that is still sweeping the other side with what is
  /// left of it, so that a locked book may look crossed.
  void for_each_order(InstrumentId instrument, Side side, void (*visit)(void*, const OrderView&),
                      void* context) const;

  /// How far a scan() got.
  struct Scanned {
    std::uint32_t orders = 0;  ///< How many were written.
    std::uint32_t next = 0;    ///< Where to go on; 0: that was all.
  };
  /// Writes the open orders that `filter` means, in no order that means anything: at most as many
  /// as `out` holds, looking at no more than `looks` places, from `from` on; 0: from the first. An
  /// order that is open from the first call to the last is written exactly once.
  [[nodiscard]] Scanned scan(const OrderFilter& filter, std::uint32_t from, std::uint32_t looks,
                             std::span<OpenOrder> out) const noexcept;
  /// Writes the first resting orders of one side, as for_each_order() shows them; returns how many.
  [[nodiscard]] std::uint32_t depth(InstrumentId instrument, Side side,
                                    std::span<OpenOrder> out) const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sluice
