// The admin server over its socket, with an engine and sessions that answer at once: each line has
// one last line, in order, and what was asked of the audit log comes to its end.
//
// First byte: role, firm and the bound of a line; second: bytes of one send. What is kept in
// corpus/ is a script of lines behind two letters.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

#include "tests/fuzz/fuzz_target.hpp"
#include "tests/gateway/admin/admin_harness.hpp"

namespace {

using namespace sluice;
using namespace sluice::gateway;
using sluice::fuzz::require;

/// In memory, and gone with the process; what was left by one that ended otherwise goes now.
struct Folder {
  Folder() : path(kPrefix + std::to_string(::getpid())) {
    for (const auto& entry : std::filesystem::directory_iterator("/dev/shm")) {
      const std::string other = entry.path().string();
      if (!other.starts_with(kPrefix)) continue;
      const auto pid = static_cast<pid_t>(std::atoi(other.c_str() + kPrefix.size()));
      if (pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH) std::filesystem::remove_all(other);
    }
    std::filesystem::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  static inline const std::string kPrefix = "/dev/shm/sluice-fuzz-admin-";
  std::string path;
};

std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines;
  for (std::size_t feed; (feed = bytes.find('\n')) != std::string_view::npos;) {
    lines.emplace_back(bytes.substr(0, feed));
    bytes.remove_prefix(feed + 1);
  }
  return lines;
}

Json parsed(const std::string& line) {
  Json value = Json::parse(line, nullptr, false);
  require(value.is_object(), "a line that is no JSON object");
  return value;
}

/// What the client sees when it says `bytes`, `chunk` at a time, and then falls silent.
std::vector<std::string> talk(AdminHarness& harness, const std::string& folder,
                              std::string_view bytes, std::size_t chunk) {
  AdminSocketClient client(folder);
  std::vector<std::string> said;
  const auto take = [&] {
    harness.turns(1);
    for (std::string& line : client.take_lines()) said.push_back(std::move(line));
  };
  take();
  while (!bytes.empty() && !client.closed()) {
    bytes.remove_prefix(client.send(bytes.substr(0, chunk)));
    take();
  }
  client.end_of_requests();
  // A line is done in a few turns; an order.list of 64 orders too.
  for (int left = 20'000; !client.closed(); --left) {
    require(left > 0, "no end");
    take();
  }
  require(client.rest().empty(), "the last line has no feed");
  return said;
}

/// Null unless the line is a request whose id can be read.
Json id_of(const std::string& line) {
  Json value = Json::parse(line, nullptr, false);
  return value.is_object() && value.contains("id") ? value["id"] : Json(nullptr);
}

void check_error(const Json& answer) {
  static const std::set<std::string> kCodes{"bad_request",
                                            "unknown_command",
                                            "unknown_session",
                                            "unknown_instrument",
                                            "unknown_account",
                                            "unknown_firm",
                                            "unknown_order",
                                            "not_allowed",
                                            "reason_required",
                                            "wrong_state",
                                            "busy",
                                            "audit_unavailable"};
  const Json& error = answer.at("error");
  require(kCodes.contains(error.at("code").get<std::string>()), "a code that is in no table");
  require(!error.at("message").get<std::string>().empty(), "an error without a message");
}

void check_answers(const std::vector<std::string>& said, std::string_view bytes,
                   std::size_t max_line) {
  require(!said.empty() && parsed(said[0]).contains("protocol"), "no greeting");
  std::vector<std::string> asked = lines_of(bytes);
  const std::size_t rest = bytes.size() - std::min(bytes.size(), bytes.rfind('\n') + 1);
  if (rest > max_line) asked.emplace_back(bytes.substr(bytes.size() - rest));
  std::size_t last_lines = 0;
  for (std::size_t i = 1; i < said.size(); ++i) {
    const Json line = parsed(said[i]);
    require(last_lines < asked.size(), "an answer to nothing");
    const Json& id = line.at("id");
    if (line.contains("row")) {
      require(id == id_of(asked[last_lines]), "a row of another request");
      continue;
    }
    const bool ok = line.at("ok").get<bool>();
    if (!ok) check_error(line);
    require(ok ? line.contains("result") : !line.contains("result"), "no result");
    require((id.is_null() && !ok) || id == id_of(asked[last_lines]), "out of order");
    ++last_lines;
  }
  if (last_lines == asked.size()) return;
  // It was given up at a line that is no request.
  require(last_lines > 0, "no answer");
  const Json last = parsed(said.back());
  require(last.at("id").is_null() && last["error"]["code"] == "bad_request",
          "a request is unanswered");
}

void check_audit(const std::string& path) {
  std::ifstream in(path);
  std::set<std::uint64_t> open;
  std::uint64_t n = 0;
  for (std::string line; std::getline(in, line);) {
    const Json entry = parsed(line);
    require(entry.at("n") == ++n, "numbers of the audit log are not dense");
    const auto phase = entry.at("phase").get<std::string>();
    if (phase == "asked") open.insert(n);
    if (phase == "done" || phase == "failed") {
      require(open.erase(entry.at("of").get<std::uint64_t>()) == 1, "an end without its beginning");
    }
  }
  require(open.empty(), "a change without its end in the audit log");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  sluice::fuzz::Input input(data, size);
  const std::uint8_t choice = input.byte();
  const std::size_t chunk = std::max<std::size_t>(1, std::size_t{input.byte()} * 16);
  std::filesystem::remove(folder.path + "/audit.log");
  AdminHarnessOptions options;
  options.folder = folder.path;
  // 'O' is a supervisor without a firm.
  options.users = {{std::to_string(::getuid()), static_cast<AdminRole>(choice % 4),
                    (choice & 16U) != 0 ? "ALPHA" : ""}};
  options.admin.max_line_bytes = (choice & 32U) != 0 ? 1'024 : 65'536;
  options.command_ring = (choice & 64U) != 0 ? 64 : 2;
  // Megabytes: made in one place each time, they are neither mapped nor poisoned anew.
  alignas(AdminHarness) static std::byte place[sizeof(AdminHarness)];
  const std::unique_ptr<AdminHarness, void (*)(AdminHarness*)> owner(
      new (place) AdminHarness(options), [](AdminHarness* made) { made->~AdminHarness(); });
  AdminHarness& harness = *owner;
  harness.rest_order("first", 100);
  harness.rest_order("second", 101);
  const std::vector<std::string> said = talk(harness, folder.path, input.rest(), chunk);
  check_answers(said, input.rest(), options.admin.max_line_bytes);
  check_audit(folder.path + "/audit.log");
  require(harness.engine_desk.idle(), "what the engine said of a command is kept for ever");
  return 0;
}
