#include "tests/engine/support/print.hpp"

#include <algorithm>
#include <concepts>
#include <cstring>
#include <ostream>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/message/message_fields.hpp"

namespace sluice {
namespace {

std::string text(Notional value) {
  if (value < 0) return "-" + text(-value);
  const auto digit = static_cast<char>('0' + static_cast<int>(value % 10));
  return (value >= 10 ? text(value / 10) : std::string{}) + digit;
}
std::string text(const ClOrdId& id) { return std::string(id.view()); }
template <std::integral T>
std::string text(T value) {
  return std::to_string(value);
}
template <class T>
requires std::is_enum_v<T> std::string text(T value) {
  if constexpr (requires { test::name_of(value); }) {
    const std::string_view found = test::name_of(value);
    if (!found.empty()) return std::string(found);
  }
  return std::to_string(static_cast<unsigned>(value));
}
template <class T>
requires requires(T t) { t.value; }
std::string text(T value) { return text(value.value); }

// difference() leans on it that no field is left out.
template <class Record, class Visit>
void visit_fields(const Record& record, Visit visit) {
  for_each_field(record, [&](const char* field, const auto& value) { visit(field, text(value)); });
}

template <class Record>
std::ostream& print(std::ostream& out, const Record& record) {
  out << '{';
  visit_fields(record, [&](const char* field, const std::string& value) {
    if (!value.empty() && value != "0" && value != "none") out << ' ' << field << '=' << value;
  });
  return out << " }";
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Command& command) { return print(out, command); }
std::ostream& operator<<(std::ostream& out, const Event& event) { return print(out, event); }
std::ostream& operator<<(std::ostream& out, const OrderView& order) {
  return out << text(order.session) << ':' << text(order.clordid) << " #" << order.order_id.count()
             << ' ' << text(order.side) << ' ' << text(order.qty) << '@' << text(order.price)
             << " cum " << text(order.cum_qty) << " on " << text(order.instrument);
}

namespace test {

namespace {

std::string brief_of_control(const Event& e, const std::string& limits) {
  const std::string scope = text(e.control_scope) + " " + text(e.target);
  switch (e.type) {
    case EventType::instrument_state_changed:
      return "venue: state of " + text(e.instrument) + " is " +
             text(static_cast<InstrumentState>(e.control_state));
    case EventType::kill_changed:
      return "venue: kill of " + scope + " is " + text(e.control_state);
    case EventType::mass_cancel_started:
      return "venue: mass cancel of " + scope + " on " + text(e.instrument);
    case EventType::cancels_done:
      return "venue: " + text(e.orders) + " canceled";
    default:
      return "venue: refused " + text(e.reject) + limits;
  }
}

}  // namespace

std::string brief(const Event& e) {
  const bool answers_request =
      (e.type == EventType::order_canceled && e.cancel_cause == CancelCause::none) ||
      e.type == EventType::order_replaced || e.type == EventType::cancel_rejected;
  std::string line = text(e.session) + ":" + text(e.clordid);
  if (answers_request) line += "<-" + text(e.orig_clordid);
  const std::string terms = text(e.qty) + "@" + text(e.price);
  const std::string limits =
      (e.reject_limit != 0 ? " limit " + text(e.reject_limit) : std::string{}) +
      (e.reject_asked != 0 ? " asked " + text(e.reject_asked) : std::string{});
  switch (e.type) {
    case EventType::order_accepted:
      return line + " accepted " + text(e.side) + " " + terms;
    case EventType::order_rejected:
      return line + " rejected " + text(e.reject) + limits;
    case EventType::order_canceled:
      if (!answers_request) line += " canceled by " + text(e.cancel_cause);
      return line + (answers_request ? " canceled cum " : " cum ") + text(e.cum_qty);
    case EventType::order_expired:
      return line + " expired cum " + text(e.cum_qty);
    case EventType::order_replaced:
      return line + " replaced " + terms + " leaves " + text(e.leaves_qty) +
             ((e.flags & kKeptPriority) != 0 ? " kept" : "");
    case EventType::trade:
      return line + " trade " + text(e.last_qty) + "@" + text(e.last_price) + " cum " +
             text(e.cum_qty) + " leaves " + text(e.leaves_qty) +
             (e.liquidity == Liquidity::added ? " added" : " removed");
    case EventType::cancel_rejected:
      return line + ((e.flags & kAnswersReplace) != 0 ? " replace" : " cancel") + " refused " +
             text(e.reject) + limits + " status " + text(e.ord_status);
    case EventType::order_status:
      return line + " status " + text(e.ord_status) + " cum " + text(e.cum_qty) + " leaves " +
             text(e.leaves_qty);
    default:
      return brief_of_control(e, limits);
  }
}

std::vector<std::string> brief(const std::vector<Event>& events) {
  std::vector<std::string> lines;
  lines.reserve(events.size());
  for (const Event& event : events) lines.push_back(brief(event));
  return lines;
}

std::string difference(const Event& expected, const Event& actual) {
  if (std::memcmp(&expected, &actual, sizeof(Event)) == 0) return {};
  std::vector<std::string> wanted;
  visit_fields(expected, [&](const char*, const std::string& value) { wanted.push_back(value); });
  std::string result;
  std::size_t i = 0;
  visit_fields(actual, [&](const char* field, const std::string& value) {
    const std::string& want = wanted[i++];
    if (value == want) return;
    result += std::string(" ") + field + ": expected " + want + ", is " + value + ";";
  });
  return result.empty() ? " bytes outside the named fields" : result;
}

std::string difference(const std::vector<Event>& expected, const std::vector<Event>& actual) {
  const std::size_t common = std::min(expected.size(), actual.size());
  std::string found;
  for (std::size_t i = 0; i < common && found.empty(); ++i) {
    const std::string fields = difference(expected[i], actual[i]);
    if (!fields.empty()) found = "event " + std::to_string(i) + ":" + fields;
  }
  if (found.empty() && expected.size() != actual.size()) found = "the number of events";
  if (found.empty()) return {};
  std::ostringstream out;
  out << "difference in " << found << "\nexpected:";
  for (const Event& event : expected) out << "\n  " << brief(event) << "  " << event;
  out << "\nis:";
  for (const Event& event : actual) out << "\n  " << brief(event) << "  " << event;
  return out.str();
}

std::string difference(const std::vector<OrderView>& expected,
                       const std::vector<OrderView>& actual) {
  const auto lines = [](const std::vector<OrderView>& orders) {
    std::ostringstream out;
    for (const OrderView& order : orders) out << "\n  " << order;
    return out.str();
  };
  const std::string want = lines(expected);
  const std::string is = lines(actual);
  return want == is ? std::string{} : "expected:" + want + "\nis:" + is;
}

}  // namespace test
}  // namespace sluice
