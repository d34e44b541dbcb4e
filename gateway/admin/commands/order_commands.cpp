// order.list and order.cancel: what rests, and taking it away.
#include <charconv>
#include <utility>

#include "gateway/admin/commands/order_rows.hpp"
#include "gateway/admin/commands/order_selection.hpp"

namespace sluice::gateway {
namespace {

constexpr std::int64_t kMaxListed = 1'000'000;
constexpr std::int64_t kListedUnlessSaid = 1'000;

class OrderList final : public AdminJob {
 public:
  explicit OrderList(JobStart start) : AdminJob(std::move(start)), walk_(desk_) {}

  Step advance(AnswerWriter& out) override {
    if (limit_ == 0) {
      if (const auto error = read()) {
        out.fail(*error);
        return Step::done;
      }
    }
    if (!out.has_room()) return Step::again;
    const bool over = walk_.advance([&](const OpenOrder& open) {
      if (told_ == limit_) {
        truncated_ = true;
        return false;
      }
      out.row(describe(desk_, open));
      ++told_;
      return true;
    });
    if (!over) return Step::again;
    out.ok({{"orders", told_}, {"truncated", truncated_}});
    return Step::done;
  }

 private:
  std::optional<AdminError> read() {
    ArgReader args(request().args);
    OrderSelection selection;
    selection.read(args, desk_, admin());
    limit_ = args.integer("limit", 1, kMaxListed, false).value_or(kListedUnlessSaid);
    if (auto error = args.finish()) return error;
    if (selection.error) return selection.error;
    limit_to_firm(selection.filter, desk_, admin());
    walk_.begin(selection.filter);
    return std::nullopt;
  }

  OrderWalk walk_;
  std::int64_t limit_ = 0;
  std::int64_t told_ = 0;
  bool truncated_ = false;
};

/// One order by its number, or all that a selection means.
class OrderCancel final : public ChangeJob {
 public:
  explicit OrderCancel(JobStart start) : ChangeJob(std::move(start)), walk_(desk_) {}

 protected:
  std::optional<AdminError> check() override {
    ArgReader args(request().args);
    const auto order_id = args.text("order_id", 20, false);
    OrderSelection selection;
    selection.read(args, desk_, admin());
    const bool all = args.flag("all");
    filter_ = selection.filter;
    const bool many = selection.owners > 0 || all || filter_.instrument.value != 0;
    if (order_id && !read_order_id(*order_id)) {
      args.complain("order_id", "\"order_id\" has the wrong form",
                    "OrderID(37) as a report shows it");
    } else if (order_id.has_value() == many || selection.owners + (all ? 1 : 0) > 1) {
      args.complain("order_id", "it is not said what is to be cancelled",
                    "order_id; or one of session, account, firm and all, or instrument, or both");
    }
    if (auto error = args.finish()) return error;
    if (selection.error) return selection.error;
    if (!order_id && selection.owners == 0 && !admin().firm.empty()) {
      return not_allowed("orders of the whole venue are beyond a role of firm " + admin().firm);
    }
    limit_to_firm(filter_, desk_, admin());
    walk_.begin(filter_);
    return std::nullopt;
  }

  Wait look(Json& before, std::optional<AdminError>& error) override {
    const bool over = walk_.advance([&](const OpenOrder& open) {
      if (order_id_.is_none()) {
        ++found_;
        return true;
      }
      if (open.order.order_id != order_id_) return true;
      found_ = 1;
      before = describe(desk_, open);
      return false;
    });
    if (!over) return Wait::more;
    if (order_id_.is_none()) {
      before = {{"orders", found_}};
    } else if (found_ == 0) {
      error = AdminError{"unknown_order", "there is no such open order", "order_id", {}};
    }
    return Wait::over;
  }

  Json would() override { return {{"canceled", found_}}; }

  std::optional<AdminError> act() override {
    Command command{};
    if (!order_id_.is_none()) {
      command.type = CommandType::cancel_order;
      command.order_id = order_id_;
    } else {
      command.type = CommandType::mass_cancel;
      command.instrument = filter_.instrument;
      choose_scope(command);
    }
    const auto number = desk_.engine.send(command);
    if (!number) {
      return AdminError{"busy", "the engine's ring of admin commands is full: try again", {}, {}};
    }
    number_ = *number;
    return std::nullopt;
  }

  Wait wait(Json& after, std::optional<AdminError>& error) override {
    const ControlOutcome* const outcome = desk_.engine.find(number_);
    if (!outcome->done) return Wait::more;
    if (outcome->answer.type == EventType::control_rejected) {
      error = outcome->answer.reject == RejectCode::unknown_order
                  ? AdminError{"unknown_order", "the order is not open any more", "order_id", {}}
                  : AdminError{"busy", "too many mass cancels are under way: try again", {}, {}};
    }
    canceled_ = outcome->orders;
    desk_.engine.forget(number_);
    after = {{"canceled", canceled_}};
    return Wait::over;
  }

  void complete(Json& result) const override { result["canceled"] = canceled_; }
  bool lowers_risk() const override { return true; }

 private:
  bool read_order_id(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    order_id_ = OrderId{value};
    return error == std::errc{} && end == text.data() + text.size() && value != 0;
  }

  void choose_scope(Command& command) const {
    command.control_scope = ControlScope::venue;
    if (filter_.session.value != 0) {
      command.control_scope = ControlScope::session;
      command.target = filter_.session.value;
    } else if (filter_.account.value != 0) {
      command.control_scope = ControlScope::account;
      command.target = filter_.account.value;
    } else if (filter_.firm.value != 0) {
      command.control_scope = ControlScope::firm;
      command.target = filter_.firm.value;
    }
  }

  OrderWalk walk_;
  OrderFilter filter_;
  OrderId order_id_;
  std::uint64_t found_ = 0;
  std::uint32_t number_ = 0;
  std::uint32_t canceled_ = 0;
};

}  // namespace

std::unique_ptr<AdminJob> make_order_list(JobStart start) {
  return std::make_unique<OrderList>(std::move(start));
}
std::unique_ptr<AdminJob> make_order_cancel(JobStart start) {
  return std::make_unique<OrderCancel>(std::move(start));
}
}  // namespace sluice::gateway
