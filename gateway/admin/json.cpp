#include "gateway/admin/json.hpp"

#include <array>

#include "gateway/codec/values/utc_timestamp.hpp"

namespace sluice::gateway {

std::string to_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string iso_time(TimeNs time) {
  std::array<char, kMaxUtcTimestampBytes> room;
  const std::string_view fix = format_utc_timestamp(time, 6, room);  // 20261126-01:20:00.000000
  std::string text;
  text.append(fix.substr(0, 4)).append("-").append(fix.substr(4, 2)).append("-");
  text.append(fix.substr(6, 2)).append("T").append(fix.substr(9)).append("Z");
  return text;
}

}  // namespace sluice::gateway
