// Cuts a large ResendRequest(2) into pages, so that no request fills memory or holds up other
// sessions.
#pragma once

#include <cstdint>
#include <optional>

namespace sluice::gateway {

/// QuickFIX loads a requested range whole and sends it at once. So it is asked for one page at a
/// time, by synthetic requests that carry the client's own, already consumed MsgSeqNum: they are
/// answered, not counted.
///
/// Thread safety: the session's I/O thread. Invariant: at most one request is under way; a new one
/// replaces it, for the client has told what it lacks now.
class ResendPager {
 public:
  struct Page {
    std::uint32_t msg_seq_num;  ///< of the client's request
    std::uint32_t begin;
    std::uint32_t end;  ///< inclusive
  };

  explicit ResendPager(std::uint32_t page) : page_(page) {}

  /// The client asks for begin..end (end 0: all that was sent, up to `last_sent`).
  void start(std::uint32_t msg_seq_num, std::uint32_t begin, std::uint32_t end,
             std::uint32_t last_sent) {
    const std::uint32_t last = (end == 0 || end > last_sent) ? last_sent : end;
    rest_ = Page{msg_seq_num, begin, last};
  }

  [[nodiscard]] bool active() const noexcept { return rest_.has_value(); }
  void cancel() noexcept { rest_.reset(); }

  /// The next page to ask QuickFIX for. Only while active(). What comes before `first_kept` is gone
  /// from the store and costs nothing: it is one page, however much it is, and one GapFill.
  [[nodiscard]] Page take(std::uint32_t first_kept = 0) noexcept {
    Page next = *rest_;
    const std::uint32_t gone = next.begin < first_kept ? first_kept - next.begin : 0;
    const std::uint32_t page = gone > page_ ? gone : page_;
    if (next.end >= next.begin && next.end - next.begin >= page) {
      next.end = next.begin + page - 1;
      rest_->begin = next.end + 1;
    } else {
      rest_.reset();
    }
    return next;
  }

 private:
  std::uint32_t page_;
  std::optional<Page> rest_;
};

}  // namespace sluice::gateway
