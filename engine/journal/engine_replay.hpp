// An engine made again from the records of its commands.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "engine/core/engine.hpp"
#include "engine/journal/run_record.hpp"
#include "engine/journal/segment.hpp"

namespace sluice {

/// Applies the record of a command to an engine that has all before it; what it causes goes to
/// `sink`. Throws JournalDamage, without a place, for what no venue can have written.
void apply_record(Engine& engine, const RecordView& record, EventSink& sink);

/// Takes the records of the stream of commands one after another: beginnings of runs, and commands.
/// A run with another configuration goes on with the same state under that one.
///
/// Thread safety: one thread.
class EngineReplay {
 public:
  /// From the first record on.
  EngineReplay() = default;
  /// From the one after `engine`'s last.
  EngineReplay(std::unique_ptr<Engine> engine, RunStart run)
      : engine_(std::move(engine)), run_(std::move(run)) {}

  /// Applies a record; what it causes goes to `sink`. One that the engine has behind it already is
  /// passed over. Throws JournalDamage, without a place, for what no venue can have written, and
  /// SnapshotError where a run's configuration does not fit the state.
  void apply(const RecordView& record, EventSink& sink);

  /// A record that will be applied soon: begins to load what that takes. Changes nothing.
  void expect(const RecordView& record) const noexcept;

  /// A run begins here and now, with the number after the last: what its record says.
  void begin(RunStart run);

  /// Null before the first record.
  [[nodiscard]] Engine* engine() noexcept { return engine_.get(); }
  [[nodiscard]] std::unique_ptr<Engine> take_engine() noexcept { return std::move(engine_); }
  /// The last run's; nothing before the first record.
  [[nodiscard]] const std::optional<RunStart>& run() const noexcept { return run_; }
  [[nodiscard]] std::uint64_t commands() const noexcept { return commands_; }

 private:
  std::unique_ptr<Engine> engine_;
  std::optional<RunStart> run_;
  std::uint64_t commands_ = 0;
};

}  // namespace sluice
