#include "gateway/journal_tool/journal_commands.hpp"

#include <cerrno>
#include <cstring>
#include <exception>
#include <ios>
#include <optional>
#include <ostream>
#include <string>

#include "engine/journal/segment_folder.hpp"
#include "gateway/journal_tool/cut.hpp"
#include "gateway/journal_tool/dump.hpp"
#include "gateway/journal_tool/stat.hpp"
#include "gateway/journal_tool/tool_error.hpp"
#include "gateway/journal_tool/verify.hpp"

namespace sluice::gateway {

struct JournalCommands::Options {
  std::string folder;
  std::string live;
  std::string limit;
  DumpOptions dump;
  bool json = false;
  bool yes = false;

  [[nodiscard]] std::optional<std::string> live_folder() const {
    return live.empty() ? std::nullopt : std::optional(live);
  }
};

JournalCommands::JournalCommands(CLI::App& app) : options_(std::make_unique<Options>()) {
  verify_ = app.add_subcommand(
      "verify",
      "replay a journal into a new engine; compare events and states with those on disk. Changes "
      "nothing, and may be used beside a running venue");
  CLI::App* const journal = app.add_subcommand("journal", "look at a journal on disk");
  journal->require_subcommand(1);
  dump_ = journal->add_subcommand("dump", "print the records, one a line");
  stat_ = journal->add_subcommand("stat", "segments, streams, runs, snapshots, and their health");
  cut_ = journal->add_subcommand("cut", "take off the end that a power cut tore, as a start does");
  for (CLI::App* const command : {verify_, dump_, stat_, cut_}) {
    command->add_option("DIR", options_->folder, "the journal's folder: STATE_DIR/journal")
        ->required();
  }
  for (CLI::App* const command : {verify_, dump_, stat_}) {
    command->add_option("--live", options_->live,
                        "also what a killed venue left in memory: STATE_DIR/live");
  }
  add_dump(*dump_);
  stat_->add_flag("--json", options_->json, "one JSON object");
  cut_->add_flag("--yes", options_->yes, "do it; without it nothing is changed");
  // A variable of a script that is not set must not mean all.
  const CLI::Validator is_given(
      [](std::string& value) { return value.empty() ? "found nothing; expected a value" : ""; },
      "");
  for (CLI::App* const command : {verify_, dump_, stat_, cut_}) {
    for (CLI::Option* const option : command->get_options()) option->check(is_given);
  }
}

JournalCommands::~JournalCommands() = default;

void JournalCommands::add_dump(CLI::App& dump) {
  DumpOptions& options = options_->dump;
  FilterText& filter = options.filter;
  dump.add_flag("--events", options.events, "the execution log instead of commands and sessions");
  dump.add_flag("--json", options.json, "a JSON object a line, with all fields");
  dump.add_flag("--all", options.all, "in text, too, the fields that are not given");
  dump.add_option("--from", filter.from, "first sequence, or number of an event");
  dump.add_option("--to", filter.to, "last one");
  dump.add_option("--since", filter.since, "earliest time: RFC 3339, or nanoseconds since 1970");
  dump.add_option("--until", filter.until, "latest time");
  dump.add_option("--session", filter.session, "CompID, or its number; of any record");
  dump.add_option("--instrument", filter.instrument,
                  "Symbol(55), or its number; no record of sessions");
  dump.add_option("--clordid", filter.clordid,
                  "ClOrdID(11) or OrigClOrdID(41); no record of sessions");
  dump.add_option("--order-id", filter.order_id,
                  "OrderID(37); its whole life is in --events; no record of sessions");
  dump.add_option("--type", filter.types, "of command, event or record; may be given repeatedly")
      ->allow_extra_args(false);
  dump.add_option(
      "--stream", filter.stream,
      "only this stream; where --from or --to is given 0, the commands; sessions from 1");
  dump.add_option("--limit", options_->limit, "most records to print");
}

bool JournalCommands::is_chosen() const {
  return verify_->parsed() || dump_->parsed() || stat_->parsed() || cut_->parsed();
}

int JournalCommands::perform(std::ostream& out, std::ostream& err) {
  Options& options = *options_;
  if (verify_->parsed()) return verify(options.folder, options.live_folder(), out, err);
  if (stat_->parsed()) return stat(options.folder, options.live_folder(), options.json, out, err);
  if (cut_->parsed()) return cut(options.folder, options.yes, out, err);
  options.dump.folder = options.folder;
  options.dump.live = options.live_folder();
  if (!options.limit.empty()) options.dump.limit = parse_count("--limit", options.limit);
  return dump(options.dump, out, err);
}

int JournalCommands::run(std::ostream& out, std::ostream& err) {
  out.exceptions(std::ios::badbit);
  try {
    const int code = perform(out, err);
    out.flush();
    return code;
  } catch (const std::ios_base::failure&) {
    const int error = errno;
    out.exceptions(std::ios::goodbit);
    if (error == EPIPE) return kToolGood;
    err << "sluice: the output cannot be written: " << std::strerror(error) << '\n';
  } catch (const ToolError& error) {
    err << "sluice: " << error.what() << '\n';
  } catch (const StorageError& error) {
    err << "sluice: " << error.what() << '\n';
  } catch (const JournalDamage& damage) {
    err << options_->folder << ": " << damage.what() << '\n';
    return kToolDamage;
  }
  return kToolUsage;
}

}  // namespace sluice::gateway
