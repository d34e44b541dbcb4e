// A client of the admin socket, with none of the gateway's code.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::testing {

using Json = nlohmann::ordered_json;

/// Thread safety: none.
class AdminClient {
 public:
  struct Answer {
    std::vector<Json> rows;
    Json last;  ///< The line with "ok"; null when the connection ended before it.

    [[nodiscard]] bool ok() const { return last.is_object() && last.value("ok", false); }
    [[nodiscard]] const Json& result() const { return last.at("result"); }
    [[nodiscard]] std::string code() const {
      return last.is_object() && last.contains("error") ? last["error"].value("code", "") : "";
    }
  };

  /// Connects, as soon as the socket is there, and reads the greeting. Throws std::runtime_error.
  explicit AdminClient(const std::string& path,
                       std::chrono::milliseconds patience = std::chrono::seconds{60});
  ~AdminClient();
  AdminClient(const AdminClient&) = delete;
  AdminClient& operator=(const AdminClient&) = delete;

  [[nodiscard]] const Json& greeting() const { return greeting_; }

  /// Sends a request under the next id and waits for its last line.
  Answer ask(const std::string& command, const Json& args = Json::object(),
             const std::string& reason = {}, bool dry_run = false);
  /// A change with a reason.
  Answer change(const std::string& command, const Json& args = Json::object()) {
    return ask(command, args, "a test");
  }
  /// Sends without waiting; the id.
  std::uint64_t send(const std::string& command, const Json& args = Json::object(),
                     const std::string& reason = {}, bool dry_run = false);
  void send_raw(std::string_view bytes);
  /// No more requests; answers can still be read.
  void end_of_requests();
  /// The next line; nothing when the venue closed or patience is over.
  std::optional<Json> receive();
  Answer receive_answer();
  /// True when the venue closes before patience is over.
  [[nodiscard]] bool closed();

 private:
  int fd_ = -1;
  std::chrono::milliseconds patience_;
  std::string buffer_;
  Json greeting_;
  std::uint64_t last_id_ = 0;
  bool ended_ = false;
};

}  // namespace sluice::testing
