// Which terms go together: each combination of values, the ones that FIX has and this venue has not
// among them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

using ::testing::ElementsAre;
constexpr OrdType kLimitType = OrdType::limit;
constexpr OrdType kMarketType = OrdType::market;
constexpr TimeInForce kAbsentTif = TimeInForce::none;
constexpr TimeInForce kDayTif = TimeInForce::day;
constexpr TimeInForce kGtcTif = TimeInForce::good_till_cancel;
constexpr TimeInForce kIocTif = TimeInForce::immediate_or_cancel;
constexpr TimeInForce kFokTif = TimeInForce::fill_or_kill;
constexpr ExecInst kNoInst = ExecInst::none;
constexpr ExecInst kPostOnly = ExecInst::post_only;

using Terms = std::tuple<OrdType, TimeInForce, ExecInst>;

/// All that this venue trades.
const std::set<Terms> kSupported{
    {kLimitType, kAbsentTif, kNoInst},  {kLimitType, kDayTif, kNoInst},
    {kLimitType, kGtcTif, kNoInst},     {kLimitType, kIocTif, kNoInst},
    {kLimitType, kFokTif, kNoInst},     {kLimitType, kAbsentTif, kPostOnly},
    {kLimitType, kDayTif, kPostOnly},   {kLimitType, kGtcTif, kPostOnly},
    {kMarketType, kAbsentTif, kNoInst}, {kMarketType, kDayTif, kNoInst},
    {kMarketType, kGtcTif, kNoInst},    {kMarketType, kIocTif, kNoInst},
    {kMarketType, kFokTif, kNoInst},
};

/// FIX's own characters, and 0 for "not given"; and bits of which only the first is known.
std::vector<OrdType> order_types() {
  std::vector<OrdType> all{OrdType::none};
  for (const char value : std::string("123456789DEGIJKLMP")) all.push_back(OrdType(value));
  return all;
}
std::vector<TimeInForce> times_in_force() {
  std::vector<TimeInForce> all{TimeInForce::none};
  for (const char value : std::string("01234567")) all.push_back(TimeInForce(value));
  return all;
}
const std::vector<ExecInst> kExecInsts{kNoInst, kPostOnly, ExecInst(2), ExecInst(0x8000)};

/// Something to trade with on both sides, and a place in between where nothing trades.
class UnsupportedTerms : public ::testing::Test {
 protected:
  void SetUp() override {
    venue_.submit(buy(3, "bid").qty(1'000).at(90));
    venue_.submit(sell(3, "offer").qty(1'000).at(110));
  }
  Event answer_to(Side side, const Terms& terms) {
    Command command = new_order(side, 1, "n" + std::to_string(++names_)).at(100);
    std::tie(command.ord_type, command.tif, command.exec_inst) = terms;
    const Event answer = venue_.submit(command).front();
    // Nothing rests in the way of the next one.
    if (venue_.engine().find(answer.order_id)) {
      venue_.submit(cancel(1, "X").order_id(answer.order_id));
    }
    return answer;
  }

  Venue venue_;
  int names_ = 0;
};

TEST_F(UnsupportedTerms, AreAllButTheOnesThatThisVenueTrades) {
  std::size_t supported = 0;
  for (const Side side : {Side::buy, Side::sell}) {
    for (const OrdType type : order_types()) {
      for (const TimeInForce tif : times_in_force()) {
        for (const ExecInst inst : kExecInsts) {
          const Terms terms{type, tif, inst};
          const Event answer = answer_to(side, terms);
          SCOPED_TRACE(brief(answer));
          SCOPED_TRACE("40=" + std::to_string(int(type)) + " 59=" + std::to_string(int(tif)) +
                       " 18 as bits " + std::to_string(int(inst)));
          const bool accepted = answer.type == EventType::order_accepted;
          EXPECT_EQ(accepted, kSupported.contains(terms));
          if (accepted) ++supported;
          if (accepted) continue;
          EXPECT_EQ(answer.type, EventType::order_rejected);
          EXPECT_EQ(answer.reject, RejectCode::unsupported_terms);
          EXPECT_EQ(answer.reject_limit, 0);
          EXPECT_EQ(answer.reject_asked, 0);
        }
      }
    }
  }
  EXPECT_EQ(supported, 2 * kSupported.size());
}

TEST_F(UnsupportedTerms, AreASideThatIsNeitherBuyNorSell) {
  for (const char side : std::string("3456789ABCDEFG")) {
    EXPECT_EQ(answer_to(Side(side), {kLimitType, kDayTif, kNoInst}).reject,
              RejectCode::unsupported_terms);
  }
  EXPECT_EQ(answer_to(Side::none, {kLimitType, kDayTif, kNoInst}).reject,
            RejectCode::unsupported_terms);
}

TEST_F(UnsupportedTerms, AreToldWithTheNumberThatIsPublished) {
  EXPECT_EQ(static_cast<int>(answer_to(Side::buy, {kMarketType, kDayTif, kPostOnly}).reject), 31);
}

TEST_F(UnsupportedTerms, AreSaidAsTheyWereAsked) {
  const Event answer = answer_to(Side::buy, {kLimitType, kFokTif, kPostOnly});
  EXPECT_EQ(answer.ord_type, kLimitType);
  EXPECT_EQ(answer.tif, kFokTif);
  EXPECT_EQ(answer.exec_inst, kPostOnly);
}

TEST_F(UnsupportedTerms, ComeBeforeWhatIsWrongWithTheNumbers) {
  Command order = buy(1, "A").qty(0).at(-1).post_only().ioc();
  EXPECT_THAT(venue_.tell(order), ElementsAre("1:A rejected unsupported_terms"));
}

TEST_F(UnsupportedTerms, LeaveTheirClOrdIdUsed) {
  venue_.submit(buy(1, "A").at(100).post_only().ioc());
  EXPECT_THAT(venue_.tell(buy(1, "A").at(100)), ElementsAre("1:A rejected duplicate_clordid"));
}

}  // namespace
}  // namespace sluice::test
