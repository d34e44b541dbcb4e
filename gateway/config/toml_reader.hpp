// Strict reading of TOML tables: every problem is collected with its place, what was found there
// and what would be right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <utility>
#include <vector>

namespace sluice::gateway {

/// What is wrong with one file, in the order of its lines.
class Problems {
 public:
  /// More than these are counted only.
  static constexpr std::size_t kMaxShown = 100;

  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(const toml::source_region& where, std::string_view path, std::string_view what);
  void add_found(const toml::source_region& where, std::string_view path, std::string_view found,
                 std::string_view expected);
  [[nodiscard]] bool empty() const noexcept { return problems_.empty(); }
  /// `venue.toml:12:5`
  [[nodiscard]] std::string place_of(toml::source_position where) const;
  /// One line a problem: `venue.toml:12:5: engine.idle: found "sleep"; expected ...`.
  [[nodiscard]] std::string text() const;

 private:
  struct Problem {
    toml::source_position where;
    std::string text;
  };
  std::string file_;
  std::vector<Problem> problems_;
};

/// How a problem shows a value: text in quotes, control characters escaped, long text cut.
[[nodiscard]] std::string shown(const toml::node& node);
[[nodiscard]] std::string quoted(std::string_view text);

/// Names of things that stand in FIX fields.
inline constexpr std::size_t kMaxNameBytes = 32;
/// 1 to kMaxNameBytes printable ASCII characters, no '=', no space at either end.
[[nodiscard]] bool is_name(std::string_view text) noexcept;
inline constexpr std::string_view kNameRule =
    "1 to 32 printable ASCII characters without '=' and without a space at either end";

/// CompIDs: as is_name, and no space at all, as the encoder wants it.
[[nodiscard]] bool is_comp_id(std::string_view text) noexcept;
inline constexpr std::string_view kCompIdRule =
    "1 to 32 printable ASCII characters without '=' and without spaces";

/// What a text must look like; `rule` says it in words.
struct TextRule {
  bool (*holds)(std::string_view) noexcept;
  std::string_view rule;
};
inline constexpr TextRule kName{&is_name, kNameRule};
inline constexpr TextRule kCompId{&is_comp_id, kCompIdRule};

enum class Presence : std::uint8_t { optional, required };

/// One table. Each read names a key that may stand there; finish() complains about all others. An
/// absent optional key leaves its target as it is.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string path, Problems& problems)
      : table_(table), path_(std::move(path)), problems_(problems) {}

  template <class Integer>
  void integer(std::string_view key, Integer& target, std::int64_t min, std::int64_t max) {
    static_assert(sizeof(Integer) < sizeof(std::int64_t) ||
                  std::numeric_limits<Integer>::digits >= 63);
    std::int64_t value = 0;
    if (read_integer(key, min, max, value)) target = static_cast<Integer>(value);
  }
  void boolean(std::string_view key, bool& target);
  /// True when a good text was read.
  bool text(std::string_view key, std::string& target, const TextRule& rule,
            Presence presence = Presence::optional);
  template <class Choice>
  void choice(std::string_view key, Choice& target,
              std::span<const std::pair<std::string_view, Choice>> choices,
              Presence presence = Presence::optional) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : choices) names.push_back(name);
    std::size_t index = 0;
    if (read_choice(key, names, presence, index)) target = choices[index].second;
  }
  /// The list at `key` when it is one and has no more than `max_size` members.
  const toml::array* list(std::string_view key, std::size_t max_size,
                          Presence presence = Presence::optional);

  /// The raw value; the key counts as known.
  const toml::node* find(std::string_view key);
  /// The value at `key`, or the table itself when there is none.
  [[nodiscard]] const toml::source_region& where(std::string_view key) const;
  void complain(std::string_view key, std::string_view found, std::string_view expected);
  /// Found: what stands at `key`, or nothing.
  void complain(std::string_view key, std::string_view expected);

  /// Complains about keys that nobody asked for, unless `explain` does it (returns true).
  void finish(bool (*explain)(TableReader&, std::string_view key) = nullptr);

  [[nodiscard]] Problems& problems() noexcept { return problems_; }
  [[nodiscard]] std::string path_of(std::string_view key) const;

 private:
  bool read_integer(std::string_view key, std::int64_t min, std::int64_t max, std::int64_t& value);
  bool read_choice(std::string_view key, const std::vector<std::string_view>& names,
                   Presence presence, std::size_t& index);
  const toml::node* find(std::string_view key, Presence presence, std::string_view expected);

  const toml::table& table_;
  std::string path_;
  Problems& problems_;
  std::vector<std::string> known_;
};

/// The known key that `key` is most likely meant to be; empty when none is near.
[[nodiscard]] std::string_view nearest_key(std::string_view key,
                                           std::span<const std::string> known);

}  // namespace sluice::gateway
