#include "engine/journal/engine_replay.hpp"

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "engine/journal/round_log.hpp"

namespace sluice {
namespace {

[[noreturn]] void damaged(const RecordView& record, const std::string& why) {
  throw JournalDamage("sequence " + std::to_string(record.header->sequence) + ": " + why);
}

[[noreturn]] void miss(const RecordView& record, std::uint64_t next) {
  damaged(record, "the engine's next command is " + std::to_string(next));
}

/// The same state under another configuration.
std::unique_ptr<Engine> reconfigured(const Engine& engine, const EngineConfig& config) {
  std::vector<std::byte> bytes;
  ArchiveWriter to([&](std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  });
  engine.save(to);
  to.flush();
  ArchiveReader from(bytes);
  return std::make_unique<Engine>(config, from);
}

}  // namespace

void EngineReplay::begin(RunStart run) {
  if (engine_ == nullptr) {
    engine_ = std::make_unique<Engine>(run.config);
  } else if (differ(run_->config, run.config)) {
    engine_ = reconfigured(*engine_, run.config);
  }
  engine_->begin_run({engine_->last_seq().value + 1}, run.config.epoch);
  run_ = std::move(run);
}

void EngineReplay::expect(const RecordView& record) const noexcept {
  if (engine_ == nullptr || record.payload.size() != sizeof(Command) ||
      record.header->type != static_cast<std::uint16_t>(RecordType::command)) {
    return;
  }
  const auto& command = *reinterpret_cast<const Command*>(record.payload.data());
  // Of what no venue has written apply_record() tells.
  if (command.session.value != 0) engine_->expect(command);
}

void EngineReplay::apply(const RecordView& record, EventSink& sink) {
  const std::uint64_t next = engine_ == nullptr ? 1 : engine_->last_seq().value + 1;
  if (record.header->sequence < next) return;
  if (record.header->sequence > next) miss(record, next);
  if (record.header->type == static_cast<std::uint16_t>(RecordType::run)) {
    RunStart run = decode_run(record.payload);
    if (run_ && run.config.epoch <= run_->config.epoch) {
      damaged(record, "a run of epoch " + std::to_string(run.config.epoch) +
                          " after one of epoch " + std::to_string(run_->config.epoch));
    }
    begin(std::move(run));
    return;
  }
  if (engine_ == nullptr) damaged(record, "a command before any run has begun");
  apply_record(*engine_, record, sink);
  ++commands_;
}

void apply_record(Engine& engine, const RecordView& record, EventSink& sink) {
  if (record.header->type != static_cast<std::uint16_t>(RecordType::command) ||
      record.payload.size() != sizeof(Command)) {
    damaged(record, "it is no command");
  }
  const auto& command = *reinterpret_cast<const Command*>(record.payload.data());
  if (command.seq.value != record.header->sequence) {
    damaged(record, "its command has the number " + std::to_string(command.seq.value));
  }
  if (!is_known(command.type)) {
    damaged(record, "its command is of type " + std::to_string(static_cast<int>(command.type)) +
                        ", which this program does not know");
  }
  const std::uint64_t next = engine.last_seq().value + 1;
  if (record.header->sequence != next) miss(record, next);
  engine.apply(command, sink);
}

}  // namespace sluice
