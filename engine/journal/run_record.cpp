#include "engine/journal/run_record.hpp"

#include <algorithm>
#include <stdexcept>

#include "engine/core/snapshot/archive.hpp"
#include "engine/journal/record.hpp"

namespace sluice {
namespace {

// Raised whenever the bytes below change; older ones are read or refused by name.
constexpr std::uint32_t kRunFormat = 1;

void put(ArchiveWriter& to, const EngineConfig& config) {
  to.put(config.unit);
  to.put(config.epoch);
  for (const std::uint32_t number :
       {config.max_orders, config.max_levels, config.max_level_pages, config.sessions, config.firms,
        config.accounts, config.clordid_history, config.order_history, config.work_per_command,
        config.max_deferred}) {
    to.put(number);
  }
  to.put(config.name_key);
  to.put(static_cast<std::uint32_t>(config.session_firm.size()));
  for (const FirmId firm : config.session_firm) to.put(firm);
  to.put(static_cast<std::uint32_t>(config.instruments.size()));
  for (const InstrumentTerms& terms : config.instruments) {
    to.put(terms.min_qty);
    to.put(terms.max_qty);
    to.put(terms.band_low);
    to.put(terms.band_high);
    to.put(terms.market_protection);
    to.put(terms.initial_state);
  }
}

EngineConfig get_config(ArchiveReader& from) {
  EngineConfig config;
  config.unit = from.get<std::uint64_t>();
  config.epoch = from.get<std::uint64_t>();
  for (std::uint32_t* const number :
       {&config.max_orders, &config.max_levels, &config.max_level_pages, &config.sessions,
        &config.firms, &config.accounts, &config.clordid_history, &config.order_history,
        &config.work_per_command, &config.max_deferred}) {
    *number = from.get<std::uint32_t>();
  }
  config.name_key = from.get<HashKey>();
  for (std::uint32_t left = from.get_below(kMaxPayloadBytes, "the number of sessions"); left > 0;
       --left) {
    config.session_firm.push_back(from.get<FirmId>());
  }
  for (std::uint32_t left = from.get_below(kMaxPayloadBytes, "the number of instruments"); left > 0;
       --left) {
    InstrumentTerms& terms = config.instruments.emplace_back();
    terms.min_qty = from.get<Qty>();
    terms.max_qty = from.get<Qty>();
    terms.band_low = from.get<Price>();
    terms.band_high = from.get<Price>();
    terms.market_protection = from.get<Price>();
    terms.initial_state = from.get<InstrumentState>();
  }
  return config;
}

std::vector<std::byte> bytes_of(const EngineConfig& config) {
  std::vector<std::byte> bytes;
  ArchiveWriter to([&](std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  });
  put(to, config);
  to.flush();
  return bytes;
}

}  // namespace

std::vector<std::byte> encode(const RunStart& run) {
  std::vector<std::byte> bytes;
  ArchiveWriter to([&](std::span<const std::byte> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  });
  to.put(kRunFormat);
  put(to, run.config);
  to.put(static_cast<std::uint32_t>(run.names.size()));
  for (const char c : run.names) to.put(c);
  to.flush();
  if (bytes.size() > kMaxPayloadBytes) {
    throw std::length_error("the configuration takes " + std::to_string(bytes.size()) +
                            " bytes in the journal, at most " + std::to_string(kMaxPayloadBytes) +
                            " are possible");
  }
  return bytes;
}

RunStart decode_run(std::span<const std::byte> payload) {
  ArchiveReader from(payload);
  if (const auto format = from.get<std::uint32_t>(); format != kRunFormat) {
    throw SnapshotError("the run's beginning has format " + std::to_string(format) +
                        ", this program reads " + std::to_string(kRunFormat));
  }
  RunStart run;
  run.config = get_config(from);
  std::uint32_t left = from.get_below(kMaxPayloadBytes, "the length of the names");
  for (; left > 0; --left) run.names.push_back(from.get<char>());
  if (!from.at_end()) throw SnapshotError("the run's beginning is longer than it says");
  return run;
}

bool differ(const EngineConfig& one, const EngineConfig& other) {
  EngineConfig same_epoch = other;
  same_epoch.epoch = one.epoch;
  return bytes_of(one) != bytes_of(same_epoch);
}

}  // namespace sluice
