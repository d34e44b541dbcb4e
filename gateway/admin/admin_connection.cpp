#include "gateway/admin/admin_connection.hpp"

namespace sluice::gateway {

std::optional<std::string_view> AdminConnection::next_line(bool& too_long) const {
  const std::string_view bytes = received_.view();
  const std::size_t feed = bytes.find('\n');
  too_long = feed == std::string_view::npos ? bytes.size() > limits_.max_line_bytes
                                            : feed > limits_.max_line_bytes;
  if (feed == std::string_view::npos || too_long) return std::nullopt;
  return bytes.substr(0, feed);
}

void AdminConnection::begin(std::unique_ptr<AdminJob> job, Json id) {
  job_ = std::move(job);
  id_ = std::move(id);
}

bool AdminConnection::advance() {
  if (job_ == nullptr) return false;
  const std::uint64_t before = written_;
  if (job_->advance(*this) == AdminJob::Step::done) {
    job_.reset();
    return true;
  }
  return written_ != before;
}

void AdminConnection::abandon() {
  if (job_ == nullptr) return;
  job_->abandon(*this);
  job_.reset();
}

void AdminConnection::row(const Json& row) { write({{"id", id_}, {"row", row}}); }

void AdminConnection::ok(const Json& result) {
  write({{"id", id_}, {"ok", true}, {"result", result}});
}

void AdminConnection::refuse(const Json& id, const AdminError& error) {
  Json why{{"code", error.code}, {"message", error.message}};
  if (!error.field.empty()) why["field"] = error.field;
  if (!error.expected.empty()) why["expected"] = error.expected;
  write({{"id", id}, {"ok", false}, {"error", why}});
}

// Not read while a request of it waits: what it sends then stays in the socket.
Interest AdminConnection::wanted_interest() const noexcept {
  const bool reading = !closing_ && !said_all_ && received_.size() < received_.capacity() &&
                       received_.view().find('\n') == std::string_view::npos;
  if (unsent_.empty()) return reading ? Interest::read : Interest::none;
  return reading ? Interest::read_write : Interest::write;
}

bool AdminConnection::is_over() const {
  return gone_ || closing_ || said_all_ || received_.view().find('\n') != std::string_view::npos;
}

void AdminConnection::write(const Json& line) {
  ++written_;
  if (gone_) return;
  const std::string text = to_line(line) + "\n";
  if (unsent_.append(text)) return;
  // Rows wait for room; a client that reads nothing at all meets the bound and is left.
  flush();
  if (gone_ || unsent_.append(text)) return;
  gone_ = true;
}

void AdminConnection::flush() {
  if (gone_ || unsent_.empty()) return;
  if (unsent_.flush(fd()) == FlushStatus::error) gone_ = true;
}

}  // namespace sluice::gateway
