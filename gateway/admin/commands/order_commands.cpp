// order.* and book.show: what rests, and taking it away.
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "gateway/admin/commands/command_table.hpp"
#include "gateway/codec/values/decimal.hpp"

namespace sluice::gateway {
namespace {

constexpr std::int64_t kMaxListed = 1'000'000;
constexpr std::int64_t kListedUnlessSaid = 1'000;
constexpr std::int64_t kMaxDepth = Inquiry::kMaxAnswers / 2;
constexpr std::int64_t kDepthUnlessSaid = 10;

std::string in_units(std::int64_t units, DecimalUnit unit) {
  std::array<char, kDecimalRoom> room;
  return std::string(format_units(units, unit, room));
}

std::string_view word_for(TimeInForce tif) {
  switch (tif) {
    case TimeInForce::good_till_cancel:
      return "good_till_cancel";
    case TimeInForce::immediate_or_cancel:
      return "immediate_or_cancel";
    case TimeInForce::fill_or_kill:
      return "fill_or_kill";
    default:
      return "day";
  }
}

Json describe(const AdminDesk& desk, const OpenOrder& open) {
  const OrderView& order = open.order;
  const InstrumentSpec& instrument = desk.instruments.at(order.instrument);
  return {{"order_id", std::to_string(order.order_id.value)},
          {"clordid", std::string(order.clordid.view())},
          {"session", desk.names.target(ControlScope::session, order.session.value)},
          {"account", desk.names.target(ControlScope::account, open.account.value)},
          {"firm", desk.names.target(ControlScope::firm, open.firm.value)},
          {"instrument", instrument.symbol},
          {"side", order.side == Side::buy ? "buy" : "sell"},
          {"ord_type", open.ord_type == OrdType::market ? "market" : "limit"},
          {"time_in_force", word_for(open.tif)},
          {"price", in_units(order.price.value, instrument.tick)},
          {"qty", in_units(order.qty.value, instrument.lot)},
          {"filled", in_units(order.cum_qty.value, instrument.lot)},
          {"leaves", in_units(open.leaves.value, instrument.lot)}};
}

/// The orders that a request's session, account, firm and instrument mean.
struct Selection {
  OrderFilter filter;
  std::optional<AdminError> error;
  int owners = 0;  ///< How many of session, account and firm were given.

  void read(ArgReader& args, const AdminDesk& desk, const Admin& admin) {
    if (const auto name = args.text("session", 32, false)) {
      ++owners;
      take(desk.names.session(*name, admin), filter.session, "session", *name);
    }
    if (const auto name = args.text("account", 32, false)) {
      ++owners;
      take(desk.names.account(*name, admin), filter.account, "account", *name);
    }
    if (const auto name = args.text("firm", 32, false)) {
      ++owners;
      take(desk.names.firm(*name, admin), filter.firm, "firm", *name);
    }
    if (const auto name = args.text("instrument", 32, false)) {
      take(desk.names.instrument(*name), filter.instrument, "instrument", *name);
    }
  }

 private:
  template <class Id>
  void take(const std::optional<Id>& found, Id& target, const char* what, const std::string& name) {
    if (found) {
      target = *found;
    } else if (!error) {
      error = unknown_name(what, what, name);
    }
  }
};

/// A firm's admin looks at its firm's orders only.
void limit_to_firm(OrderFilter& filter, const AdminDesk& desk, const Admin& admin) {
  if (!admin.firm.empty()) filter.firm = desk.names.firm(admin.firm, admin).value_or(FirmId{});
}

/// Walks over all open orders that a filter means, an answer of the engine at a time.
class OrderWalk {
 public:
  explicit OrderWalk(AdminDesk& desk) : desk_(desk) {}
  OrderWalk(const OrderWalk&) = delete;
  OrderWalk& operator=(const OrderWalk&) = delete;
  ~OrderWalk() { desk_.inquiries.release(this); }

  void begin(const OrderFilter& filter) {
    question_.kind = Inquiry::Kind::orders;
    question_.filter = filter;
  }
  /// Calls `take(const OpenOrder&)`, which says whether to go on, for what the engine has answered.
  /// False until the walk is over.
  template <class Take>
  bool advance(Take&& take) {
    if (over_) return true;
    if (!desk_.inquiries.is_asking(this)) {
      (void)desk_.inquiries.ask(this, question_);
      return false;
    }
    const Inquiry::Answer* const answer = desk_.inquiries.answer(this);
    if (answer == nullptr) return false;
    for (std::uint32_t i = 0; i < answer->orders && !over_; ++i) over_ = !take(answer->order[i]);
    question_.from = answer->next;
    desk_.inquiries.release(this);
    over_ = over_ || question_.from == 0;
    return over_;
  }

 private:
  AdminDesk& desk_;
  Inquiry::Question question_;
  bool over_ = false;
};

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
    Selection selection;
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

class BookShow final : public AdminJob {
 public:
  using AdminJob::AdminJob;
  ~BookShow() override { desk_.inquiries.release(this); }

  Step advance(AnswerWriter& out) override {
    if (depth_ == 0) {
      ArgReader args(request().args);
      const auto name = args.text("instrument", 32, true);
      depth_ = args.integer("depth", 1, kMaxDepth, false).value_or(kDepthUnlessSaid);
      std::optional<AdminError> error = args.finish();
      const auto id = name ? desk_.names.instrument(*name) : std::nullopt;
      if (!error && !id) error = unknown_name("instrument", "instrument", *name);
      if (error) {
        out.fail(*error);
        return Step::done;
      }
      question_.kind = Inquiry::Kind::book;
      question_.filter.instrument = *id;
      question_.depth = Inquiry::kMaxAnswers / 2;
    }
    if (!desk_.inquiries.is_asking(this)) {
      (void)desk_.inquiries.ask(this, question_);
      return Step::again;
    }
    const Inquiry::Answer* const answer = desk_.inquiries.answer(this);
    if (answer == nullptr) return Step::again;
    out.ok(show(*answer));
    return Step::done;
  }

 private:
  Json show(const Inquiry::Answer& answer) const {
    bool truncated = false;
    Json bids = levels(answer, 0, answer.orders, truncated);
    Json asks = levels(answer, answer.orders, answer.offers, truncated);
    return {{"instrument", desk_.names.at(question_.filter.instrument).symbol},
            {"state", name_of(answer.state)},
            {"bids", std::move(bids)},
            {"asks", std::move(asks)},
            {"truncated", truncated}};
  }

  Json levels(const Inquiry::Answer& answer, std::uint32_t first, std::uint32_t count,
              bool& truncated) const {
    const InstrumentSpec& instrument = desk_.instruments.at(question_.filter.instrument);
    Json levels = Json::array();
    Price price{-1};
    std::int64_t lots = 0;
    std::int64_t orders = 0;
    const auto close = [&] {
      if (orders == 0) return;
      levels.push_back({{"price", in_units(price.value, instrument.tick)},
                        {"qty", in_units(lots, instrument.lot)},
                        {"orders", orders}});
    };
    bool full = false;
    for (std::uint32_t i = first; i < first + count && !full; ++i) {
      const OpenOrder& open = answer.order[i];
      if (open.order.price != price) {
        close();
        lots = orders = 0;
        full = static_cast<std::int64_t>(levels.size()) == depth_;
        price = open.order.price;
      }
      lots += open.leaves.value;
      ++orders;
    }
    if (!full) {
      close();
      if (count == Inquiry::kMaxAnswers / 2) truncated = true;
    }
    return levels;
  }

  Inquiry::Question question_;
  std::int64_t depth_ = 0;
};

/// One order by its number, or all that a selection means.
class OrderCancel final : public ChangeJob {
 public:
  explicit OrderCancel(JobStart start) : ChangeJob(std::move(start)), walk_(desk_) {}

 protected:
  std::optional<AdminError> check() override {
    ArgReader args(request().args);
    const auto order_id = args.text("order_id", 20, false);
    Selection selection;
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
std::unique_ptr<AdminJob> make_book_show(JobStart start) {
  return std::make_unique<BookShow>(std::move(start));
}

}  // namespace sluice::gateway
