#include "perf/stock/stock_application.hpp"

#include <chrono>
#include <string>

#include "tests/support/fix_message.hpp"
#include "tests/support/wire_decimal.hpp"

namespace sluice::perf {

namespace {

constexpr int kLotDecimals = 8;

EngineConfig engine_config() {
  EngineConfig config;
  config.instruments.resize(1);
  return config;
}

std::string optional_field(const FIX::Message& message, int tag) {
  return message.isSetField(tag) ? message.getField(tag) : std::string{};
}

Command command_of(const FIX::Message& message, std::uint64_t seq) {
  Command command{};
  command.seq = {seq};
  command.time = {std::chrono::duration_cast<std::chrono::nanoseconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count()};
  command.session = {1};
  command.account = {1};
  command.instrument = {1};
  command.msg_seq_num = static_cast<std::uint32_t>(std::stoul(message.getHeader().getField(34)));
  command.clordid = ClOrdId::from(message.getField(11)).value_or(ClOrdId{});
  command.side = static_cast<Side>(message.getField(54).front());
  if (message.getHeader().getField(35) == "F") {
    command.type = CommandType::cancel;
    command.orig_clordid = ClOrdId::from(message.getField(41)).value_or(ClOrdId{});
    return command;
  }
  command.type = CommandType::new_order;
  command.ord_type = static_cast<OrdType>(message.getField(40).front());
  command.tif = TimeInForce::good_till_cancel;
  command.qty = {testing::parse_decimal(message.getField(38), kLotDecimals).value_or(0)};
  command.price = {testing::parse_decimal(optional_field(message, 44), 0).value_or(-1)};
  return command;
}

char exec_type(EventType type) {
  switch (type) {
    case EventType::order_accepted:
      return '0';
    case EventType::order_rejected:
      return '8';
    case EventType::order_canceled:
      return '4';
    case EventType::trade:
      return 'F';
    default:
      return 'C';
  }
}

FIX::Message cancel_reject_of(const Event& event) {
  FIX::Message report;
  report.getHeader().setField(35, "9");
  report.setField(37, "NONE");
  report.setField(11, std::string{event.clordid.view()});
  report.setField(41, std::string{event.orig_clordid.view()});
  report.setField(39, "8");
  report.setField(434, "1");
  report.setField(102, "1");
  return report;
}

/// The same fields as Sluice's own execution report.
FIX::Message report_of(const Event& event) {
  if (event.type == EventType::cancel_rejected) return cancel_reject_of(event);
  FIX::Message report;
  report.getHeader().setField(35, "8");
  report.setField(37, std::to_string(event.order_id.value));
  report.setField(11, std::string{event.clordid.view()});
  if (!event.orig_clordid.empty()) report.setField(41, std::string{event.orig_clordid.view()});
  report.setField(17, std::to_string(event.exec_id.value));
  report.setField(150, std::string(1, exec_type(event.type)));
  report.setField(39, std::string(1, static_cast<char>(event.ord_status)));
  report.setField(1, "ACC1");
  report.setField(55, "BTC-USD");
  report.setField(54, std::string(1, static_cast<char>(event.side)));
  report.setField(38, testing::decimal_text(event.qty.value, kLotDecimals));
  report.setField(40, std::string(1, static_cast<char>(event.ord_type)));
  report.setField(44, std::to_string(event.price.value));
  report.setField(59, std::string(1, static_cast<char>(event.tif)));
  report.setField(151, testing::decimal_text(event.leaves_qty.value, kLotDecimals));
  report.setField(14, testing::decimal_text(event.cum_qty.value, kLotDecimals));
  report.setField(6, "0");
  if (event.type == EventType::trade) {
    report.setField(31, std::to_string(event.last_price.value));
    report.setField(32, testing::decimal_text(event.last_qty.value, kLotDecimals));
    report.setField(880, std::to_string(event.match_id.value));
  }
  report.setField(60, testing::utc_timestamp(event.time.value));
  return report;
}

}  // namespace

StockApplication::StockApplication() : engine_(engine_config()) {}

void StockApplication::fromApp(const FIX::Message& message, const FIX::SessionID& session) {
  const std::lock_guard lock{mutex_};
  sink_.events().clear();
  engine_.apply(command_of(message, engine_.last_seq().value + 1), sink_);
  for (const Event& event : sink_.events()) {
    FIX::Message report = report_of(event);
    FIX::Session::sendToTarget(report, session);
  }
}

}  // namespace sluice::perf
