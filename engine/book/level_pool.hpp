// The memory of the price levels and of the index over them, shared by all books.
#pragma once

#include <array>
#include <cstdint>

#include "engine/core/assert.hpp"
#include "engine/core/memory/fixed_array.hpp"
#include "engine/types/strong.hpp"

namespace sluice {

/// Orders at one price on one side, in time order.
struct Level {
  Price price;
  std::uint32_t first = kNoIndex;  ///< Order slots. In the free list: the next free level.
  std::uint32_t last = kNoIndex;
  std::uint32_t orders = 0;
  std::uint32_t leaf = kNoIndex;  ///< Page that holds it.
};

/// What is in a page of the index: one bit for each of its 64 places.
struct PageHead {
  std::uint64_t occupied = 0;
  std::uint32_t parent = kNoIndex;  ///< In the free list: the next free page.
};

/// The places of a page: levels in a leaf, pages above.
using PageBody = std::array<std::uint32_t, 64>;

/// Thread safety: none.
///
/// Invariants: a level or page is either taken or free; free counts are exact, so that a caller can
/// know that it will get what it needs before it changes anything.
class LevelPool {
 public:
  LevelPool(std::uint32_t levels, std::uint32_t pages)
      : levels_(levels), heads_(pages), bodies_(pages, PageBody{}) {
    for (std::uint32_t level = levels; level-- > 0;) give_back_level(level);
    for (std::uint32_t page = pages; page-- > 0;) give_back_page(page);
  }

  [[nodiscard]] std::uint32_t free_levels() const noexcept { return free_levels_; }
  [[nodiscard]] std::uint32_t free_pages() const noexcept { return free_pages_; }
  [[nodiscard]] std::uint32_t levels() const noexcept {
    return static_cast<std::uint32_t>(levels_.size());
  }
  [[nodiscard]] std::uint32_t pages() const noexcept {
    return static_cast<std::uint32_t>(heads_.size());
  }

  [[nodiscard]] std::uint32_t take_level() noexcept {
    SLUICE_ASSERT(free_level_ != kNoIndex);
    const std::uint32_t level = free_level_;
    free_level_ = levels_[level].first;
    --free_levels_;
    return level;
  }
  void give_back_level(std::uint32_t level) noexcept {
    levels_[level].first = free_level_;
    free_level_ = level;
    ++free_levels_;
  }

  /// An empty page below `parent`.
  [[nodiscard]] std::uint32_t take_page(std::uint32_t parent) noexcept {
    SLUICE_ASSERT(free_page_ != kNoIndex);
    const std::uint32_t page = free_page_;
    free_page_ = heads_[page].parent;
    --free_pages_;
    heads_[page] = {0, parent};
    return page;
  }
  void give_back_page(std::uint32_t page) noexcept {
    heads_[page].parent = free_page_;
    free_page_ = page;
    ++free_pages_;
  }

  [[nodiscard]] Level& level(std::uint32_t level) noexcept { return levels_[level]; }
  [[nodiscard]] const Level& level(std::uint32_t level) const noexcept { return levels_[level]; }
  [[nodiscard]] PageHead& head(std::uint32_t page) noexcept { return heads_[page]; }
  [[nodiscard]] const PageHead& head(std::uint32_t page) const noexcept { return heads_[page]; }
  [[nodiscard]] PageBody& body(std::uint32_t page) noexcept { return bodies_[page]; }
  [[nodiscard]] const PageBody& body(std::uint32_t page) const noexcept { return bodies_[page]; }

 private:
  FixedArray<Level> levels_;
  FixedArray<PageHead> heads_;
  FixedArray<PageBody> bodies_;
  std::uint32_t free_level_ = kNoIndex;
  std::uint32_t free_page_ = kNoIndex;
  std::uint32_t free_levels_ = 0;
  std::uint32_t free_pages_ = 0;
};

}  // namespace sluice
