// An execution log that a test fills, and a folder for what a group keeps.
#pragma once

#include <cstdint>
#include <string>

#include "engine/journal/event_archive.hpp"
#include "engine/journal/posix_storage.hpp"
#include "engine/log/execution_log.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::gateway {

struct ReportOf {
  std::uint32_t session = 1;
  std::uint32_t account = 1;
  EventType type = EventType::order_accepted;
};

/// Its oldest events go as in a venue; `capacity` less `max_batch` are kept. Those that a test
/// keeps are on a disk too.
class LogOfReports {
 public:
  explicit LogOfReports(std::uint64_t capacity = 1'024, std::uint64_t max_batch = 16)
      : log_(folder_.path() + "/execution.log", capacity, max_batch, 0, 1) {}

  [[nodiscard]] ExecutionLog& log() { return log_; }
  /// Answers when the test says turn().
  [[nodiscard]] EventArchive& archive() { return archive_; }
  [[nodiscard]] const std::string& folder() const { return folder_.path(); }

  std::uint64_t add(ReportOf report = {}) {
    Event& event = log_.claim();
    event.exec_id = ExecId::make(0, 1, ++count_);
    event.session = SessionId{report.session};
    event.account = AccountId{report.account};
    event.type = report.type;
    log_.commit();
    log_.publish();
    return count_;
  }
  /// What was added since the last call goes to the disk.
  void keep() {
    for (; on_disk_.next() <= count_;) on_disk_.append(log_.written_event(on_disk_.next()));
    on_disk_.flush();
  }

 private:
  testing::TemporaryFolder folder_;
  ExecutionLog log_;
  std::uint64_t count_ = 0;
  PosixStorage disk_{folder_.path() + "/disk"};
  EventLogWriter on_disk_{disk_, 0, std::size_t{64} << 10U, EventLogTip{}};
  EventArchive archive_{disk_};
};

}  // namespace sluice::gateway
