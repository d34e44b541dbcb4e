// Engines by way of their snapshots.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "engine/core/engine.hpp"

namespace sluice::test {

[[nodiscard]] inline std::vector<std::byte> saved(const Engine& engine) {
  std::vector<std::byte> bytes;
  ArchiveWriter to([&](std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  });
  engine.save(to);
  to.flush();
  return bytes;
}

/// Throws SnapshotError.
[[nodiscard]] inline std::unique_ptr<Engine> restored(std::span<const std::byte> bytes,
                                                      const EngineConfig& config) {
  ArchiveReader from(bytes);
  auto engine = std::make_unique<Engine>(config, from);
  if (!from.at_end()) throw SnapshotError("there is more than an engine");
  return engine;
}

}  // namespace sluice::test
