// One client of the admin socket: its bytes, who it is, and its request under way.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/admin/admin_job.hpp"
#include "gateway/net/file_descriptor.hpp"
#include "gateway/net/poller.hpp"
#include "gateway/net/receive_buffer.hpp"
#include "gateway/net/send_buffer.hpp"

namespace sluice::gateway {

/// Thread safety: the admin thread.
class AdminConnection final : public AnswerWriter {
 public:
  AdminConnection(FileDescriptor fd, const AdminConfig& limits, std::uint64_t token)
      : fd_(std::move(fd)),
        limits_(limits),
        token_(token),
        received_(limits.max_line_bytes + 1),
        unsent_(limits.max_unsent_bytes) {}

  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] std::uint64_t token() const noexcept { return token_; }
  [[nodiscard]] ReceiveBuffer& received() noexcept { return received_; }

  /// The next whole line without its feed; nothing while there is none. `too_long`: there will be
  /// none within the bound. Valid until consume_line().
  [[nodiscard]] std::optional<std::string_view> next_line(bool& too_long) const;
  void consume_line(std::size_t bytes) { received_.consume(bytes + 1); }

  void greet(const Json& line) { write(line); }
  /// Answers what is no request of any job.
  void refuse(const Json& id, const AdminError& error);

  void begin(std::unique_ptr<AdminJob> job, Json id);
  [[nodiscard]] bool is_busy() const noexcept { return job_ != nullptr; }
  /// True if it got anywhere.
  bool advance();
  void abandon();

  // AnswerWriter
  void row(const Json& row) override;
  void ok(const Json& result) override;
  void fail(const AdminError& error) override { refuse(id_, error); }
  [[nodiscard]] bool has_room() const override {
    return gone_ || unsent_.size() < limits_.max_unsent_bytes / 4;
  }
  [[nodiscard]] bool is_over() const override;

  void flush();
  /// No more is heard of it and nothing reaches it.
  void hang_up() noexcept { gone_ = true; }
  void close_after_flush() noexcept { closing_ = true; }
  [[nodiscard]] bool gone() const noexcept { return gone_ || (closing_ && unsent_.empty()); }
  [[nodiscard]] bool closing() const noexcept { return closing_; }
  /// It will say no more; what it asked is still answered.
  void end_of_requests() noexcept { said_all_ = true; }
  [[nodiscard]] bool said_all() const noexcept { return said_all_; }
  /// What the poller should watch it for.
  [[nodiscard]] Interest wanted_interest() const noexcept;

  std::optional<Admin> admin;
  Interest interest = Interest::none;
  std::int64_t last_heard_ns = 0;  ///< Monotonic.

 private:
  void write(const Json& line);

  FileDescriptor fd_;
  const AdminConfig& limits_;
  std::uint64_t token_;
  ReceiveBuffer received_;
  SendBuffer unsent_;
  std::unique_ptr<AdminJob> job_;
  Json id_;
  std::uint64_t written_ = 0;
  bool gone_ = false;
  bool closing_ = false;
  bool said_all_ = false;
};

}  // namespace sluice::gateway
