// The journal's tools on the program's command line.
#pragma once

#include <CLI/CLI.hpp>
#include <iosfwd>
#include <memory>

namespace sluice::gateway {

/// Adds `verify` and `journal dump|stat|cut` to a command line. Thread safety: one thread.
class JournalCommands {
 public:
  /// `app` outlives this.
  explicit JournalCommands(CLI::App& app);
  ~JournalCommands();
  JournalCommands(const JournalCommands&) = delete;
  JournalCommands& operator=(const JournalCommands&) = delete;

  /// After parsing: whether one of them was asked for.
  [[nodiscard]] bool is_chosen() const;
  /// Does it and returns the program's exit code, a ToolExit. A reader of `out` that closes its
  /// pipe ends it quietly.
  [[nodiscard]] int run(std::ostream& out, std::ostream& err);

 private:
  struct Options;

  void add_dump(CLI::App& journal);
  [[nodiscard]] int perform(std::ostream& out, std::ostream& err);

  std::unique_ptr<Options> options_;
  CLI::App* verify_;
  CLI::App* dump_;
  CLI::App* stat_;
  CLI::App* cut_;
};

}  // namespace sluice::gateway
