#include "tests/end_to_end/tool_run.hpp"

#include <stdexcept>

#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {

ToolOutcome run_tool(const std::vector<std::string>& arguments) {
  ProcessOptions options;
  options.argv = {default_venue_binary()};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  ChildProcess process{options};
  const auto status = process.wait(kPatience);
  if (!status) throw std::runtime_error("the tool does not end");
  return {status->by_signal ? -status->code : status->code, process.standard_output(),
          process.standard_error()};
}

}  // namespace sluice::testing
