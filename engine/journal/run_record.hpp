// With what a run of the venue begins: its epoch, and the configuration that its commands are for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/core/engine_config.hpp"

namespace sluice {

/// The first record of each run in the stream of commands, where it takes a number as a command
/// does.
struct RunStart {
  EngineConfig config;  ///< `config.epoch` is the run's.
  /// Which names the ids stand for, as whoever runs the engine writes them.
  std::string names;
};

/// Its bytes, a payload. Throws std::length_error where they are more than kMaxPayloadBytes.
[[nodiscard]] std::vector<std::byte> encode(const RunStart& run);
/// Throws SnapshotError when it is none.
[[nodiscard]] RunStart decode_run(std::span<const std::byte> payload);

/// Whether the two differ in more than their epochs.
[[nodiscard]] bool differ(const EngineConfig& one, const EngineConfig& other);

}  // namespace sluice
