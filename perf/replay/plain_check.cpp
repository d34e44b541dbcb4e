#include "perf/replay/plain_check.hpp"

#include <cstddef>

#include "perf/baseline/plain_book.hpp"

namespace sluice::perf {

namespace {

Command command_of(const CapturedInput& input, std::size_t row) {
  const ClOrdId name = ClOrdId::from(std::to_string(input.order_id)).value_or(ClOrdId{});
  Command command{};
  command.seq = {row + 1};
  command.instrument = {1};
  command.session = {1};
  command.side = input.side == '1' ? Side::buy : Side::sell;
  if (input.kind == 'C') {
    command.type = CommandType::cancel;
    command.orig_clordid = name;
    return command;
  }
  command.type = CommandType::new_order;
  command.clordid = name;
  command.ord_type = input.is_market() ? OrdType::market : OrdType::limit;
  command.tif = TimeInForce::good_till_cancel;
  command.price = {input.price_usd};
  command.qty = {input.qty_sat};
  command.exec_inst = input.post_only ? ExecInst::post_only : ExecInst::none;
  return command;
}

}  // namespace

std::string difference_to_plain_book(const Capture& capture,
                                     const std::unordered_map<std::uint64_t, OpenOrder>& book) {
  PlainBook plain;
  for (std::size_t row = 0; row < capture.inputs.size(); ++row) {
    plain.apply(command_of(capture.inputs[row], row));
  }
  std::string difference;
  std::size_t resting = 0;
  const auto compare = [&](const PlainBook::Order& order) {
    ++resting;
    const std::uint64_t id = std::stoull(std::string{order.name.view()});
    const auto at = book.find(id);
    const OpenOrder wanted{order.side == Side::buy ? '1' : '2', order.price, order.qty - order.cum};
    if ((at == book.end() || at->second != wanted) && difference.empty()) {
      difference =
          "order " + std::to_string(id) + " rests at " + std::to_string(wanted.price_usd) +
          " with " + std::to_string(wanted.leaves_sat) + " satoshi in a plain book" +
          (at == book.end() ? ", not in the venue's"
                            : ", in the venue's at " + std::to_string(at->second.price_usd) +
                                  " with " + std::to_string(at->second.leaves_sat));
    }
  };
  plain.for_each(Side::buy, compare);
  plain.for_each(Side::sell, compare);
  if (difference.empty() && resting != book.size()) {
    difference = std::to_string(resting) + " orders rest in a plain book, " +
                 std::to_string(book.size()) + " in the venue's";
  }
  return difference;
}

}  // namespace sluice::perf
