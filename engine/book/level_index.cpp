#include "engine/book/level_index.hpp"

#include <bit>

namespace sluice {
namespace {

constexpr unsigned kDigitBits = 6;
constexpr std::uint64_t kDigitMask = 63;

std::uint64_t leaf_number_of(Price price) noexcept {
  return static_cast<std::uint64_t>(price.value) >> kDigitBits;
}

unsigned last_digit_of(Price price) noexcept {
  return static_cast<unsigned>(static_cast<std::uint64_t>(price.value) & kDigitMask);
}

/// Place in a page `depth` steps above the leaf, on the way to that leaf. `depth` from 1.
unsigned digit_at(std::uint64_t leaf_number, unsigned depth) noexcept {
  return static_cast<unsigned>((leaf_number >> (kDigitBits * (depth - 1))) & kDigitMask);
}

constexpr std::uint64_t bit(unsigned digit) noexcept { return std::uint64_t{1} << digit; }

unsigned digits_of(std::uint64_t value) noexcept {
  return (static_cast<unsigned>(std::bit_width(value)) + kDigitBits - 1) / kDigitBits;
}

}  // namespace

LevelIndex::LevelIndex(Side side, Price highest, LevelPool& pool) noexcept
    : pool_(&pool), height_(height_for(highest)), side_(side) {}

std::uint32_t LevelIndex::height_for(Price highest) noexcept {
  return 1 + digits_of(leaf_number_of(highest));
}

LevelIndex::Place LevelIndex::nearest_ancestor(std::uint64_t leaf_number) const noexcept {
  if (recent_leaf_ == kNoIndex) return {root_, height_ - 1};
  const unsigned climb = digits_of(leaf_number ^ recent_leaf_number_);
  std::uint32_t page = recent_leaf_;
  for (unsigned step = 0; step < climb; ++step) page = pool_->head(page).parent;
  return {page, climb};
}

std::uint32_t LevelIndex::find(Price price) noexcept {
  if (root_ == kNoIndex) return kNoIndex;
  const std::uint64_t leaf_number = leaf_number_of(price);
  auto [page, depth] = nearest_ancestor(leaf_number);
  for (; depth > 0; --depth) {
    const unsigned digit = digit_at(leaf_number, depth);
    if ((pool_->head(page).occupied & bit(digit)) == 0) return kNoIndex;
    page = pool_->body(page)[digit];
  }
  recent_leaf_ = page;
  recent_leaf_number_ = leaf_number;
  const unsigned digit = last_digit_of(price);
  if ((pool_->head(page).occupied & bit(digit)) == 0) return kNoIndex;
  return pool_->body(page)[digit];
}

std::uint32_t LevelIndex::missing_pages(Price price) const noexcept {
  if (root_ == kNoIndex) return height_;
  const std::uint64_t leaf_number = leaf_number_of(price);
  auto [page, depth] = nearest_ancestor(leaf_number);
  for (; depth > 0; --depth) {
    const unsigned digit = digit_at(leaf_number, depth);
    if ((pool_->head(page).occupied & bit(digit)) == 0) return depth;
    page = pool_->body(page)[digit];
  }
  return 0;
}

std::uint32_t LevelIndex::find_or_add(Price price) noexcept {
  const std::uint64_t leaf_number = leaf_number_of(price);
  if (root_ == kNoIndex) root_ = pool_->take_page(kNoIndex);
  auto [page, depth] = nearest_ancestor(leaf_number);
  for (; depth > 0; --depth) {
    const unsigned digit = digit_at(leaf_number, depth);
    if ((pool_->head(page).occupied & bit(digit)) == 0) {
      const std::uint32_t child = pool_->take_page(page);
      pool_->head(page).occupied |= bit(digit);
      pool_->body(page)[digit] = child;
    }
    page = pool_->body(page)[digit];
  }
  recent_leaf_ = page;
  recent_leaf_number_ = leaf_number;
  const unsigned digit = last_digit_of(price);
  if ((pool_->head(page).occupied & bit(digit)) != 0) return pool_->body(page)[digit];

  const std::uint32_t added = pool_->take_level();
  pool_->level(added) = {price, kNoIndex, kNoIndex, 0, page};
  pool_->head(page).occupied |= bit(digit);
  pool_->body(page)[digit] = added;
  if (best_ == kNoIndex || is_better(price, best_price_)) {
    best_ = added;
    best_price_ = price;
  }
  return added;
}

void LevelIndex::remove(std::uint32_t level) noexcept {
  const Price price = pool_->level(level).price;
  const std::uint64_t leaf_number = leaf_number_of(price);
  Place place{pool_->level(level).leaf, 0};
  pool_->head(place.page).occupied &= ~bit(last_digit_of(price));
  pool_->give_back_level(level);
  while (pool_->head(place.page).occupied == 0) {
    const std::uint32_t parent = pool_->head(place.page).parent;
    if (place.page == recent_leaf_) recent_leaf_ = kNoIndex;
    pool_->give_back_page(place.page);
    if (parent == kNoIndex) {
      root_ = kNoIndex;
      best_ = kNoIndex;
      return;
    }
    place = {parent, place.depth + 1};
    pool_->head(parent).occupied &= ~bit(digit_at(leaf_number, place.depth));
  }
  // Everything outside of the page that remains is worse than what was the best inside it.
  if (level == best_) {
    best_ = best_below(place);
    best_price_ = pool_->level(best_).price;
  }
}

std::uint32_t LevelIndex::next(std::uint32_t level) const noexcept {
  const Price price = pool_->level(level).price;
  const std::uint64_t leaf_number = leaf_number_of(price);
  const auto beyond = [this](std::uint64_t occupied, unsigned digit) {
    // Worse bids are lower, worse asks higher.
    return side_ == Side::buy ? occupied & (bit(digit) - 1)
                              : occupied & ~(bit(digit) | (bit(digit) - 1));
  };
  std::uint32_t page = pool_->level(level).leaf;
  unsigned depth = 0;
  std::uint64_t rest = beyond(pool_->head(page).occupied, last_digit_of(price));
  while (rest == 0) {
    page = pool_->head(page).parent;
    if (page == kNoIndex) return kNoIndex;
    ++depth;
    rest = beyond(pool_->head(page).occupied, digit_at(leaf_number, depth));
  }
  std::uint32_t found = pool_->body(page)[best_digit(rest)];
  for (; depth > 0; --depth) found = pool_->body(found)[best_digit(pool_->head(found).occupied)];
  return found;
}

unsigned LevelIndex::best_digit(std::uint64_t occupied) const noexcept {
  return static_cast<unsigned>(side_ == Side::buy ? 63 - std::countl_zero(occupied)
                                                  : std::countr_zero(occupied));
}

std::uint32_t LevelIndex::best_below(Place place) noexcept {
  auto [page, depth] = place;
  for (; depth > 0; --depth) page = pool_->body(page)[best_digit(pool_->head(page).occupied)];
  const std::uint32_t found = pool_->body(page)[best_digit(pool_->head(page).occupied)];
  recent_leaf_ = page;
  recent_leaf_number_ = leaf_number_of(pool_->level(found).price);
  return found;
}

}  // namespace sluice
