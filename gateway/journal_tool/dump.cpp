#include "gateway/journal_tool/dump.hpp"

#include <memory>
#include <ostream>

#include "engine/journal/event_log.hpp"
#include "engine/journal/live_tail.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/segment_file.hpp"
#include "gateway/journal_tool/folders.hpp"
#include "gateway/journal_tool/record_fields.hpp"
#include "gateway/journal_tool/tool_error.hpp"

namespace sluice::gateway {
namespace {

/// As many as were asked for have been printed.
struct Enough {};

class Dump {
 public:
  Dump(const DumpOptions& options, Storage& storage, std::ostream& out, std::ostream& err)
      : options_(options),
        storage_(storage),
        out_(out),
        err_(err),
        names_(read_names(storage)),
        filter_(options.filter, names_) {}

  void rounds() {
    const RoundLogTip tip = read_round_log_to_damage(
        storage_, first_segment(), [this](const RecordView& record) { print(record); });
    if (!tip.torn.empty()) {
      err_ << segment_name(kRoundStream, tip.last_begun) << ", offset " << tip.torn_at << ": "
           << tip.torn << ": a power cut tore it, or it is being written\n";
    }
    if (!options_.live) return;
    read_live_tail(*options_.live, "commands", StreamKind::commands, tip.streams[0],
                   [this](const RecordView& record) { print(record); });
    for (std::size_t stream = 1; stream < tip.streams.size(); ++stream) {
      read_live_tail(*options_.live, "sessions-" + std::to_string(stream), StreamKind::sessions,
                     tip.streams[stream], [this](const RecordView& record) { print(record); });
    }
  }

  void events() {
    const std::vector<std::uint64_t> segments = segment_indices(storage_, kEventStream);
    const std::uint64_t missing = missing_segment(segments);
    EventLogReader log(storage_, filter_.from(), missing == 0 ? UINT64_MAX : missing);
    RecordView record;
    while (log.next(record)) print(record);
    const EventLogTip& tip = log.tip();
    if (!tip.wrong.empty()) {
      const std::string where = place_of_wrong(tip);
      if (missing != 0 || !is_torn_end(storage_, tip)) throw JournalDamage(where);
      err_ << where << ": a start takes it away\n";
    }
    require_dense(segments, kEventStream);
  }

 private:
  /// Nothing before it can match.
  [[nodiscard]] std::uint64_t first_segment() {
    if (!filter_.stream()) return 0;
    try {
      return first_segment_for(storage_, *filter_.stream(), filter_.from());
    } catch (const JournalDamage&) {
      return 0;  // told where it is come to
    }
  }

  void print(const RecordView& record) {
    if (!filter_.matches(record)) return;
    if (printed_ == options_.limit) throw Enough{};
    ++printed_;
    const Fields fields = fields_of(record, names_);
    out_ << (options_.json ? to_line(to_json(fields)) : to_text(fields, options_.all)) << '\n';
  }

  const DumpOptions& options_;
  Storage& storage_;
  std::ostream& out_;
  std::ostream& err_;
  JournalNames names_;
  RecordFilter filter_;
  std::uint64_t printed_ = 0;
};

}  // namespace

int dump(const DumpOptions& options, std::ostream& out, std::ostream& err) {
  if (options.events && options.live) {
    throw ToolError("--live and --events: in memory there are no events; expected one of the two");
  }
  const std::unique_ptr<FolderLock> live = options.live ? hold_live(*options.live) : nullptr;
  const auto storage = look_at(options.folder);
  Dump dump(options, *storage, out, err);
  try {
    options.events ? dump.events() : dump.rounds();
  } catch (const Enough&) {
  } catch (const JournalDamage& damage) {
    out.flush();
    err << options.folder << ": " << damage.what() << '\n';
    return kToolDamage;
  }
  return kToolGood;
}

}  // namespace sluice::gateway
