// One line of an admin as a request, and its arguments, strictly read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/admin/admin_error.hpp"
#include "gateway/admin/json.hpp"

namespace sluice::gateway {

inline constexpr std::size_t kMaxReasonBytes = 256;
inline constexpr std::size_t kMaxRequestIdBytes = 64;
/// Of objects and lists in one another, the line itself among them; no command needs more than 3.
inline constexpr int kMaxRequestDepth = 16;

struct AdminRequest {
  Json id;  ///< Null while it could not be read.
  std::string command;
  Json args = Json::object();
  std::string reason;
  bool dry_run = false;
};

struct ParsedRequest {
  AdminRequest request;
  std::optional<AdminError> error;
  bool is_json = true;  ///< False: no request could be found in the line; its sender is lost.
};

/// `line`: without its line feed.
[[nodiscard]] ParsedRequest parse_admin_request(std::string_view line);

/// 1 to `max` bytes of printable ASCII.
[[nodiscard]] bool is_admin_text(std::string_view text, std::size_t max) noexcept;

/// Reads the members of `args`, each once; finish() complains of all others. The first complaint
/// stands.
class ArgReader {
 public:
  explicit ArgReader(const Json& args) : args_(args) {}

  [[nodiscard]] bool has(std::string_view key) const { return args_.contains(key); }
  /// 1 to `max` bytes of printable ASCII; nothing when absent or wrong.
  std::optional<std::string> text(const char* key, std::size_t max, bool required);
  bool flag(const char* key);
  std::optional<std::int64_t> integer(const char* key, std::int64_t min, std::int64_t max,
                                      bool required);
  /// 1 to `max` different texts of at most 64 bytes.
  std::vector<std::string> names(const char* key, std::size_t max, bool required);
  /// The key counts as known.
  const Json* find(const char* key);

  void complain(const char* key, std::string message, std::string expected);
  [[nodiscard]] std::optional<AdminError> finish();

 private:
  const Json& args_;
  std::vector<std::string> known_;
  std::optional<AdminError> error_;
};

}  // namespace sluice::gateway
