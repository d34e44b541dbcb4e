#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "gateway/codec/directory/account_directory.hpp"
#include "gateway/codec/directory/instrument_directory.hpp"

namespace sluice::gateway {
namespace {

TEST(InstrumentDirectory, FindsEachOfManySymbolsAndNoOther) {
  std::vector<InstrumentSpec> specs;
  for (std::uint32_t i = 1; i <= 3'000; ++i) {
    specs.push_back({{i}, "SYM" + std::to_string(i), {1, -2}, {1, -8}});
  }
  const InstrumentDirectory directory(specs);
  EXPECT_EQ(directory.size(), 3'000U);
  for (const InstrumentSpec& spec : specs) {
    ASSERT_NE(directory.find(spec.symbol), nullptr);
    EXPECT_EQ(directory.find(spec.symbol)->id, spec.id);
    EXPECT_EQ(directory.at(spec.id).symbol, spec.symbol);
  }
  for (const char* unknown : {"", "SYM", "SYM0", "SYM3001", "sym1", "SYM1 "}) {
    EXPECT_EQ(directory.find(unknown), nullptr) << unknown;
  }
  EXPECT_FALSE(directory.contains({0}));
  EXPECT_TRUE(directory.contains({3'000}));
  EXPECT_FALSE(directory.contains({3'001}));
}

TEST(InstrumentDirectory, MayBeEmpty) {
  const InstrumentDirectory directory(std::vector<InstrumentSpec>{});
  EXPECT_EQ(directory.find("BTC-USDT"), nullptr);
}

TEST(InstrumentDirectory, RefusesBadLists) {
  const auto make = [](std::vector<InstrumentSpec> specs) {
    return InstrumentDirectory(std::move(specs));
  };
  EXPECT_THROW(make({{{2}, "A", {}, {}}}), std::invalid_argument);
  EXPECT_THROW(make({{{1}, "A", {}, {}}, {{2}, "A", {}, {}}}), std::invalid_argument);
  EXPECT_THROW(make({{{1}, "", {}, {}}}), std::invalid_argument);
  EXPECT_THROW(make({{{1}, "A\x01", {}, {}}}), std::invalid_argument);
  EXPECT_NO_THROW(make({{{1}, std::string(kMaxSymbolBytes, 'A'), {}, {}}}));
  EXPECT_THROW(make({{{1}, std::string(kMaxSymbolBytes + 1, 'A'), {}, {}}}), std::invalid_argument);
}

TEST(SessionAccounts, KnowsItsNamesAndTheFirstIsTheDefault) {
  const SessionAccounts accounts({{{5}, "MAIN"}, {{2}, "HEDGE"}});
  EXPECT_EQ(accounts.find("MAIN"), AccountId{5});
  EXPECT_EQ(accounts.find("HEDGE"), AccountId{2});
  EXPECT_EQ(accounts.find("OTHER"), AccountId{0});
  EXPECT_EQ(accounts.find(""), AccountId{0});
  EXPECT_EQ(accounts.default_account(), AccountId{5});
  EXPECT_EQ(accounts.name_of({2}), "HEDGE");
  EXPECT_EQ(accounts.name_of({3}), "");
  EXPECT_EQ(accounts.size(), 2U);
  EXPECT_EQ(SessionAccounts().default_account(), AccountId{0});
}

TEST(AccountDirectory, NamesEachAccountById) {
  const AccountDirectory accounts({{{1}, "MAIN"}, {{2}, "HEDGE"}});
  EXPECT_EQ(accounts.name_of({1}), "MAIN");
  EXPECT_EQ(accounts.name_of({2}), "HEDGE");
  EXPECT_EQ(accounts.name_of({0}), "");
  EXPECT_EQ(accounts.name_of({3}), "");
}

TEST(AccountDirectories, RefuseBadLists) {
  using List = std::vector<AccountName>;
  for (const List& bad :
       {List{{{0}, "A"}}, List{{{1}, ""}}, List{{{1}, "A\n"}}, List{{{1}, "A"}, {{2}, "A"}},
        List{{{1}, std::string(kMaxAccountBytes + 1, 'A')}}}) {
    EXPECT_THROW(SessionAccounts{bad}, std::invalid_argument);
    EXPECT_THROW(AccountDirectory{bad}, std::invalid_argument);
  }
  EXPECT_NO_THROW(SessionAccounts(List{{{9}, std::string(kMaxAccountBytes, 'A')}}));
  EXPECT_THROW(AccountDirectory(List{{{2}, "A"}}), std::invalid_argument);
}

}  // namespace
}  // namespace sluice::gateway
