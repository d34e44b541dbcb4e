// A look at the engine for those who run the venue. No command: it is not sequenced and changes
// nothing.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/core/engine.hpp"
#include "engine/ring/spsc_ring.hpp"

namespace sluice {

/// One asker's question at a time, and its answer.
///
/// Thread safety: one asker thread calls ask() and answered(); the engine's thread calls answer().
/// `phase_` says whose turn it is; what lies between belongs to that side alone.
///
/// Invariants: an answer is of one instant, between two commands. It holds at most kMaxAnswers
/// orders, found among at most kMaxLooks places, so that a turn stays short; nothing is allocated.
class Inquiry {
 public:
  static constexpr std::size_t kMaxAnswers = 256;
  /// A microsecond or two of a turn.
  static constexpr std::uint32_t kMaxLooks = 1'024;

  enum class Kind : std::uint8_t {
    orders,  ///< Open orders that `filter` means, from `from` on.
    book,    ///< The first orders of each side of `filter.instrument`, each side's half of them.
  };
  struct Question {
    Kind kind = Kind::orders;
    OrderFilter filter{};
    std::uint32_t from = 0;   ///< 0, or Answer::next of the answer before.
    std::uint32_t depth = 0;  ///< Of a book: orders of a side, at most kMaxAnswers / 2.
  };
  struct Answer {
    CommandSeq last_seq;        ///< The last command before this instant.
    TimeNs now;                 ///< Engine time.
    std::uint64_t last_exec;    ///< Count of the last ExecId: events up to it are in the answer.
    std::uint32_t open_orders;  ///< Of the whole venue.
    InstrumentState state;      ///< Of a book's instrument; `none` if there is no such.
    std::uint32_t next;         ///< Of orders: where to go on; 0: that was all.
    std::uint32_t orders;       ///< How many are in `order`; of a book the bids.
    std::uint32_t offers;       ///< Of a book; they stand behind the bids.
    std::array<OpenOrder, kMaxAnswers> order;
  };

  /// Asker. False while the question before has no answer: nothing is asked then.
  [[nodiscard]] bool ask(const Question& question) noexcept {
    if (phase_.load(std::memory_order_relaxed) == Phase::asked) return false;
    question_ = question;
    phase_.store(Phase::asked, std::memory_order_release);
    return true;
  }
  /// Asker. The answer, the asker's until the next ask(); null while there is none.
  [[nodiscard]] const Answer* answered() const noexcept {
    return phase_.load(std::memory_order_acquire) == Phase::answered ? &answer_ : nullptr;
  }

  /// Engine's thread. True if there was a question.
  bool answer(const Engine& engine) noexcept {
    if (phase_.load(std::memory_order_acquire) != Phase::asked) return false;
    answer_.last_seq = engine.last_seq();
    answer_.now = engine.now();
    answer_.last_exec = engine.last_exec_count();
    answer_.open_orders = engine.open_orders();
    answer_.state = engine.state_of(question_.filter.instrument);
    question_.kind == Kind::book ? show_book(engine) : show_orders(engine);
    phase_.store(Phase::answered, std::memory_order_release);
    return true;
  }

 private:
  enum class Phase : std::uint8_t { idle, asked, answered };

  void show_orders(const Engine& engine) noexcept {
    const auto scanned = engine.scan(question_.filter, question_.from, kMaxLooks, answer_.order);
    answer_.orders = scanned.orders;
    answer_.next = scanned.next;
    answer_.offers = 0;
  }
  void show_book(const Engine& engine) noexcept {
    const std::size_t depth = question_.depth < kMaxAnswers / 2 ? question_.depth : kMaxAnswers / 2;
    const std::span<OpenOrder> room(answer_.order);
    const InstrumentId instrument = question_.filter.instrument;
    answer_.orders = engine.depth(instrument, Side::buy, room.first(depth));
    answer_.offers = engine.depth(instrument, Side::sell, room.subspan(answer_.orders, depth));
    answer_.next = 0;
  }

  alignas(kCacheLine) std::atomic<Phase> phase_{Phase::idle};
  Question question_;
  Answer answer_{};
};

}  // namespace sluice
