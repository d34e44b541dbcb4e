// Every change that an admin made: who, when, what, why, before, after; only ever appended to.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

#include "engine/types/strong.hpp"
#include "gateway/admin/admin_identity.hpp"
#include "gateway/admin/json.hpp"
#include "gateway/net/file_descriptor.hpp"

namespace sluice::gateway {

/// The file cannot be opened or its end is no line of an audit log: what() says where and why.
class AuditLogError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Thread safety: one thread.
///
/// Invariants: a line is on the disk when append() says so. Each carries the SHA-256 of the one
/// before it. A line that a crash cut short is completed by a line feed at the next start and stays
/// in the chain as it is, so nothing is ever taken out. PROTOCOL.md has the format.
class AuditLog {
 public:
  /// Longer ones are not read back: no request makes one.
  static constexpr std::size_t kMaxLineBytes = std::size_t{4} << 20U;
  static constexpr std::int64_t kRefusedBurst = 60;
  /// Arguments of a refused request that are shown; of longer ones the size.
  static constexpr std::size_t kMaxRefusedArgs = 1'024;

  /// Opens or creates `path`, and finds its last number and hash. Throws AuditLogError.
  explicit AuditLog(std::string path);

  struct Change {
    const Admin& admin;
    const std::string& command;
    const Json& args;
    const std::string& reason;
  };

  /// The line's number; nothing when it could not be written (errno's text in failure()): the file
  /// is then as it was, or ends in an incomplete line.
  [[nodiscard]] std::optional<std::uint64_t> asked(TimeNs time, const Change& change,
                                                   const Json& before);
  [[nodiscard]] bool done(TimeNs time, std::uint64_t of, const Json& after);
  [[nodiscard]] bool failed(TimeNs time, std::uint64_t of, const std::string& why);
  /// At most kRefusedBurst of them at once and one a second; true also for one that is left out, of
  /// which the next one tells.
  [[nodiscard]] bool refused(TimeNs time, const Change& change, const std::string& why);

  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::uint64_t lines() const noexcept { return last_; }

 private:
  void find_end();
  [[nodiscard]] Json begin(TimeNs time, const char* phase) const;
  [[nodiscard]] bool append(Json line);
  [[nodiscard]] bool may_refuse(TimeNs time) noexcept;

  std::string path_;
  FileDescriptor file_;
  std::uint64_t last_ = 0;
  std::string chain_;  // of the last line
  bool torn_ = false;  // the file does not end in a line feed
  std::string failure_;
  TimeNs refused_at_;
  std::int64_t refusals_left_ = kRefusedBurst;
  std::uint64_t left_out_ = 0;
};

}  // namespace sluice::gateway
