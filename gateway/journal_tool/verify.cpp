#include "gateway/journal_tool/verify.hpp"

#include <iomanip>
#include <memory>
#include <ostream>

#include "engine/journal/journal_check.hpp"
#include "gateway/journal_tool/folders.hpp"
#include "gateway/journal_tool/record_fields.hpp"
#include "gateway/journal_tool/tool_error.hpp"

namespace sluice::gateway {
namespace {

void print_summary(const JournalCheck& check, std::ostream& out) {
  out << "commands=" << check.commands << " runs=" << check.runs << " events=" << check.events
      << " events_compared=" << check.compared << " snapshots=" << check.snapshots
      << " from_memory=" << check.from_memory << " from_snapshot=" << check.snapshot
      << " last_sequence=" << check.last_sequence << " last_event=" << check.last_event
      << " events_digest=" << hex(check.events_digest, 8)
      << " state_hash=" << hex(check.state_hash, 16) << '\n';
}

std::string value_of(const Fields& fields, std::size_t at) {
  return at < fields.size() ? shown(fields[at].value) : "";
}

/// One field a line; a star marks those that differ.
void print_difference(const EventDifference& difference, const JournalNames& names,
                      std::ostream& out) {
  const Fields disk = difference.on_disk ? fields_of(*difference.on_disk, names) : Fields{};
  const Fields again = difference.again ? fields_of(*difference.again, names) : Fields{};
  const Fields& longer = disk.empty() ? again : disk;
  constexpr int kNameWidth = 36;
  constexpr int kValueWidth = 40;
  const auto line = [&](const char* mark, const std::string& name, const std::string& left,
                        const std::string& right) {
    out << mark << ' ' << std::left << std::setw(kNameWidth) << name << ' '
        << std::setw(kValueWidth) << left << ' ' << right << '\n';
  };
  line(" ", "event " + std::to_string(difference.number), "on disk",
       difference.again ? "from the journal" : "from the journal: no such event");
  for (std::size_t at = 0; at < longer.size(); ++at) {
    const bool both = at < disk.size() && at < again.size();
    const bool is_same =
        both && disk[at].value == again[at].value && disk[at].name == again[at].name;
    const bool is_given =
        (at < disk.size() && disk[at].is_given) || (at < again.size() && again[at].is_given);
    if (is_same && !is_given) continue;
    std::string name = longer[at].name;
    if (both && disk[at].name != again[at].name) name += " / " + again[at].name;
    line(both && !is_same ? "*" : " ", name, value_of(disk, at), value_of(again, at));
  }
}

}  // namespace

int verify(const std::string& folder, const std::optional<std::string>& live, std::ostream& out,
           std::ostream& err) {
  const std::unique_ptr<FolderLock> lock = live ? hold_live(*live) : nullptr;
  const auto storage = look_at(folder);
  const JournalCheck check = check_journal(*storage, live);
  out << (check.wrongs.empty() ? "verified " : "not verified ");
  print_summary(check, out);
  for (const std::string& remark : check.remarks) out << "note: " << remark << '\n';
  if (check.wrongs.empty()) return kToolGood;
  if (check.difference) print_difference(*check.difference, read_names(*storage), out);
  out.flush();
  for (const std::string& wrong : check.wrongs) err << folder << ": " << wrong << '\n';
  return kToolDamage;
}

}  // namespace sluice::gateway
