// What a store knows beside messages and numbers: what was told, and what became a command.
#include <algorithm>

#include "gateway/session/store/mapped_message_store.hpp"
#include "gateway/session/store/store_release.hpp"

namespace sluice::gateway {
namespace {

/// A session that hears of nothing has it recorded so often that it has nothing to hear.
constexpr std::uint64_t kToldStep = 4'096;

bool is_copy(std::uint64_t claim) noexcept { return Told::of(claim).copy != 0; }

/// Whether its claim counts: the message that tells of it has its number.
bool has_claimed(const StoreNumbers& numbers) noexcept {
  return numbers.claim_number != 0 && numbers.claim_number < numbers.next_sender;
}

}  // namespace

std::uint64_t MappedMessageStore::last_report() const noexcept {
  const StoreNumbers& now = numbers();
  return has_claimed(now) && !is_copy(now.claim) ? now.claim : now.last_report;
}

std::uint64_t MappedMessageStore::last_copy() const noexcept {
  const StoreNumbers& now = numbers();
  return has_claimed(now) && is_copy(now.claim) ? Told::of(now.claim).copy : now.last_copy;
}

void MappedMessageStore::set_last_report(std::uint64_t event) noexcept {
  settle_claim();
  store_release(numbers().last_report, event);
  if (event > recorded_report_ + kToldStep) record_state();
}

void MappedMessageStore::set_last_copy(std::uint64_t copy) noexcept {
  settle_claim();
  store_release(numbers().last_copy, copy);
  record_state();
}

// First that they may be known already.
void MappedMessageStore::tell_again(std::uint64_t from, std::uint64_t last) noexcept {
  store_release(file_.header().told_before, last);
  settle_claim();
  store_release(numbers().last_report, from - 1);
  record_state();
}

// The claim counts from the moment when next_sender passes its number.
void MappedMessageStore::claim(std::uint32_t number, const Told& told) noexcept {
  if (told.report == 0 && told.copy == 0) return;
  settle_claim();
  StoreNumbers& now = numbers();
  store_release(now.claim, told.word());
  store_release(now.claim_number, number);
}

// Killed anywhere in here, last_report() and last_copy() say the same.
void MappedMessageStore::settle_claim() noexcept {
  StoreNumbers& now = numbers();
  if (has_claimed(now)) {
    if (is_copy(now.claim)) {
      store_release(now.last_copy, Told::of(now.claim).copy);
    } else {
      store_release(now.last_report, now.claim);
    }
  }
  store_release(now.claim_number, 0U);
}

// Of a message that was not sent: another one will get its number.
void MappedMessageStore::forget_claim() noexcept {
  if (!has_claimed(numbers())) store_release(numbers().claim_number, 0U);
}

void MappedMessageStore::set_command(std::uint32_t number, bool on) noexcept {
  std::uint64_t& word = file_.header().commands[number % kCommandWindow / 64];
  const std::uint64_t bit = std::uint64_t{1} << number % 64;
  store_release(word, on ? word | bit : word & ~bit);
  noted_ = on ? number : 0;
}

bool MappedMessageStore::was_command(std::uint32_t number) const noexcept {
  return (file_.header().commands[number % kCommandWindow / 64] >> number % 64 & 1U) != 0;
}

std::uint32_t MappedMessageStore::taken_end() const noexcept {
  return std::max(numbers().taken_end, numbers().next_target);
}

void MappedMessageStore::rewind_to(std::uint32_t number) noexcept {
  store_release(numbers().taken_end, taken_end());
  store_release(numbers().next_target, number);
  record_state();
}

void MappedMessageStore::forget_taken() noexcept {
  store_release(numbers().taken_end, 0U);
  record_state();
}

void MappedMessageStore::forget_commands() noexcept {
  forget_taken();
  for (std::uint64_t& word : file_.header().commands) store_release(word, std::uint64_t{0});
}

// A number that is passed and was not noted is taken without a command.
void MappedMessageStore::publish_next_target(std::uint32_t number) noexcept {
  const std::uint32_t from = number > kCommandWindow ? number - kCommandWindow : 1;
  const std::uint32_t noted = noted_;
  for (std::uint32_t n = std::max(next_target(), from); n < number; ++n) {
    if (n != noted) set_command(n, false);
  }
  noted_ = 0;
  store_release(numbers().next_target, number);
}

}  // namespace sluice::gateway
