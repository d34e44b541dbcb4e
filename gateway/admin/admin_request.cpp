#include "gateway/admin/admin_request.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace sluice::gateway {
namespace {

constexpr std::size_t kMaxNameInList = 64;

AdminError bad_request(std::string message, std::string field = {}, std::string expected = {}) {
  return {"bad_request", std::move(message), std::move(field), std::move(expected)};
}

bool is_request_id(const Json& id) {
  constexpr std::int64_t kMaxId = std::int64_t{1} << 53;
  if (id.is_string()) return id.get_ref<const std::string&>().size() <= kMaxRequestIdBytes;
  if (!id.is_number_integer()) return false;
  if (id.is_number_unsigned()) return id.get<std::uint64_t>() <= static_cast<std::uint64_t>(kMaxId);
  return id.get<std::int64_t>() >= 0;
}

/// In any language, but on one line of a log. That it is UTF-8 was found by the parser.
bool is_reason(std::string_view text) noexcept {
  return !text.empty() && text.size() <= kMaxReasonBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte >= 0x20 && byte != 0x7F;
         });
}

/// A second member of one name would leave it open which of them is meant. `too_deep`: what lies
/// deeper than kMaxRequestDepth is not kept, for whoever copies or writes it descends as deep.
std::optional<Json> parse_strictly(std::string_view line, std::string& twice, bool& too_deep) {
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    const bool begins =
        event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    too_deep |= begins && depth >= kMaxRequestDepth;
    if (too_deep) return false;
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key &&
        !keys.back().insert(parsed.get_ref<const std::string&>()).second && twice.empty()) {
      twice = parsed.get_ref<const std::string&>();
    }
    return true;
  };
  Json value = Json::parse(line, watch, false);
  if (value.is_discarded() || too_deep) return std::nullopt;
  return value;
}

std::optional<AdminError> read_members(const Json& line, AdminRequest& request) {
  const auto id = line.find("id");
  if (id == line.end() || !is_request_id(*id)) {
    return bad_request("a request needs an id", "id",
                       "a whole number from 0 to 2^53 or a string of at most 64 bytes");
  }
  request.id = *id;
  for (const auto& [key, value] : line.items()) {
    if (key == "id") continue;
    if (key == "command" && value.is_string()) {
      request.command = value.get<std::string>();
    } else if (key == "args" && value.is_object()) {
      request.args = value;
    } else if (key == "dry_run" && value.is_boolean()) {
      request.dry_run = value.get<bool>();
    } else if (key == "reason") {
      if (!value.is_string() || !is_reason(value.get_ref<const std::string&>())) {
        return bad_request("the reason has the wrong form", key,
                           "text of 1 to 256 bytes without control characters");
      }
      request.reason = value.get<std::string>();
    } else if (key == "command" || key == "args" || key == "dry_run") {
      return bad_request("\"" + key + "\" has the wrong type", key,
                         key == "command" ? "a string"
                         : key == "args"  ? "an object"
                                          : "true or false");
    } else {
      return bad_request("a request has no member \"" + key.substr(0, kMaxNameInList) + "\"", {},
                         "id, command, args, reason, dry_run");
    }
  }
  if (request.command.empty()) return bad_request("a request names its command", "command");
  return std::nullopt;
}

}  // namespace

bool is_admin_text(std::string_view text, std::size_t max) noexcept {
  return !text.empty() && text.size() <= max &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

ParsedRequest parse_admin_request(std::string_view line) {
  ParsedRequest parsed;
  std::string twice;
  bool too_deep = false;
  const std::optional<Json> value = parse_strictly(line, twice, too_deep);
  if (too_deep) {
    parsed.is_json = false;
    parsed.error = bad_request("objects and lists lie more than " +
                               std::to_string(kMaxRequestDepth) + " deep in one another");
    return parsed;
  }
  if (!value || !value->is_object()) {
    parsed.is_json = false;
    parsed.error = bad_request("a line is one JSON object (RFC 8259)");
    return parsed;
  }
  if (!twice.empty()) {
    parsed.error = bad_request("\"" + twice.substr(0, kMaxNameInList) + "\" stands there twice");
    return parsed;
  }
  parsed.error = read_members(*value, parsed.request);
  return parsed;
}

const Json* ArgReader::find(const char* key) {
  known_.emplace_back(key);
  const auto found = args_.find(key);
  return found == args_.end() ? nullptr : &*found;
}

void ArgReader::complain(const char* key, std::string message, std::string expected) {
  if (!error_) error_ = bad_request(std::move(message), key, std::move(expected));
}

std::optional<std::string> ArgReader::text(const char* key, std::size_t max, bool required) {
  const Json* const value = find(key);
  const std::string rule = "text of 1 to " + std::to_string(max) + " printable ASCII characters";
  if (value == nullptr) {
    if (required) complain(key, std::string("\"") + key + "\" is missing", rule);
    return std::nullopt;
  }
  if (!value->is_string() || !is_admin_text(value->get_ref<const std::string&>(), max)) {
    complain(key, std::string("\"") + key + "\" has the wrong form", rule);
    return std::nullopt;
  }
  return value->get<std::string>();
}

bool ArgReader::flag(const char* key) {
  const Json* const value = find(key);
  if (value == nullptr) return false;
  if (!value->is_boolean()) {
    complain(key, std::string("\"") + key + "\" has the wrong form", "true or false");
    return false;
  }
  return value->get<bool>();
}

std::optional<std::int64_t> ArgReader::integer(const char* key, std::int64_t min, std::int64_t max,
                                               bool required) {
  const Json* const value = find(key);
  const std::string rule =
      "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  if (value == nullptr) {
    if (required) complain(key, std::string("\"") + key + "\" is missing", rule);
    return std::nullopt;
  }
  const bool fits = value->is_number_integer() &&
                    !(value->is_number_unsigned() &&
                      value->get<std::uint64_t>() > static_cast<std::uint64_t>(max)) &&
                    value->get<std::int64_t>() >= min && value->get<std::int64_t>() <= max;
  if (!fits) {
    complain(key, std::string("\"") + key + "\" is out of range", rule);
    return std::nullopt;
  }
  return value->get<std::int64_t>();
}

std::vector<std::string> ArgReader::names(const char* key, std::size_t max, bool required) {
  const Json* const value = find(key);
  const std::string rule = "a list of 1 to " + std::to_string(max) + " names, each once";
  std::vector<std::string> names;
  if (value == nullptr) {
    if (required) complain(key, std::string("\"") + key + "\" is missing", rule);
    return names;
  }
  bool good = value->is_array() && !value->empty() && value->size() <= max;
  for (std::size_t i = 0; good && i < value->size(); ++i) {
    const Json& name = (*value)[i];
    good = name.is_string() && is_admin_text(name.get_ref<const std::string&>(), kMaxNameInList);
    if (good) names.push_back(name.get<std::string>());
  }
  if (good) {
    std::set<std::string> once(names.begin(), names.end());
    good = once.size() == names.size();
  }
  if (!good) {
    complain(key, std::string("\"") + key + "\" has the wrong form", rule);
    names.clear();
  }
  return names;
}

std::optional<AdminError> ArgReader::finish() {
  if (error_) return error_;
  for (const auto& [key, value] : args_.items()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    std::string expected;
    for (const std::string& known : known_) expected += (expected.empty() ? "" : ", ") + known;
    return bad_request("the command has no argument \"" + key.substr(0, kMaxNameInList) + "\"",
                       key.substr(0, kMaxNameInList), expected.empty() ? "no arguments" : expected);
  }
  return std::nullopt;
}

}  // namespace sluice::gateway
