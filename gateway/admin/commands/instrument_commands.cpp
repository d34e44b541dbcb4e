// instrument.*: what is traded and in which state.
#include <utility>
#include <vector>

#include "gateway/admin/commands/command_table.hpp"

namespace sluice::gateway {
namespace {

constexpr std::size_t kMaxInstrumentsNamed = 1'024;

/// How much a state lets happen: who guards risk alone may only lower it.
int openness(InstrumentState state) {
  switch (state) {
    case InstrumentState::continuous:
      return 4;
    case InstrumentState::post_only:
    case InstrumentState::pre_open:
      return 3;
    case InstrumentState::close_only:
      return 2;
    case InstrumentState::cancel_only:
      return 1;
    default:
      return 0;
  }
}

class InstrumentList final : public AdminJob {
 public:
  using AdminJob::AdminJob;

  Step advance(AnswerWriter& out) override {
    if (next_ == 0) {
      ArgReader args(request().args);
      if (const auto error = args.finish()) {
        out.fail(*error);
        return Step::done;
      }
      next_ = 1;
    }
    for (; next_ <= desk_.names.instruments(); ++next_) {
      if (!out.has_room()) return Step::again;
      const InstrumentConfig& config = desk_.names.at(InstrumentId{next_});
      out.row({{"instrument", config.symbol},
               {"security_type", config.security_type},
               {"state", name_of(desk_.controls.state(InstrumentId{next_}))},
               {"tick_size", config.tick_size},
               {"lot_size", config.lot_size}});
    }
    out.ok({{"instruments", desk_.names.instruments()}});
    return Step::done;
  }

 private:
  std::uint32_t next_ = 0;
};

class InstrumentSetState final : public ChangeJob {
 public:
  using ChangeJob::ChangeJob;

 protected:
  std::optional<AdminError> check() override {
    if (!admin().firm.empty()) {
      return not_allowed("instruments belong to the whole venue, your role is of firm " +
                         admin().firm);
    }
    ArgReader args(request().args);
    const auto state = args.text("state", 32, true);
    const bool all = args.has("instruments") && request().args["instruments"] == Json("*");
    std::vector<std::string> named;
    if (all) {
      (void)args.find("instruments");
    } else {
      named = args.names("instruments", kMaxInstrumentsNamed, true);
    }
    const auto known = state ? instrument_state_of(*state) : std::nullopt;
    if (state && !known) {
      args.complain("state", "there is no state \"" + *state + "\"",
                    "pre_open, continuous, post_only, close_only, cancel_only or halted");
    }
    if (auto error = args.finish()) return error;
    state_ = *known;
    return all ? take_all() : take(named);
  }

  Wait look(Json& before, std::optional<AdminError>& error) override {
    (void)error;
    before = states();
    return Wait::over;
  }

  Json would() override {
    Json would = Json::object();
    for (const InstrumentId id : instruments_) would[desk_.names.at(id).symbol] = name_of(state_);
    return would;
  }

  std::optional<AdminError> act() override {
    // From here on it is somebody's, and no more the opening timer's.
    for (const InstrumentId id : instruments_) desk_.controls.set_closed(id, false);
    (void)send_more();
    return std::nullopt;
  }

  Wait wait(Json& after, std::optional<AdminError>& error) override {
    bool all_sent = send_more();
    for (; waited_ < numbers_.size(); ++waited_) {
      const ControlOutcome* const outcome = desk_.engine.find(numbers_[waited_]);
      if (outcome != nullptr && !outcome->done) return Wait::more;
      if (outcome != nullptr && outcome->answer.type == EventType::control_rejected) {
        error = AdminError{"busy", "the engine refused the change", {}, {}};
      }
      desk_.engine.forget(numbers_[waited_]);
    }
    if (!all_sent) return Wait::more;
    after = states();
    if (!desk_.save_controls() && !error) {
      error = not_kept();
    }
    return Wait::over;
  }

  bool lowers_risk() const override {
    for (const InstrumentId id : instruments_) {
      if (openness(state_) > openness(desk_.controls.state(id))) return false;
    }
    return true;
  }

 private:
  std::optional<AdminError> take_all() {
    for (std::uint32_t id = 1; id <= desk_.names.instruments(); ++id) {
      instruments_.push_back(InstrumentId{id});
    }
    return check_role();
  }

  std::optional<AdminError> take(const std::vector<std::string>& named) {
    for (const std::string& name : named) {
      const auto id = desk_.names.instrument(name);
      if (!id) {
        return unknown_name("instrument", "instruments", name,
                            "symbols, see instrument.list, or \"*\"");
      }
      instruments_.push_back(*id);
    }
    return check_role();
  }

  std::optional<AdminError> check_role() const {
    if (admin().role != AdminRole::risk || lowers_risk()) return std::nullopt;
    return not_allowed("the role risk may only move an instrument to a state that takes less");
  }

  /// The ring has room for some of them; the others follow. True when all were sent.
  bool send_more() {
    while (numbers_.size() < instruments_.size()) {
      Command command{};
      command.type = CommandType::set_instrument_state;
      command.instrument = instruments_[numbers_.size()];
      command.control_action = static_cast<std::uint8_t>(state_);
      const auto number = desk_.engine.send(command);
      if (!number) return false;
      numbers_.push_back(*number);
    }
    return true;
  }

  Json states() const {
    Json states = Json::object();
    for (const InstrumentId id : instruments_) {
      states[desk_.names.at(id).symbol] = name_of(desk_.controls.state(id));
    }
    return states;
  }

  InstrumentState state_ = InstrumentState::none;
  std::vector<InstrumentId> instruments_;
  std::vector<std::uint32_t> numbers_;
  std::size_t waited_ = 0;
};

}  // namespace

std::unique_ptr<AdminJob> make_instrument_list(JobStart start) {
  return std::make_unique<InstrumentList>(std::move(start));
}
std::unique_ptr<AdminJob> make_instrument_set_state(JobStart start) {
  return std::make_unique<InstrumentSetState>(std::move(start));
}

}  // namespace sluice::gateway
