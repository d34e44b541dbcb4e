#include "gateway/journal_tool/stat.hpp"

#include <cstring>
#include <map>
#include <memory>
#include <ostream>
#include <utility>
#include <vector>

#include "engine/journal/event_log.hpp"
#include "engine/journal/live_tail.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/segment_file.hpp"
#include "engine/journal/snapshot_file.hpp"
#include "engine/message/names.hpp"
#include "gateway/journal_tool/folders.hpp"
#include "gateway/journal_tool/record_fields.hpp"
#include "gateway/journal_tool/tool_error.hpp"

namespace sluice::gateway {
namespace {

/// Records of one stream, or of the execution log.
struct Counted {
  std::uint64_t records = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::int64_t first_ns = 0;
  std::int64_t last_ns = 0;
  std::map<std::string, std::uint64_t> types;

  void add(const RecordView& record) {
    const RecordHeader& header = *record.header;
    if (records++ == 0) {
      first_sequence = header.sequence;
      first_ns = header.time_ns;
    }
    last_sequence = header.sequence;
    last_ns = header.time_ns;
    ++types[type_of(record)];
  }

  /// Commands and events by what they are, others by the type of their record.
  static std::string type_of(const RecordView& record) {
    std::string_view name;
    const auto type = static_cast<RecordType>(record.header->type);
    if (type == RecordType::command && record.payload.size() == sizeof(Command)) {
      name = enumerator_name(static_cast<CommandType>(record.payload[offsetof(Command, type)]));
    } else if (type == RecordType::event && record.payload.size() == sizeof(Event)) {
      name = enumerator_name(static_cast<EventType>(record.payload[offsetof(Event, type)]));
    }
    return name.empty() ? record_type_name(record.header->type) : std::string(name);
  }

  void put(Json& to) const {
    to["records"] = records;
    if (records == 0) return;
    to["first_sequence"] = first_sequence;
    to["last_sequence"] = last_sequence;
    to["first_time"] = shown_time(first_ns);
    to["last_time"] = shown_time(last_ns);
    to["types"] = types;
  }
};

/// Files of a stream. Those that were made ahead count for themselves.
Json segments_of(Storage& storage, const char* stream) {
  std::uint64_t used = 0;
  std::uint64_t prepared = 0;
  std::uint64_t bytes = 0;
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  for (const std::uint64_t index : segment_indices(storage, stream)) {
    const StoredBytes data = storage.read(segment_name(stream, index));
    bytes += data.bytes.size();
    if (!is_used(data.bytes)) {
      ++prepared;
      continue;
    }
    ++used;
    if (first == 0) first = index;
    last = index;
  }
  return {{"segments", used},
          {"first_index", first},
          {"last_index", last},
          {"prepared", prepared},
          {"bytes", bytes}};
}

class Stat {
 public:
  explicit Stat(Storage& storage) : storage_(storage) {}

  Json describe(const std::optional<std::string>& live) {
    rounds(live);
    Json parts = Json::object();
    Json segments = segments_of(storage_, kRoundStream);
    if (!torn_.empty()) segments["torn"] = torn_;
    parts["rounds"] = std::move(segments);
    parts["streams"] = Json::array();
    for (const auto& [stream, counted] : streams_) {
      Json one{{"stream", stream}};
      counted.put(one);
      parts["streams"].push_back(std::move(one));
    }
    parts["runs"] = std::move(runs_);
    parts["events"] = events();
    parts["snapshots"] = snapshots();
    if (live) {
      Json memory = Json::object();
      live_.put(memory);
      parts["live"] = std::move(memory);
    }
    parts["damage"] = damage_;
    return parts;
  }
  [[nodiscard]] const std::vector<std::string>& damage() const noexcept { return damage_; }

 private:
  void rounds(const std::optional<std::string>& live) {
    try {
      const RoundLogTip tip = read_round_log_to_damage(
          storage_, 0, [this](const RecordView& record) { count(record); });
      if (!tip.torn.empty()) {
        torn_ = segment_name(kRoundStream, tip.last_begun) + ", offset " +
                std::to_string(tip.torn_at) + ": " + tip.torn;
      }
      if (!live) return;
      read_live_tail(*live, "commands", StreamKind::commands, tip.streams[0],
                     [this](const RecordView& record) {
                       live_.add(record);
                       note_run(record);
                     });
    } catch (const JournalDamage& damage) {
      damage_.emplace_back(damage.what());
    }
  }

  void count(const RecordView& record) {
    streams_[record.header->stream].add(record);
    note_run(record);
  }

  void note_run(const RecordView& record) {
    const RecordHeader& header = *record.header;
    if (header.stream != 0 || header.type != static_cast<std::uint16_t>(RecordType::run)) return;
    runs_.push_back({{"epoch", header.epoch},
                     {"sequence", header.sequence},
                     {"time", shown_time(header.time_ns)}});
  }

  Json events() {
    Counted counted;
    Json one = segments_of(storage_, kEventStream);
    try {
      EventLogReader log(storage_, 0);
      for (RecordView record; log.next(record);) counted.add(record);
      const EventLogTip& tip = log.tip();
      if (!tip.wrong.empty()) {
        const std::string where = tip.wrong + ", offset " + std::to_string(tip.wrong_at);
        if (is_torn_end(storage_, tip)) {
          one["torn"] = where;
        } else {
          damage_.push_back(where + "; later events follow");
        }
      }
    } catch (const JournalDamage& damage) {
      damage_.emplace_back(damage.what());
    }
    counted.put(one);
    return one;
  }

  Json snapshots() {
    Json list = Json::array();
    for (const std::string& name : storage_.list()) {
      const std::uint64_t sequence = snapshot_sequence(name);
      if (sequence == 0) continue;
      Json one{{"file", name}, {"bytes", storage_.read(name).bytes.size()}, {"good", false}};
      try {
        const SnapshotHeader header = read_snapshot_header(storage_, sequence);
        one["sequence"] = header.sequence;
        one["events"] = header.events;
        one["time"] = shown_time(header.time_ns);
        one["state_hash"] = hex(header.state_hash, 16);
        (void)read_snapshot(storage_, sequence);  // also whether its engine has that hash
        one["good"] = true;
      } catch (const SnapshotError& error) {
        damage_.push_back(name + ": " + error.what());
      } catch (const std::invalid_argument& error) {
        damage_.push_back(name + ": " + error.what());
      }
      list.push_back(std::move(one));
    }
    return list;
  }

  Storage& storage_;
  std::map<int, Counted> streams_;
  Counted live_;
  Json runs_ = Json::array();
  std::string torn_;
  std::vector<std::string> damage_;
};

void print_part(const std::string& name, const Json& part, std::ostream& out) {
  if (part.is_array()) {
    for (const Json& one : part) print_part(name, one, out);
    return;
  }
  if (!part.is_object()) return;
  out << name << ':';
  for (const auto& [key, value] : part.items()) {
    if (!value.is_object()) {
      out << ' ' << key << '=' << shown(value);
      continue;
    }
    for (const auto& [inner, number] : value.items()) out << ' ' << inner << '=' << shown(number);
  }
  out << '\n';
}

}  // namespace

int stat(const std::string& folder, const std::optional<std::string>& live, bool as_json,
         std::ostream& out, std::ostream& err) {
  const std::unique_ptr<FolderLock> lock = live ? hold_live(*live) : nullptr;
  const auto storage = look_at(folder);
  Stat stat(*storage);
  const Json parts = stat.describe(live);
  if (as_json) {
    out << to_line(parts) << '\n';
  } else {
    for (const auto& [name, part] : parts.items()) print_part(name, part, out);
  }
  out.flush();
  for (const std::string& what : stat.damage()) err << folder << ": " << what << '\n';
  return stat.damage().empty() ? kToolGood : kToolDamage;
}

}  // namespace sluice::gateway
