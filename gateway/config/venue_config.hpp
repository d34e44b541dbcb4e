// venue.toml as a value. venue_config_reader fills it; every field says its range, default and
// consequence.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/runner/idle_strategy.hpp"
#include "engine/types/controls.hpp"
#include "gateway/config/public_key.hpp"
#include "gateway/net/tls_settings.hpp"

namespace sluice::gateway {

/// [gateway]
struct GatewayConfig {
  /// Our CompID: TargetCompID(56) of what clients send. 1..32 printable ASCII characters, no '=',
  /// no space.
  std::string comp_id = "SLUICE";
  std::string bind_address = "127.0.0.1";  ///< IPv4 or IPv6 address to listen on for plain TCP.
  /// Where it stands, as file:line:column, for what is found wrong later; empty outside a file.
  std::string bind_address_place;
  /// Of plain TCP; absent: nobody connects without TLS. 0 lets the system choose; the venue prints
  /// which.
  std::optional<std::uint16_t> port;
  /// Must be said where bind_address is not loopback: what goes there can be read on the way.
  bool plain_beyond_loopback = false;
  std::string state_dir =
      "/dev/shm/sluice";         ///< Message stores, execution log, epoch. One venue a folder.
  std::uint32_t io_threads = 1;  ///< 1..16. Sessions name theirs with io_thread.
  std::vector<int> io_cpus;      ///< CPU of each I/O thread, 0..1,023; empty: not pinned.
  IdleKind io_idle = IdleKind::backoff;
  std::uint32_t io_backoff_us_max = 200;  ///< 1..10,000: longest sleep of an idle I/O thread.
  std::uint32_t max_connections =
      1'024;  ///< 2..65,536 and more than there are sessions, each of which keeps a place. Each
              ///< takes a descriptor: the venue raises RLIMIT_NOFILE, and does not start when it
              ///< may not.
  /// 1..65,536 connections that are not logged on, also no more than max_connections leaves beside
  /// the sessions. One more closes the oldest that has not sent its Logon.
  std::uint32_t max_unauthenticated = 256;
  /// 1..65,536 connections of one address (IPv6: of one /64), logged on or not. One more is closed.
  std::uint32_t max_connections_per_address = 64;
  /// 1..10,000 new ones a second, as many at once after a rest. One more is closed.
  std::uint32_t connection_rate_per_address = 100;
  /// 0..60,000: longest wait of an address after failed Logons, before the next one is looked at.
  /// 0: no wait.
  std::uint32_t logon_backoff_ms_max = 5'000;
  /// 0..1,000,000 failed Logons of a CompID at an address, then it is locked out there. 0: never.
  std::uint32_t logon_failures_max = 10;
  /// 100..30,000: how long a connection may be silent to a TestRequest(1) before a second
  /// authenticated Logon for its CompID takes the session over.
  std::uint32_t takeover_grace_ms = 2'000;
  /// 100..60,000: how far SendingTime(52) of a Logon by signature may be from our clock.
  std::uint32_t signature_window_ms = 5'000;
  std::uint32_t logon_lockout_s = 300;  ///< 0..604,800. 0: until an admin unlocks it.
  std::uint32_t max_message_bytes =
      8'192;  ///< 512..1,048,576. A longer message closes its connection.
  std::uint32_t logon_timeout_ms = 10'000;  ///< 100..60,000 from accept to a good Logon.
  std::uint64_t max_unsent_bytes =
      4U << 20U;  ///< 64 KiB..1 GiB for each connection; past it, it is cut.
  std::uint32_t store_messages = 65'536;  ///< 16..1,048,576 sent messages kept for each session.
  /// 1..10,000 messages answered at a time to a ResendRequest; fewer where a quarter of
  /// max_unsent_bytes would not hold them.
  std::uint32_t resend_page = 32;
  /// 100..1,000,000 messages a second that one session may have sent again: more waits its turn.
  std::uint32_t resend_rate = 20'000;
  std::uint32_t heartbeat_s_min = 5;   ///< 1..3,600: HeartBtInt(108) accepted from here ...
  std::uint32_t heartbeat_s_max = 60;  ///< ... to here; not below heartbeat_s_min.
  std::uint32_t command_ring =
      8'192;                         ///< 8..8,192 commands waiting for the engine, each I/O thread.
  std::uint32_t event_ring = 8'192;  ///< 8..8,192 events waiting for each I/O thread.
  std::uint32_t in_flight_per_session =
      1'024;                             ///< 1..8,192 commands of one session not answered yet.
  std::uint32_t pending_logons = 64;     ///< 1..4,096 Logons waiting for their password check.
  std::uint32_t logout_wait_ms = 2'000;  ///< 0..60,000: how long SIGTERM waits for Logout answers.
  /// -1..1,023: CPU of the feed thread, which serves the drop copies; -1: not pinned. There is one
  /// only where there is a [[drop_copy]].
  int feed_cpu = -1;
  /// 100..600,000: a drop copy that is behind and has read nothing for so long is cut. Its copies
  /// wait for its next Logon.
  std::uint32_t drop_copy_stall_ms = 10'000;
};

/// [tls]: a second listener, whose connections are encrypted.
struct TlsConfig {
  std::string bind_address = "127.0.0.1";
  std::uint16_t port = 0;  ///< Required; 0 lets the system choose.
  TlsSettings settings;    ///< The names of its members are the keys.
  /// As bind_address_place.
  struct Places {
    std::string bind_address, certificate, key, client_ca, ciphers;
  } places;
};

/// [engine]
struct EngineSettings {
  std::uint32_t unit = 0;  ///< 0..63
  IdleKind idle = IdleKind::backoff;
  int cpu = -1;  ///< -1..1,023: CPU to pin the engine thread to; -1: not pinned.
  std::uint32_t max_orders = 1U << 20U;       ///< 1..2^26 open orders.
  std::uint32_t max_levels = 1U << 17U;       ///< 1..2^24 price levels over all books.
  std::uint32_t max_level_pages = 1U << 16U;  ///< 7..2^24 pages of the price index.
  std::uint32_t work_per_command = 256;       ///< 8..65,536 operations of one step.
  std::uint32_t max_deferred = 4'096;         ///< 1..2^20 commands waiting for a long sweep.
  /// 1..2^24 ClOrdIDs remembered for each session; over all sessions, with max_orders, at most
  /// 2^30.
  std::uint32_t clordid_history = 65'536;
  /// A power of two, 1..2^26 closed orders remembered, 64 bytes each: a request that comes too late
  /// hears what became of its order. One that has left is as unknown as one that never was.
  std::uint32_t order_history = 1U << 20U;
  /// A power of two, 1,024..2^26 and four times what one command may cause, which is 16 times
  /// work_per_command and 64: at least 8,192 with the default. 384 bytes each.
  std::uint32_t execution_log_events = 1U << 20U;
};

/// When a report may leave: once its command is in memory that outlives the process, or once it is
/// on the disk, with the report itself.
enum class Durability : std::uint8_t { process, disk };

/// With durability "disk" a thread of so many sessions works only while its memory has room for
/// more than so many of their largest records: what a message and a turn of the timers may cause.
[[nodiscard]] constexpr std::size_t session_reserve(std::size_t sessions) {
  return 4 + sessions / 32;
}

/// [journal]: what survives a stop, a crash, and the machine.
struct JournalConfig {
  Durability durability = Durability::process;
  std::string
      dir;  ///< Folder of the journal, on a disk that is kept; empty: `journal` in state_dir.
  /// Folder of what is not on the disk yet, in memory (tmpfs); empty: `live` in state_dir.
  std::string live_dir;
  std::uint64_t segment_bytes = 16U
                                << 20U;  ///< 2 MiB..1 GiB, a multiple of 4,096: a file in `dir`.
  std::uint64_t live_segment_bytes = 8U << 20U;  ///< 64 KiB..1 GiB, likewise: a file in `live_dir`.
  /// 2..63 of them ready, at most twice as many and one there; where none is ready the engine takes
  /// nothing.
  std::uint32_t live_segments = 4;
  /// 0..1,000,000: a snapshot of each so many files of commands, made at the side; 0: only at an
  /// orderly stop.
  std::uint32_t snapshot_segments = 64;
  /// 0..87,600: files that no start needs any more are removed when they are so old.
  std::uint32_t keep_hours = 168;
  /// 1..1,000,000: after a power cut sessions find what they had sent in so many of the newest
  /// files.
  std::uint32_t session_segments = 256;
  IdleKind idle = IdleKind::backoff;
  int cpu = -1;  ///< -1..1,023: CPU of the thread that syncs; -1: not pinned.
};

/// [log]
struct LogConfig {
  std::string level = "info";   ///< trace, debug, info, warn, error, critical, off
  std::string file;             ///< Empty: standard error.
  bool messages = false;        ///< Log every FIX message (secrets masked).
  std::uint32_t queue = 8'192;  ///< 128..1,048,576 lines; when full the oldest is dropped, counted.
};

/// [[instrument]]. Decimals are strings so that they stay exact.
struct InstrumentConfig {
  std::string symbol;                ///< Symbol(55), 1..32 printable ASCII characters.
  std::string security_type;         ///< SecurityType(167): "SPOT", "PERP" or "FUT".
  std::string tick_size;             ///< e.g. "0.01"; one unit of price.
  std::string lot_size;              ///< e.g. "0.00001"; one unit of quantity.
  std::int64_t min_qty_lots = 1;     ///< from `min_qty`, converted; absent: one lot
  std::int64_t max_qty_lots = 0;     ///< from `max_qty`, required
  std::int64_t band_low_ticks = 0;   ///< from `price_min`; absent: 0
  std::int64_t band_high_ticks = 0;  ///< from `price_max`; absent: the largest price of the engine
  std::int64_t market_protection_ticks =
      0;  ///< from `market_protection`, a price difference; absent: the largest price, no bound
};

/// [[firm]]
struct FirmConfig {
  std::string name;  ///< 1..32 printable ASCII characters, unique.
};

/// [[account]]
struct AccountConfig {
  std::string name;  ///< Account(1), 1..32 printable ASCII characters, unique.
  std::string firm;  ///< of [[firm]]
};

enum class Authentication : std::uint8_t { password, signature, none };

/// [[drop_copy]]: a group of drop-copy sessions that all get the same copies, numbered once.
struct DropCopyConfig {
  enum class Scope : std::uint8_t {
    firm,      ///< Of every session of `firm`.
    accounts,  ///< Of every order of these accounts.
    sessions,  ///< Of the orders of these sessions.
    venue,     ///< Of everybody.
  };

  std::string name;  ///< ApplID(1180), 1..32 printable ASCII characters, unique.
  Scope scope = Scope::firm;
  std::string firm;                   ///< of [[firm]]
  std::vector<std::string> accounts;  ///< of [[account]]
  std::vector<std::string> sessions;  ///< of [[session]], those that may enter orders
};

enum class Role : std::uint8_t {
  order_entry,
  drop_copy,  ///< Reads, on the feed thread.
  by_logon,   ///< DropCopyFlag(9406)=Y on the Logon makes the connection a drop copy.
};

/// [[session]]
struct SessionConfig {
  std::string comp_id;  ///< SenderCompID(49) of the client, unique; as ours.
  std::string firm;     ///< of [[firm]]
  Role role = Role::order_entry;
  std::string drop_copy;    ///< of [[drop_copy]]; empty with role order_entry only.
  bool venue_wide = false;  ///< Its group may reach beyond its firm.
  /// of [[account]], same firm; the first is the default. None with role drop_copy only.
  std::vector<std::string> accounts;
  Authentication authentication = Authentication::password;
  std::string username;  ///< Username(553), 1..64 printable ASCII; absent: the comp_id.
  /// libsodium Argon2id string, from `sluice --hash-password` or as cheap: see kMaxHashCostKib.
  std::string password_hash;
  /// With `signature`: 1..2 Ed25519 keys, any of which may sign a Logon. parse_public_key() says
  /// how they are written.
  std::vector<PublicKey> public_keys;
  std::vector<std::string> allow_addresses;  ///< Addresses or prefixes (10.0.0.0/8); empty: any.
  std::uint32_t io_thread = 0;  ///< 0..io_threads-1; without meaning with role drop_copy.
  /// Its Logon is taken only over TLS with this client certificate: a name or a SHA-256
  /// fingerprint, as gateway/net/client_certificate.hpp says. Empty: any, or none.
  std::string client_certificate;
  bool tls_required = false;  ///< `tls` = "required", or a client_certificate: not over plain TCP.
  /// Options under their QuickFIX names, already checked and as QuickFIX writes them ("Y", "120").
  std::map<std::string, std::string> quickfix;
};

/// What an admin may do: see gateway/admin/PROTOCOL.md.
enum class AdminRole : std::uint8_t { viewer, operate, risk, supervisor };

/// [admin]
struct AdminConfig {
  bool enabled = true;
  std::string socket;                ///< Path of at most 107 bytes; empty: admin.sock in state_dir.
  std::uint32_t socket_mode = 0600;  ///< Permissions of the socket, e.g. "0660".
  std::string socket_group;          ///< The group that owns it; empty: the venue's own.
  std::string audit_log;             ///< Empty: audit.log in state_dir.
  std::uint32_t max_connections = 16;          ///< 1..256 admins at a time; one more is told so.
  std::uint32_t max_line_bytes = 65'536;       ///< 1,024..1,048,576 bytes of one request.
  std::uint64_t max_unsent_bytes = 4U << 20U;  ///< 256 KiB..64 MiB for an admin who does not read;
                                               ///< past it, the connection is closed.
  std::uint32_t tail_messages = 4'096;  ///< 64..65,536 live messages waiting for `tail`; what comes
                                        ///< beyond is dropped and counted.
};

/// [[admin_user]]
struct AdminUserConfig {
  std::string user;  ///< Name or number of a user of the system; unique.
  AdminRole role = AdminRole::viewer;
  std::string firm;  ///< of [[firm]]; empty: the whole venue.
};

/// [opening]: what instruments come up as after a stop that was not orderly, and how they open.
struct OpeningConfig {
  /// cancel_only or continuous: what `continuous` becomes after an unclean start.
  InstrumentState after_unclean_stop = InstrumentState::cancel_only;
  std::uint32_t post_only_after_s = 0;   ///< 0..86,400; 0: by command only.
  std::uint32_t continuous_after_s = 0;  ///< The same, counted from the start, not from post-only.
};

struct VenueConfig {
  GatewayConfig gateway;
  std::optional<TlsConfig> tls;
  EngineSettings engine;
  JournalConfig journal;
  LogConfig log;
  AdminConfig admin;
  OpeningConfig opening;
  std::vector<InstrumentConfig> instruments;
  std::vector<FirmConfig> firms;
  std::vector<AccountConfig> accounts;
  std::vector<SessionConfig> sessions;
  std::vector<AdminUserConfig> admin_users;
  std::vector<DropCopyConfig> drop_copies;

  /// I/O threads with the feed thread behind them where there is one, then the door.
  [[nodiscard]] std::uint32_t thread_count() const noexcept { return door_thread() + 1; }
  /// The thread that lets connections in.
  [[nodiscard]] std::uint32_t door_thread() const noexcept {
    return gateway.io_threads + (drop_copies.empty() ? 0 : 1);
  }
  [[nodiscard]] std::uint32_t thread_of(const SessionConfig& session) const noexcept {
    return session.role == Role::drop_copy ? gateway.io_threads : session.io_thread;
  }
};

}  // namespace sluice::gateway
