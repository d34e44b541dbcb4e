// [gateway], [engine], [journal], [log], and what the lists of sections share.
#include <array>
#include <bit>
#include <utility>

#include "engine/book/level_index.hpp"
#include "engine/journal/journal.hpp"
#include "engine/runner/engine_runner.hpp"
#include "gateway/config/config_sections.hpp"
#include "gateway/net/address_filter.hpp"

namespace sluice::gateway {
namespace {

constexpr std::int64_t kKiB = 1'024;
constexpr std::int64_t kMaxCpu = 1'023;  ///< CPU_SETSIZE - 1

constexpr std::array<std::pair<std::string_view, IdleKind>, 3> kIdleKinds{{
    {"spin", IdleKind::spin},
    {"yield", IdleKind::yield},
    {"backoff", IdleKind::backoff},
}};

constexpr std::array<std::pair<std::string_view, Durability>, 2> kDurabilities{{
    {"process", Durability::process},
    {"disk", Durability::disk},
}};

bool is_optional_path(std::string_view text) noexcept { return text.empty() || is_path(text); }
constexpr TextRule kOptionalPath{&is_optional_path,
                                 "a path of at most 1024 bytes, or \"\" for standard error"};

constexpr TextRule kOptionalFolder{&is_optional_path,
                                   "a path of at most 1024 bytes, or \"\" for one in state_dir"};
constexpr std::uint64_t kPageBytes = 4'096;

void read_io_cpus(TableReader& reader, GatewayConfig& config) {
  const toml::array* cpus = reader.list("io_cpus", 16);
  if (cpus == nullptr) return;
  for (const toml::node& node : *cpus) {
    const auto* cpu = node.as_integer();
    if (cpu == nullptr || cpu->get() < 0 || cpu->get() > kMaxCpu) {
      reader.problems().add_found(node.source(), reader.path_of("io_cpus"), shown(node),
                                  "CPU numbers from 0 to " + std::to_string(kMaxCpu));
      return;
    }
    config.io_cpus.push_back(static_cast<int>(cpu->get()));
  }
  if (!config.io_cpus.empty() && config.io_cpus.size() != config.io_threads) {
    reader.complain("io_cpus", "one CPU for each of the " + std::to_string(config.io_threads) +
                                   " io_threads, or none");
  }
}

/// What the execution log demands, so that the one command that causes most fits in it four times.
void check_execution_log(TableReader& reader, const EngineSettings& config) {
  EngineConfig engine;
  engine.work_per_command = config.work_per_command;
  const std::uint64_t needed = std::bit_ceil(4 * EngineRunner::max_batch(engine));
  if (config.execution_log_events >= needed) return;
  // The place is that of the key which the file has.
  if (reader.find("execution_log_events") != nullptr) {
    reader.complain("execution_log_events", "at least " + std::to_string(needed) +
                                                " with work_per_command of " +
                                                std::to_string(config.work_per_command));
  } else {
    reader.complain("work_per_command", "execution_log_events of at least " +
                                            std::to_string(needed) + " with it, which is " +
                                            std::to_string(config.execution_log_events));
  }
}

/// Orders, instruments and remembered ClOrdIDs together: the engine's tables have 32-bit places.
constexpr std::uint64_t kMaxEngineEntries = 1ULL << 30U;

void read_plain_listener(TableReader& reader, GatewayConfig& config) {
  reader.text("bind_address", config.bind_address, kAddress);
  config.bind_address_place = reader.problems().place_of(reader.where("bind_address").begin);
  std::uint16_t port = 0;
  if (reader.find("port") != nullptr) {
    reader.integer("port", port, 0, 65'535);
    config.port = port;
  }
  reader.boolean("plain_beyond_loopback", config.plain_beyond_loopback);
  const auto address = IpAddress::parse(config.bind_address);
  if (config.port && !config.plain_beyond_loopback && address && !address->is_loopback()) {
    reader.complain("bind_address",
                    "a loopback address for plain TCP, or plain_beyond_loopback = true");
  }
}

}  // namespace

bool is_address(std::string_view text) noexcept { return IpAddress::parse(text).has_value(); }

bool is_path(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 1'024 && text.find('\0') == std::string_view::npos;
}

void read_gateway(TableReader& reader, GatewayConfig& config) {
  reader.text("comp_id", config.comp_id, kCompId);
  read_plain_listener(reader, config);
  reader.text("state_dir", config.state_dir, kPath);
  reader.integer("io_threads", config.io_threads, 1, 16);
  read_io_cpus(reader, config);
  reader.choice<IdleKind>("io_idle", config.io_idle, kIdleKinds);
  reader.integer("io_backoff_us_max", config.io_backoff_us_max, 1, 10'000);
  reader.integer("max_connections", config.max_connections, 2, 65'536);
  reader.integer("max_unauthenticated", config.max_unauthenticated, 1, 65'536);
  reader.integer("max_connections_per_address", config.max_connections_per_address, 1, 65'536);
  reader.integer("connection_rate_per_address", config.connection_rate_per_address, 1, 10'000);
  reader.integer("logon_backoff_ms_max", config.logon_backoff_ms_max, 0, 60'000);
  reader.integer("logon_failures_max", config.logon_failures_max, 0, 1'000'000);
  reader.integer("logon_lockout_s", config.logon_lockout_s, 0, 604'800);
  reader.integer("takeover_grace_ms", config.takeover_grace_ms, 100, 30'000);
  reader.integer("signature_window_ms", config.signature_window_ms, 100, 60'000);
  reader.integer("max_message_bytes", config.max_message_bytes, 512, 1'024 * kKiB);
  reader.integer("logon_timeout_ms", config.logon_timeout_ms, 100, 60'000);
  reader.integer("max_unsent_bytes", config.max_unsent_bytes, 64 * kKiB, 1'024 * 1'024 * kKiB);
  reader.integer("store_messages", config.store_messages, 16, 1'048'576);
  reader.integer("resend_page", config.resend_page, 1, 10'000);
  reader.integer("resend_rate", config.resend_rate, 100, 1'000'000);
  reader.integer("heartbeat_s_min", config.heartbeat_s_min, 1, 3'600);
  reader.integer("heartbeat_s_max", config.heartbeat_s_max, 1, 3'600);
  if (config.heartbeat_s_min > config.heartbeat_s_max) {
    reader.complain("heartbeat_s_max", std::to_string(config.heartbeat_s_max),
                    "at least heartbeat_s_min, which is " + std::to_string(config.heartbeat_s_min));
  }
  reader.integer("command_ring", config.command_ring, 8, 8'192);
  reader.integer("event_ring", config.event_ring, 8, 8'192);
  reader.integer("in_flight_per_session", config.in_flight_per_session, 1, 8'192);
  reader.integer("pending_logons", config.pending_logons, 1, 4'096);
  reader.integer("logout_wait_ms", config.logout_wait_ms, 0, 60'000);
  reader.integer("feed_cpu", config.feed_cpu, -1, kMaxCpu);
  reader.integer("drop_copy_stall_ms", config.drop_copy_stall_ms, 100, 600'000);
}

void read_engine(TableReader& reader, EngineSettings& config) {
  reader.integer("unit", config.unit, 0, 63);
  reader.choice<IdleKind>("idle", config.idle, kIdleKinds);
  reader.integer("cpu", config.cpu, -1, kMaxCpu);
  reader.integer("max_orders", config.max_orders, 1, 1 << 26);
  reader.integer("max_levels", config.max_levels, 1, 1 << 24);
  // From the path to one price of an instrument without a band.
  reader.integer("max_level_pages", config.max_level_pages,
                 LevelIndex::height_for({kMaxPriceTicks}), 1 << 24);
  reader.integer("work_per_command", config.work_per_command, 8, 65'536);
  reader.integer("max_deferred", config.max_deferred, 1, 1 << 20);
  reader.integer("clordid_history", config.clordid_history, 1, 1 << 24);
  reader.integer("order_history", config.order_history, 1, 1 << 26);
  if (!std::has_single_bit(config.order_history)) {
    reader.complain("order_history", "a power of two from 1 to 67108864");
  }
  constexpr std::int64_t kMinEvents = 1'024;
  constexpr std::int64_t kMaxEvents = 1 << 26;
  std::uint32_t events = config.execution_log_events;
  reader.integer("execution_log_events", events, kMinEvents, kMaxEvents);
  if ((events & (events - 1)) != 0) {
    reader.complain("execution_log_events", "a power of two from 1024 to 67108864");
  } else {
    config.execution_log_events = events;
    check_execution_log(reader, config);
  }
}

void read_journal(TableReader& reader, JournalConfig& config) {
  constexpr std::int64_t kGiB = 1'024 * 1'024 * kKiB;
  reader.choice<Durability>("durability", config.durability, kDurabilities);
  reader.text("dir", config.dir, kOptionalFolder);
  reader.text("live_dir", config.live_dir, kOptionalFolder);
  reader.integer("segment_bytes", config.segment_bytes, Journal::kMinSegmentBytes, kGiB);
  reader.integer("live_segment_bytes", config.live_segment_bytes, 64 * kKiB, kGiB);
  for (const auto& [key, bytes] : {std::pair{"segment_bytes", config.segment_bytes},
                                   std::pair{"live_segment_bytes", config.live_segment_bytes}}) {
    if (bytes % kPageBytes != 0) reader.complain(key, "a multiple of 4096");
  }
  reader.integer("session_segments", config.session_segments, 1, 1'000'000);
  reader.integer("snapshot_segments", config.snapshot_segments, 0, 1'000'000);
  reader.integer("keep_hours", config.keep_hours, 0, 87'600);
  reader.integer("live_segments", config.live_segments, 2, SegmentSupply::kMost - 1);
  reader.choice<IdleKind>("idle", config.idle, kIdleKinds);
  reader.integer("cpu", config.cpu, -1, kMaxCpu);
}

void check_clordid_history(TableReader& root, const VenueConfig& config) {
  const std::uint64_t remembered =
      std::uint64_t{config.engine.clordid_history} * config.sessions.size();
  const std::uint64_t room = kMaxEngineEntries - config.engine.max_orders;
  if (remembered + config.instruments.size() <= room) return;
  const toml::node* engine = root.find("engine");
  const toml::table* table = engine == nullptr ? nullptr : engine->as_table();
  const toml::node* given = table == nullptr ? nullptr : table->get("clordid_history");
  const toml::node& where = given != nullptr ? *given : *root.find("session");
  root.problems().add_found(
      where.source(), "engine.clordid_history", std::to_string(config.engine.clordid_history),
      "at most " + std::to_string((room - config.instruments.size()) / config.sessions.size()) +
          " with " + std::to_string(config.sessions.size()) + " sessions and max_orders of " +
          std::to_string(config.engine.max_orders));
}

// Else a thread would wait for ever for memory that there is not.
void check_session_memory(TableReader& root, const VenueConfig& config) {
  const JournalConfig& journal = config.journal;
  const std::size_t reserve = session_reserve(config.sessions.size());
  const std::size_t room =
      journal.live_segments * Journal::session_records(journal.live_segment_bytes);
  if (journal.durability != Durability::disk || room > reserve) return;
  const std::size_t each = reserve / journal.live_segments + 1;
  std::uint64_t bytes = journal.live_segment_bytes;
  while (Journal::session_records(bytes) < each) bytes += kPageBytes;
  // "disk" was read there.
  const toml::table& table = *root.find("journal")->as_table();
  const toml::node* const given = table.get("live_segment_bytes");
  const toml::node& where = given != nullptr ? *given : *table.get("durability");
  root.problems().add_found(
      where.source(), "journal.live_segment_bytes", std::to_string(journal.live_segment_bytes),
      "at least " + std::to_string(bytes) + " with durability \"disk\", live_segments of " +
          std::to_string(journal.live_segments) + " and " + std::to_string(config.sessions.size()) +
          " sessions");
}

void check_max_connections(TableReader& root, const VenueConfig& config) {
  if (config.gateway.max_connections > config.sessions.size()) return;
  const toml::node* gateway = root.find("gateway");
  const toml::table* table = gateway == nullptr ? nullptr : gateway->as_table();
  const toml::node* given = table == nullptr ? nullptr : table->get("max_connections");
  const toml::node& where = given != nullptr ? *given : *root.find("session");
  root.problems().add_found(where.source(), "gateway.max_connections",
                            std::to_string(config.gateway.max_connections),
                            "at least " + std::to_string(config.sessions.size() + 1) + " with " +
                                std::to_string(config.sessions.size()) +
                                " sessions: each keeps a place, and somebody must be able to come");
}

void read_log(TableReader& reader, LogConfig& config) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kLevels{{
      {"trace", "trace"},
      {"debug", "debug"},
      {"info", "info"},
      {"warn", "warn"},
      {"error", "error"},
      {"critical", "critical"},
      {"off", "off"},
  }};
  std::string_view level = config.level;
  reader.choice<std::string_view>("level", level, kLevels);
  config.level = std::string(level);
  reader.text("file", config.file, kOptionalPath);
  reader.boolean("messages", config.messages);
  reader.integer("queue", config.queue, 128, 1'048'576);
}

void for_each_section(TableReader& root, std::string_view key, std::size_t max_count,
                      const std::function<void(TableReader&)>& read, Presence presence) {
  const std::string expected =
      "1 to " + std::to_string(max_count) + " sections [[" + std::string(key) + "]]";
  const toml::node* node = root.find(key);
  if (node == nullptr && presence == Presence::optional) return;
  const toml::array* sections = node == nullptr ? nullptr : node->as_array();
  if (sections == nullptr || !sections->is_array_of_tables()) {
    root.complain(key, expected);
    return;
  }
  if (sections->size() > max_count) {
    root.complain(key, std::to_string(sections->size()), expected);
    return;
  }
  for (const toml::node& section : *sections) {
    TableReader reader(*section.as_table(), std::string(key), root.problems());
    read(reader);
  }
}

void check_unique(TableReader& reader, std::string_view key, const std::string& name,
                  NameLines& seen) {
  const auto [first, fresh] = seen.try_emplace(name, reader.where(key).begin.line);
  if (!fresh) {
    reader.complain(key, quoted(name) + " again",
                    "another one, this one is taken in line " + std::to_string(first->second));
  }
}

}  // namespace sluice::gateway
