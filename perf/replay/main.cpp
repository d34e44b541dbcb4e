// Sends half an hour of a real exchange's order flow to a venue as FIX over TCP, and checks that
// the venue printed that exchange's executions.
//
// Exit codes: 0 everything identical; 1 something differs or failed; 2 no recorded flow, or usage.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "perf/replay/capture.hpp"
#include "perf/replay/plain_check.hpp"
#include "perf/replay/replay_tally.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"
#include "tests/support/raw_fix_client.hpp"
#include "tests/support/venue_process.hpp"
#include "tests/support/wire_decimal.hpp"

namespace sluice::perf {
namespace {

using testing::FixBody;
using testing::FixMessage;
using testing::RawFixClient;

struct Options {
  std::string venue;
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string comp_id = "REPLAY";
  std::string target = "SLUICE";
  std::string password;
  std::string symbol = "BTC-USD";
  std::string idle = "backoff";
  std::uint64_t window = 256;
  std::uint64_t messages = 0;
  int repetitions = 1;
};

/// What a correct price-time book does with the whole recording, from the recording's description.
ReplayTotals expected_totals() {
  ReplayTotals totals;
  totals.accepted = 49'859 + 6'510;
  totals.refused_post_only = 100'518;
  totals.canceled = 49'549;
  totals.cancels_refused = 100'519;
  totals.resting = 6'516;
  totals.best_bid = 78'350;
  totals.best_ask = 78'351;
  return totals;
}

std::unique_ptr<testing::VenueProcess> start_venue(const Options& options) {
  testing::VenueOptions venue;
  venue.binary = options.venue;
  testing::VenueInstrument instrument;
  instrument.symbol = options.symbol;
  instrument.tick_size = "1";
  instrument.lot_size = "0.00000001";
  instrument.max_qty = "1000000";
  venue.config.instruments = {instrument};
  testing::VenueSession session;
  session.comp_id = options.comp_id;
  session.password = options.password;
  venue.config.sessions = {session};
  venue.config.gateway = {{"in_flight_per_session", "4096"},
                          {"io_idle", testing::quoted(options.idle)}};
  venue.config.engine = {{"idle", testing::quoted(options.idle)}};
  venue.config.log = {{"level", "\"warn\""}};
  return std::make_unique<testing::VenueProcess>(venue);
}

FixBody body_of(const CapturedInput& input, std::size_t row, const std::string& symbol,
                const std::string& now) {
  const std::string order_id = std::to_string(input.order_id);
  if (input.kind == 'C') {
    FixBody body{"F"};
    body.add(41, order_id).add(11, "C" + std::to_string(row)).add(55, symbol);
    return body.add(54, input.side).add(60, now);
  }
  FixBody body{"D"};
  body.add(11, order_id);
  if (input.post_only) body.add(18, '6');
  body.add(55, symbol).add(54, input.side).add(60, now);
  body.add(38, testing::decimal_text(input.qty_sat, 8));
  if (input.is_market()) return body.add(40, '1').add(59, '1');
  return body.add(40, '2').add(44, input.price_usd).add(59, '1');
}

/// Keeps at most `window` messages unanswered, reading while it writes. False when the venue falls
/// silent or closes.
bool send_all(const Capture& capture, const Options& options, RawFixClient& client,
              ReplayTally& tally) {
  const std::size_t count = capture.inputs.size();
  std::size_t sent = 0;
  while (tally.answered() < count && tally.problem().empty()) {
    const std::string now = testing::utc_now();
    while (sent < count && sent - tally.answered() < options.window) {
      client.queue(body_of(capture.inputs[sent], sent, options.symbol, now));
      ++sent;
    }
    client.flush();
    bool any = false;
    while (const FixMessage* message = client.poll()) {
      tally.take(*message);
      any = true;
    }
    if (any) continue;
    if (client.closed_by_peer() ||
        !client.connection().wait_readable(testing::after(std::chrono::seconds{10}))) {
      return false;
    }
  }
  return tally.problem().empty();
}

/// Reports may follow the last answer: all of them are here when the venue has answered a
/// TestRequest and then stays silent.
void drain(RawFixClient& client, ReplayTally& tally) {
  client.options().automatic = false;
  client.send(FixBody{"1"}.add(112, "END"));
  std::chrono::milliseconds wait{5'000};
  while (std::optional<FixMessage> message = client.receive(wait)) {
    if (message->type() == "0") {
      wait = std::chrono::milliseconds{200};
    } else {
      tally.take(*message);
    }
  }
}

std::string describe(const CapturedTrade& trade) {
  return "buyer " + std::to_string(trade.buy_order_id) + ", seller " +
         std::to_string(trade.sell_order_id) + ", price " + std::to_string(trade.price_usd) +
         ", size " + testing::decimal_text(trade.qty_sat, 8) + ", aggressor " +
         (trade.buyer_was_aggressor ? "buyer" : "seller");
}

bool same_trades(const std::vector<CapturedTrade>& expected,
                 const std::vector<CapturedTrade>& got) {
  const std::size_t common = std::min(expected.size(), got.size());
  std::size_t same = 0;
  while (same < common && expected[same] == got[same]) ++same;
  const bool identical = same == expected.size() && same == got.size();
  if (!identical) {
    std::printf("executions differ at number %zu of %zu (venue: %zu)\n", same + 1, expected.size(),
                got.size());
    std::printf("  exchange: %s\n",
                same < expected.size() ? describe(expected[same]).c_str() : "none");
    std::printf("  venue:    %s\n", same < got.size() ? describe(got[same]).c_str() : "none");
  } else {
    std::printf("executions %zu/%zu identical\n", same, expected.size());
  }
  return identical;
}

std::string optional_price(const std::optional<std::int64_t>& price) {
  return price ? grouped(static_cast<std::uint64_t>(*price)) : "none";
}

bool same_totals(const ReplayTotals& expected, const ReplayTotals& got) {
  Table table;
  table.add({"", "exchange", "venue"});
  table.add({"orders accepted", grouped(expected.accepted), grouped(got.accepted)});
  table.add({"post-only orders refused", grouped(expected.refused_post_only),
             grouped(got.refused_post_only)});
  table.add({"cancels accepted", grouped(expected.canceled), grouped(got.canceled)});
  table.add({"cancels refused", grouped(expected.cancels_refused), grouped(got.cancels_refused)});
  table.add({"resting at the end", grouped(expected.resting), grouped(got.resting)});
  table.add({"best bid", optional_price(expected.best_bid), optional_price(got.best_bid)});
  table.add({"best ask", optional_price(expected.best_ask), optional_price(got.best_ask)});
  table.print();
  return expected == got;
}

/// One replay; exit code 0 when all is as it should be. `rate`: messages a second.
int replay(const Options& options, const Capture& capture, bool whole, double& rate) {
  std::unique_ptr<testing::VenueProcess> venue;
  std::string host = options.host;
  std::uint16_t port = options.port;
  if (port == 0) {
    venue = start_venue(options);
    host = venue->host();
    port = venue->port();
  }
  testing::RawClientOptions client_options;
  client_options.sender = options.comp_id;
  client_options.target = options.target;
  client_options.password = options.password;
  RawFixClient client{client_options};
  client.connect(host, port);
  const std::optional<FixMessage> logon = client.logon();
  if (!logon || logon->type() != "A") {
    std::printf("no logon: %s\n", logon ? logon->readable().c_str() : "the venue closed");
    return 1;
  }

  ReplayTally tally;
  const std::int64_t start = now_ns();
  const bool complete = send_all(capture, options, client, tally);
  const double seconds = static_cast<double>(now_ns() - start) / 1e9;
  rate = static_cast<double>(tally.answered()) / seconds;
  if (complete) drain(client, tally);
  std::printf("%s messages answered in %s s: %s messages/s end to end, at most %s in flight\n",
              grouped(tally.answered()).c_str(), fixed(seconds, 2).c_str(),
              grouped(static_cast<std::uint64_t>(rate)).c_str(), grouped(options.window).c_str());
  if (!tally.problem().empty()) {
    std::printf("%s\n", tally.problem().c_str());
    return 1;
  }
  if (!complete) {
    std::printf("the venue %s after %s of %s answers\n",
                client.closed_by_peer() ? "closed the connection" : "fell silent",
                grouped(tally.answered()).c_str(), grouped(capture.inputs.size()).c_str());
    return 1;
  }
  (void)client.logout();
  const std::string difference = difference_to_plain_book(capture, tally.book());
  if (difference.empty()) {
    std::printf("the venue's book equals a plain independent one in all %s resting orders\n",
                grouped(tally.book().size()).c_str());
  } else {
    std::printf("the books differ: %s\n", difference.c_str());
  }
  if (!whole) {
    std::printf("a part of the flow only: %zu executions, not compared\n", tally.trades().size());
    return difference.empty() ? 0 : 1;
  }
  const bool totals = same_totals(expected_totals(), tally.totals());
  const bool trades = same_trades(capture.trades, tally.trades());
  return difference.empty() && totals && trades ? 0 : 1;
}

int replay_all(const Options& options, Capture capture) {
  const bool whole = options.messages == 0 || options.messages >= capture.inputs.size();
  if (!whole) capture.inputs.resize(options.messages);
  if (options.repetitions > 1) print_machine();
  std::vector<double> rates;
  for (int i = 0; i < options.repetitions; ++i) {
    if (const int status = replay(options, capture, whole, rates.emplace_back()); status != 0) {
      return status;
    }
  }
  if (options.repetitions > 1) {
    std::printf("%d replays, a fresh venue each: %s thousand messages/s\n", options.repetitions,
                text_of(spread_of(rates), 1, 0.001).c_str());
  }
  return 0;
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  sluice::perf::Options options;
  CLI::App app{
      "Replays a recorded half hour of real order flow against a venue and checks every "
      "execution. Starts a venue of its own unless --port names a running one."};
  app.add_option("--venue", options.venue, "program to start (default: sluice beside this one)");
  app.add_option("--host", options.host, "address of a running venue");
  CLI::Option* const port = app.add_option("--port", options.port, "port of a running venue");
  app.add_option("--comp-id", options.comp_id, "our SenderCompID(49)");
  app.add_option("--target", options.target, "the venue's CompID(56)");
  app.add_option("--password", options.password, "Password(554); none: no credentials");
  app.add_option("--symbol", options.symbol, "Symbol(55): tick 1, lot 0.00000001, no price band");
  app.add_option("--idle", options.idle, "idle strategy of our own venue")
      ->check(CLI::IsMember({"spin", "yield", "backoff"}));
  app.add_option("--window", options.window, "messages in flight at most")
      ->check(CLI::Range(1, 4096));
  app.add_option("--messages", options.messages, "only the first so many (0: all)");
  app.add_option("--reps", options.repetitions, "replays, each on a fresh venue of our own")
      ->check(CLI::Range(1, 1'000))
      ->excludes(port);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  sluice::perf::Capture capture;
  try {
    capture = sluice::perf::load_capture(sluice::perf::data_folder());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "replay: %s (set SLUICE_DATA to the folder that holds bitstamp-2026)\n",
                 error.what());
    return 2;
  }
  try {
    return sluice::perf::replay_all(options, std::move(capture));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "replay: %s\n", error.what());
    return 1;
  }
}
