// Which records a dump is asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/journal/segment.hpp"
#include "gateway/journal_tool/journal_names.hpp"

namespace sluice::gateway {

/// As it stands on the command line; empty: whatever it is.
struct FilterText {
  std::string from{};     ///< Sequence, of the stream; an event's number.
  std::string to{};       ///< Likewise, itself included.
  std::string since{};    ///< Time of the record, RFC 3339 or nanoseconds since 1970.
  std::string until{};    ///< Likewise, itself included.
  std::string session{};  ///< CompID or number; of an event: whose order, or who caused it.
  // These three are of orders: records of sessions never match them.
  std::string instrument{};
  std::string clordid{};             ///< ClOrdID(11) or OrigClOrdID(41).
  std::string order_id{};            ///< OrderID(37); of a trade: of either side.
  std::string stream{};              ///< 0: commands.
  std::vector<std::string> types{};  ///< Any of them: record type, command type, event type.
};

/// All that was asked must hold. A record that has no such field does not match.
class RecordFilter {
 public:
  /// Throws ToolError that names the option, what stands there and what would be right. Bounds on
  /// sequences without a stream mean the commands: each stream counts for itself.
  RecordFilter(const FilterText& text, const JournalNames& names);

  [[nodiscard]] bool matches(const RecordView& record) const;

  /// No record of another stream matches; nothing: any.
  [[nodiscard]] const std::optional<std::uint8_t>& stream() const noexcept { return stream_; }
  /// The first sequence that matches.
  [[nodiscard]] std::uint64_t from() const noexcept { return from_; }

 private:
  void add_type(const std::string& name);
  [[nodiscard]] bool matches_type(const RecordHeader& header, std::uint8_t message) const;

  std::uint64_t from_ = 0;
  std::uint64_t to_ = UINT64_MAX;
  std::int64_t since_ns_ = INT64_MIN;
  std::int64_t until_ns_ = INT64_MAX;
  std::optional<SessionId> session_;
  std::optional<InstrumentId> instrument_;
  std::string clordid_;
  std::optional<std::uint64_t> order_id_;
  std::optional<std::uint8_t> stream_;
  std::vector<std::uint16_t> record_types_;
  std::vector<std::uint8_t> command_types_;
  std::vector<std::uint8_t> event_types_;
};

/// "2026-11-26T01:20:00Z" with up to nine digits behind the second, or with an offset as +01:00;
/// or nanoseconds since 1970. Nothing: it is neither.
[[nodiscard]] std::optional<std::int64_t> parse_time(const std::string& text);

/// A whole number from 0 on. Throws ToolError with the option's name.
[[nodiscard]] std::uint64_t parse_count(const std::string& option, const std::string& text);

}  // namespace sluice::gateway
