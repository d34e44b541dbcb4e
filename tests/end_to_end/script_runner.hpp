// Python programs of the tree, run against a venue under test.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/admin_fixture.hpp"
#include "tests/support/child_process.hpp"

namespace sluice::testing {

struct Ran {
  int code;  ///< Below 0: the signal that ended it.
  std::string out;
  std::string err;
};

/// `program`: below the source tree. Its end is waited for with finish().
inline std::unique_ptr<ChildProcess> start_python(const std::string& program,
                                                  const std::vector<std::string>& words) {
  ProcessOptions options;
  options.argv = {"/usr/bin/env", "python3", "-B", SLUICE_SOURCE_DIR "/" + program};
  options.argv.insert(options.argv.end(), words.begin(), words.end());
  return std::make_unique<ChildProcess>(options);
}

inline Ran finish(ChildProcess& process) {
  const auto status = process.wait(kPatience);
  if (!status) throw std::runtime_error("a script does not end: " + process.standard_error());
  return {status->by_signal ? -status->code : status->code, process.standard_output(),
          process.standard_error()};
}

/// Returns once it has said `text` on standard error.
inline void wait_until_said(ChildProcess& process, const std::string& text) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (process.standard_error().find(text) == std::string::npos) {
    if (process.wait(milliseconds{5}) || std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("it did not say \"" + text + "\": " + process.standard_error());
    }
  }
}

/// sluicectl asked of `venue`.
inline std::unique_ptr<ChildProcess> start_ctl(const VenueProcess& venue,
                                               std::vector<std::string> words) {
  words.insert(words.begin(), {"--socket", admin_socket(venue)});
  return start_python("scripts/sluicectl", words);
}
inline Ran ctl(const VenueProcess& venue, std::vector<std::string> words) {
  return finish(*start_ctl(venue, std::move(words)));
}

/// The words of `sluicectl run` with a transcript in the venue's folder, without questions.
inline std::vector<std::string> run_words(const VenueProcess& venue, const std::string& script,
                                          const std::vector<std::string>& variables) {
  std::vector<std::string> words{"run",
                                 script,
                                 "--yes",
                                 "--transcript",
                                 venue.folder() + "/transcript",
                                 "--reason",
                                 "a test of " + script};
  for (const std::string& variable : variables) {
    words.emplace_back("--set");
    words.push_back(variable);
  }
  return words;
}
inline std::vector<std::string> resume_words(const VenueProcess& venue, const std::string& script) {
  return {"run", script, "--yes", "--resume", venue.folder() + "/transcript"};
}

}  // namespace sluice::testing
