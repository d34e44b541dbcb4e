// The engine thread of a whole, running venue takes no memory once it runs.
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>

#include "engine/runner/thread_setup.hpp"
#include "gateway/venue/venue.hpp"
#include "tests/end_to_end/in_process/turned_venue.hpp"
#include "tests/support/heap/heap_use.hpp"

namespace sluice::testing {
namespace {

std::uint64_t allocations_of(const char* thread_name) {
  const test::HeapWatch watched("engine");
  std::thread thread([thread_name] {
    set_up_thread(thread_name, -1);
    const auto one = std::make_unique<std::string>(100, 'x');
    const std::unique_ptr<std::string[]> several(new std::string[3]);
    EXPECT_EQ(one->size() + several[0].size(), 100u);
  });
  thread.join();
  return watched.use().allocations;
}

TEST(EngineAllocation, TheCounterCountsTheNamedThreadOnly) {
  EXPECT_GE(allocations_of("engine"), 3u);
  EXPECT_EQ(allocations_of("other"), 0u);
}

/// Sends orders in bursts and takes two reports for each: accepted, and filled or expired.
class Trader {
 public:
  Trader(const std::string& comp_id, std::uint16_t port, char side)
      : client_({.sender = comp_id,
                 .username = "",
                 .password = "",
                 .patience = std::chrono::seconds{30}}),
        side_(side) {
    client_.connect("127.0.0.1", port);
    const auto answer = client_.logon();
    if (!answer || answer->type() != "A") throw std::runtime_error(comp_id + ": no logon");
  }
  void queue(int orders) {
    for (int i = 0; i < orders; ++i) {
      client_.queue(limit_order("o" + std::to_string(++sent_), kSymbol, side_, "0.001", "5.00"));
    }
  }
  /// Sends and reads what can be; true when every order so far has its two reports.
  bool progress() {
    client_.flush();
    while (const FixMessage* message = client_.poll()) {
      EXPECT_EQ(message->type(), "8") << message->readable();
      EXPECT_TRUE(message->get(150) == "0" || message->get(150) == "F") << message->readable();
      ++reports_;
    }
    return reports_ == 2 * sent_;
  }
  void logout() { EXPECT_TRUE(client_.logout()); }

 private:
  RawFixClient client_;
  char side_;
  int sent_ = 0;
  int reports_ = 0;
};

TEST(EngineAllocation, IsZeroWhileTwentyThousandOrdersTradeOverSockets) {
  constexpr int kBurst = 50;
  constexpr int kBursts = 200;  // of each of two traders: 20,000 orders
  constexpr int kWarmUpBursts = 4;
  const TemporaryFolder folder;
  gateway::VenueConfig config = small_venue(folder.path());
  config.gateway.io_idle = IdleKind::backoff;
  gateway::Venue venue(std::move(config));
  venue.start();
  Trader seller("CLIENT1", venue.port(), '2');
  Trader buyer("CLIENT2", venue.port(), '1');
  const auto trade = [&](int bursts) {
    for (int i = 0; i < bursts; ++i) {
      seller.queue(kBurst);
      buyer.queue(kBurst);
      const Deadline deadline = after(std::chrono::seconds{60});
      for (bool all = false; !all;) {
        ASSERT_LT(Clock::now(), deadline);
        const bool sold = seller.progress();
        all = buyer.progress() && sold;
      }
    }
  };
  trade(kWarmUpBursts);
  ASSERT_FALSE(::testing::Test::HasFailure());
  {
    const test::HeapWatch watched("engine");
    trade(kBursts);
    EXPECT_EQ(watched.use(), test::HeapUse{});
  }
  EXPECT_EQ(venue.order_entry().commands, 2u * kBurst * (kBursts + kWarmUpBursts));
  seller.logout();
  buyer.logout();
  venue.stop();
  EXPECT_EQ(venue.engine().open_orders(), 0u);
}

}  // namespace
}  // namespace sluice::testing
