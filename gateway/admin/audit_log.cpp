#include "gateway/admin/audit_log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sodium.h>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include "engine/types/durations.hpp"

namespace sluice::gateway {
namespace {

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest;
  ::crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex;
  ::sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return hex.data();
}

void add_change(Json& line, const AuditLog::Change& change) {
  line["user"] = change.admin.user;
  line["uid"] = change.admin.uid;
  line["pid"] = change.admin.pid;
  line["role"] = name_of(change.admin.role);
  line["firm"] = change.admin.firm.empty() ? Json(nullptr) : Json(change.admin.firm);
  line["command"] = change.command;
  line["args"] = change.args;
  line["reason"] = change.reason;
}

}  // namespace

AuditLog::AuditLog(std::string path) : path_(std::move(path)), chain_(sha256({})) {
  file_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!file_.is_open()) {
    throw AuditLogError("cannot open the audit log " + path_ + ": " + std::strerror(errno));
  }
  // Two venues that append to one file would number and chain their lines twice.
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    throw AuditLogError("the audit log " + path_ +
                        " is in use by another process; give each venue its own");
  }
  find_end();
}

// Reads the file backwards for its last line that is a record. Lines that a crash cut short may
// follow it: they hold no number, but they are the last line that the chain covers.
void AuditLog::find_end() {
  struct stat about {};
  if (::fstat(file_.get(), &about) != 0 || !S_ISREG(about.st_mode)) {
    throw AuditLogError("the audit log " + path_ + " is no file that can be appended to");
  }
  const auto size = static_cast<std::size_t>(about.st_size);
  const std::size_t tail_size = size < kMaxLineBytes ? size : kMaxLineBytes;
  std::string tail(tail_size, '\0');
  const auto offset = static_cast<off_t>(size - tail_size);
  if (::pread(file_.get(), tail.data(), tail_size, offset) != static_cast<ssize_t>(tail_size)) {
    throw AuditLogError("the audit log " + path_ + " cannot be read: " + std::strerror(errno));
  }
  torn_ = !tail.empty() && tail.back() != '\n';
  std::string_view rest = tail;
  if (!rest.empty() && !torn_) rest.remove_suffix(1);
  for (bool is_last = true; !rest.empty(); is_last = false) {
    const std::size_t feed = rest.rfind('\n');
    const std::string_view line = feed == std::string_view::npos ? rest : rest.substr(feed + 1);
    if (is_last) chain_ = sha256(line);
    const Json record = Json::parse(line, nullptr, false);
    if (record.is_object() && record.contains("n") && record["n"].is_number_unsigned()) {
      last_ = record["n"].get<std::uint64_t>();
      return;
    }
    if (feed == std::string_view::npos) break;
    rest = rest.substr(0, feed);
  }
  if (size == 0) return;
  throw AuditLogError("the audit log " + path_ +
                      " does not end in a line of an audit log; move it away to begin a new one");
}

Json AuditLog::begin(TimeNs time, const char* phase) const {
  Json line;
  line["n"] = last_ + 1;
  line["time"] = iso_time(time);
  line["phase"] = phase;
  return line;
}

std::optional<std::uint64_t> AuditLog::asked(TimeNs time, const Change& change,
                                             const Json& before) {
  Json line = begin(time, "asked");
  add_change(line, change);
  line["before"] = before;
  if (!append(std::move(line))) return std::nullopt;
  return last_;
}

bool AuditLog::done(TimeNs time, std::uint64_t of, const Json& after) {
  Json line = begin(time, "done");
  line["of"] = of;
  line["after"] = after;
  return append(std::move(line));
}

bool AuditLog::failed(TimeNs time, std::uint64_t of, const std::string& why) {
  Json line = begin(time, "failed");
  line["of"] = of;
  line["why"] = why;
  return append(std::move(line));
}

bool AuditLog::refused(TimeNs time, const Change& change, const std::string& why) {
  if (!may_refuse(time)) {
    ++left_out_;
    return true;
  }
  Json line = begin(time, "refused");
  add_change(line, change);
  // Whoever may do nothing could fill the disk with what he asks for.
  const std::size_t size = to_line(change.args).size();
  if (size > kMaxRefusedArgs) line["args"] = std::to_string(size) + " bytes";
  if (left_out_ != 0) line["left_out"] = std::exchange(left_out_, 0);
  line["why"] = why;
  return append(std::move(line));
}

bool AuditLog::may_refuse(TimeNs time) noexcept {
  const std::int64_t earned = (time.value - refused_at_.value) / kNsPerSecond;
  if (earned > 0) {
    refusals_left_ = std::min(refusals_left_ + earned, kRefusedBurst);
    refused_at_ = time;
  }
  if (refusals_left_ == 0) return false;
  --refusals_left_;
  return true;
}

bool AuditLog::append(Json line) {
  line["chain"] = chain_;
  std::string text = to_line(line);
  const std::string next_chain = sha256(text);
  text += '\n';
  if (torn_) text.insert(text.begin(), '\n');
  struct stat before {};
  const bool sized = ::fstat(file_.get(), &before) == 0;
  const ssize_t wrote = ::write(file_.get(), text.data(), text.size());
  if (wrote == static_cast<ssize_t>(text.size()) && ::fdatasync(file_.get()) == 0) {
    torn_ = false;
    chain_ = next_chain;
    ++last_;
    return true;
  }
  failure_ = wrote < 0 || wrote == static_cast<ssize_t>(text.size()) ? std::strerror(errno)
                                                                     : "the disk is full";
  // What did not become a whole line is taken back; if even that fails it is a torn one.
  if (wrote > 0 && (!sized || ::ftruncate(file_.get(), before.st_size) != 0)) {
    const std::size_t skip = torn_ ? 1 : 0;
    const auto written = static_cast<std::size_t>(wrote);
    if (written > skip) chain_ = sha256(std::string_view(text).substr(skip, written - skip));
    torn_ = true;
  }
  return false;
}

}  // namespace sluice::gateway
