#include "gateway/config/toml_reader.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>
#include <sstream>

#include "gateway/codec/values/text.hpp"

namespace sluice::gateway {
namespace {

constexpr std::size_t kMaxShownText = 48;

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

/// Edits that turn one text into the other, letters' case apart.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string joined(const auto& texts, auto&& write) {
  std::string result;
  for (const auto& text : texts) {
    if (!result.empty()) result += ", ";
    result += write(text);
  }
  return result;
}

}  // namespace

void Problems::add(const toml::source_region& where, std::string_view path, std::string_view what) {
  problems_.push_back({where.begin, std::string(path) + ": " + std::string(what)});
}

void Problems::add_found(const toml::source_region& where, std::string_view path,
                         std::string_view found, std::string_view expected) {
  add(where, path, "found " + std::string(found) + "; expected " + std::string(expected));
}

std::string Problems::place_of(toml::source_position where) const {
  // Where a table is implied, TOML gives it no place: the file's start stands for it.
  return file_ + ":" + std::to_string(std::max<std::uint32_t>(where.line, 1)) + ":" +
         std::to_string(std::max<std::uint32_t>(where.column, 1));
}

std::string Problems::text() const {
  std::vector<Problem> ordered = problems_;
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Problem& a, const Problem& b) { return a.where < b.where; });
  std::string result;
  for (std::size_t i = 0; i < std::min(ordered.size(), kMaxShown); ++i) {
    if (i != 0) result += '\n';
    result += place_of(ordered[i].where) + ": " + ordered[i].text;
  }
  if (ordered.size() > kMaxShown) {
    result += "\n" + file_ + ": and " + std::to_string(ordered.size() - kMaxShown) + " more";
  }
  return result;
}

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text.substr(0, kMaxShownText)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      (result += '\\') += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      ((result += "\\x") += kDigits[byte >> 4U]) += kDigits[byte & 15U];
    } else {
      result += c;
    }
  }
  return result + (text.size() > kMaxShownText ? "...\"" : "\"");
}

std::string shown(const toml::node& node) {
  if (const auto* text = node.as_string()) return quoted(text->get());
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  if (const auto* number = node.as_floating_point()) {
    std::ostringstream out;
    out << "the number " << number->get();
    return out.str();
  }
  if (const auto* list = node.as_array()) {
    if (list->empty()) return "an empty list";
    return list->is_array_of_tables() ? "a list of tables"
                                      : "a list of " + std::to_string(list->size());
  }
  return node.is_table() ? "a table" : "a date or time";
}

bool is_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxNameBytes && text.front() != ' ' &&
         text.back() != ' ' && std::all_of(text.begin(), text.end(), [](char c) {
           return c >= ' ' && c <= '~' && c != '=';
         });
}

bool is_comp_id(std::string_view text) noexcept { return is_name(text) && is_graphic(text); }

std::string_view nearest_key(std::string_view key, std::span<const std::string> known) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(2, key.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edit_distance(key, candidate);
    // A short word is a few edits from any other: half of it must stay.
    if (distance < best_distance && 2 * distance <= candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

const toml::node* TableReader::find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  return table_.get(key);
}

const toml::node* TableReader::find(std::string_view key, Presence presence,
                                    std::string_view expected) {
  const toml::node* node = find(key);
  if (node == nullptr && presence == Presence::required) complain(key, expected);
  return node;
}

const toml::source_region& TableReader::where(std::string_view key) const {
  const toml::node* node = table_.get(key);
  return node != nullptr ? node->source() : table_.source();
}

std::string TableReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void TableReader::complain(std::string_view key, std::string_view found,
                           std::string_view expected) {
  problems_.add_found(where(key), path_of(key), found, expected);
}

void TableReader::complain(std::string_view key, std::string_view expected) {
  const toml::node* node = table_.get(key);
  complain(key, node != nullptr ? shown(*node) : "nothing", expected);
}

bool TableReader::read_integer(std::string_view key, std::int64_t min, std::int64_t max,
                               std::int64_t& value) {
  const toml::node* node = find(key);
  if (node == nullptr) return false;
  const auto* integer = node->as_integer();
  if (integer == nullptr || integer->get() < min || integer->get() > max) {
    complain(key, "an integer from " + std::to_string(min) + " to " + std::to_string(max));
    return false;
  }
  value = integer->get();
  return true;
}

void TableReader::boolean(std::string_view key, bool& target) {
  const toml::node* node = find(key);
  if (node == nullptr) return;
  if (const auto* value = node->as_boolean()) {
    target = value->get();
  } else {
    complain(key, "true or false");
  }
}

bool TableReader::text(std::string_view key, std::string& target, const TextRule& rule,
                       Presence presence) {
  const toml::node* node = find(key, presence, rule.rule);
  if (node == nullptr) return false;
  const auto* value = node->as_string();
  if (value == nullptr || !rule.holds(value->get())) {
    complain(key, rule.rule);
    return false;
  }
  target = value->get();
  return true;
}

bool TableReader::read_choice(std::string_view key, const std::vector<std::string_view>& names,
                              Presence presence, std::size_t& index) {
  const std::string expected = "one of " + joined(names, quoted);
  const toml::node* node = find(key, presence, expected);
  if (node == nullptr) return false;
  const auto* value = node->as_string();
  const auto found =
      value == nullptr ? names.end() : std::find(names.begin(), names.end(), value->get());
  if (found == names.end()) {
    complain(key, expected);
    return false;
  }
  index = static_cast<std::size_t>(found - names.begin());
  return true;
}

const toml::array* TableReader::list(std::string_view key, std::size_t max_size,
                                     Presence presence) {
  const std::string expected = "a list of " +
                               std::string(presence == Presence::required ? "1" : "0") + " to " +
                               std::to_string(max_size);
  const toml::node* node = find(key, presence, expected);
  if (node == nullptr) return nullptr;
  const toml::array* array = node->as_array();
  if (array == nullptr || array->size() > max_size ||
      (presence == Presence::required && array->empty())) {
    complain(key, expected);
    return nullptr;
  }
  return array;
}

void TableReader::finish(bool (*explain)(TableReader&, std::string_view key)) {
  for (const auto& [key, node] : table_) {
    const std::string_view name = key.str();
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    if (explain != nullptr && explain(*this, name)) continue;
    const std::string_view near = nearest_key(name, known_);
    const std::string advice =
        near.empty() ? "expected one of " + joined(known_, [](const auto& k) { return k; })
                     : "did you mean " + quoted(near) + "?";
    problems_.add(key.source(), path_of(name), "unknown key; " + advice);
  }
}

}  // namespace sluice::gateway
