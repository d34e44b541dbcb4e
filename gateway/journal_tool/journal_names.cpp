#include "gateway/journal_tool/journal_names.hpp"

#include <algorithm>
#include <charconv>
#include <exception>

#include "engine/journal/round_log.hpp"
#include "engine/journal/snapshot_file.hpp"
#include "gateway/admin/json.hpp"
#include "gateway/journal_tool/tool_error.hpp"

namespace sluice::gateway {
namespace {

std::string_view at(const std::vector<std::string>& names, std::uint32_t id) {
  return id == 0 || id > names.size() ? std::string_view{} : names[id - 1];
}

std::vector<std::string> names_in(const Json& run, const char* list) {
  std::vector<std::string> names;
  for (const Json& one : run.at(list)) names.push_back(one.at("name").get<std::string>());
  return names;
}

std::optional<JournalNames::Units> units_in(const Json& instrument) {
  JournalNames::Units units;
  const bool good = parse_unit(instrument.at("tick_size").get<std::string>(), units.tick) &&
                    parse_unit(instrument.at("lot_size").get<std::string>(), units.lot);
  return good ? std::optional(units) : std::nullopt;
}

std::uint32_t id_of(const std::vector<std::string>& names, const std::string& name,
                    const char* what) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<std::uint32_t>(found - names.begin() + 1);
  std::uint32_t id = 0;
  const char* const end = name.data() + name.size();
  const auto [read, error] = std::from_chars(name.data(), end, id);
  if (error == std::errc{} && read == end) return id;
  std::string known;
  for (const std::string& one : names) known += (known.empty() ? "" : ", ") + one;
  throw ToolError(std::string(what) + " \"" + name + "\" is not in this journal; expected " +
                  (known.empty() ? "a number: it has no names" : "one of " + known));
}

}  // namespace

void JournalNames::learn(const RunStart& run) {
  const Json names = Json::parse(run.names, nullptr, false);
  if (!names.is_object()) return;
  try {
    std::vector<std::optional<Units>> units;
    for (const Json& one : names.at("instruments")) units.push_back(units_in(one));
    const auto keep_longer = [](auto& kept, auto learnt) {
      if (learnt.size() >= kept.size()) kept = std::move(learnt);
    };
    keep_longer(instruments_, names_in(names, "instruments"));
    keep_longer(units_, std::move(units));
    keep_longer(firms_, names_in(names, "firms"));
    keep_longer(accounts_, names_in(names, "accounts"));
    keep_longer(sessions_, names_in(names, "sessions"));
  } catch (const Json::exception&) {
    // Of a program that writes them otherwise.
  }
}

std::string_view JournalNames::name(InstrumentId id) const { return at(instruments_, id.value); }
std::string_view JournalNames::name(SessionId id) const { return at(sessions_, id.value); }
std::string_view JournalNames::name(AccountId id) const { return at(accounts_, id.value); }
std::string_view JournalNames::name(FirmId id) const { return at(firms_, id.value); }

std::string_view JournalNames::target(ControlScope scope, std::uint32_t id) const {
  switch (scope) {
    case ControlScope::firm:
      return name(FirmId{id});
    case ControlScope::account:
      return name(AccountId{id});
    case ControlScope::session:
      return name(SessionId{id});
    default:
      return {};
  }
}

std::optional<JournalNames::Units> JournalNames::units(InstrumentId id) const {
  if (id.value == 0 || id.value > units_.size()) return std::nullopt;
  return units_[id.value - 1];
}

InstrumentId JournalNames::instrument(const std::string& name) const {
  return {id_of(instruments_, name, "instrument")};
}
SessionId JournalNames::session(const std::string& name) const {
  return {id_of(sessions_, name, "session")};
}

// A start reads the same: so it takes no longer, whatever the journal's length.
JournalNames read_names(Storage& storage) {
  JournalNames names;
  std::vector<std::string> files = storage.list();
  std::uint64_t first = 0;
  for (auto name = files.rbegin(); name != files.rend(); ++name) {
    const std::uint64_t sequence = snapshot_sequence(*name);
    if (sequence == 0) continue;
    try {
      names.learn(read_snapshot_run(storage, sequence));
      first = first_segment_for(storage, 0, sequence + 1);
      break;
    } catch (const SnapshotError&) {
      // The one before it.
    } catch (const JournalDamage&) {
      break;  // told by whoever reads the records
    }
  }
  try {
    (void)read_round_log_to_damage(storage, first, [&](const RecordView& record) {
      if (record.header->stream != 0 ||
          record.header->type != static_cast<std::uint16_t>(RecordType::run)) {
        return;
      }
      try {
        names.learn(decode_run(record.payload));
      } catch (const SnapshotError&) {
        // Of a later version.
      }
    });
  } catch (const JournalDamage&) {
    // As above.
  }
  return names;
}

}  // namespace sluice::gateway
