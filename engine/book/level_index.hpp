// The price levels of one side of one book, by price.
#pragma once

#include <cstdint>

#include "engine/book/level_pool.hpp"
#include "engine/types/order_terms.hpp"
#include "engine/types/strong.hpp"

namespace sluice {

/// A tree of pages with 64 places each: a leaf covers 64 consecutive prices, a page above it 64
/// pages. Its height follows from the highest price of the instrument, so its shape depends on
/// nothing but the prices inside. An extreme price costs a path of pages; near the touch the search
/// starts at the leaf that was used last and climbs only as far as the prices differ.
///
/// Thread safety: none; owned by its book.
///
/// Invariants: a page that exists is not empty; best() is the extreme level; every level inside
/// holds at least one order whenever the book is at rest.
class LevelIndex {
 public:
  /// Prices from 0 to `highest`. `pool` must outlive the index.
  LevelIndex(Side side, Price highest, LevelPool& pool) noexcept;

  /// The highest bid or lowest ask, or kNoIndex.
  [[nodiscard]] std::uint32_t best() const noexcept { return best_; }
  /// Its price; there must be one.
  [[nodiscard]] Price best_price() const noexcept { return best_price_; }

  /// The level at `price`, or kNoIndex.
  [[nodiscard]] std::uint32_t find(Price price) noexcept;
  /// The level after `level`, away from the touch, or kNoIndex.
  [[nodiscard]] std::uint32_t next(std::uint32_t level) const noexcept;

  /// Pages on the way to `price` that do not exist yet.
  [[nodiscard]] std::uint32_t missing_pages(Price price) const noexcept;
  /// The most that missing_pages() can be.
  [[nodiscard]] std::uint32_t height() const noexcept { return height_; }
  /// The same of an index for prices up to `highest`.
  [[nodiscard]] static std::uint32_t height_for(Price highest) noexcept;

  /// The level at `price`, made when it is missing: one free level and missing_pages(price) free
  /// pages must be there.
  [[nodiscard]] std::uint32_t find_or_add(Price price) noexcept;
  /// Takes a level without orders out.
  void remove(std::uint32_t level) noexcept;

 private:
  struct Place {
    std::uint32_t page;
    unsigned depth;  ///< Steps from `page` down to the leaf.
  };

  [[nodiscard]] Place nearest_ancestor(std::uint64_t leaf_number) const noexcept;
  [[nodiscard]] unsigned best_digit(std::uint64_t occupied) const noexcept;
  [[nodiscard]] std::uint32_t best_below(Place place) noexcept;
  [[nodiscard]] bool is_better(Price a, Price b) const noexcept {
    return side_ == Side::buy ? a > b : a < b;
  }

  LevelPool* pool_;
  Price best_price_{};
  std::uint32_t best_ = kNoIndex;
  std::uint32_t root_ = kNoIndex;
  std::uint32_t recent_leaf_ = kNoIndex;  ///< The leaf used last, if it still exists.
  std::uint32_t height_;
  std::uint64_t recent_leaf_number_ = 0;
  Side side_;
};

}  // namespace sluice
