#include "tests/end_to_end/venue_fixture.hpp"

#include <stdexcept>
#include <utility>

namespace sluice::testing {

namespace {

std::string shown(const std::optional<FixMessage>& message, const RawFixClient& client) {
  if (message) return message->readable();
  return client.closed_by_peer() ? "the end of the connection" : "nothing";
}

[[noreturn]] void unexpected(const std::string& wanted, const std::optional<FixMessage>& message,
                             const RawFixClient& client) {
  throw std::runtime_error("expected " + wanted + ", found " + shown(message, client));
}

}  // namespace

VenueText small_venue(std::initializer_list<const char*> comp_ids) {
  VenueText text;
  text.sessions.clear();
  for (const char* comp_id : comp_ids)
    text.sessions.push_back({.comp_id = comp_id, .password = {}});
  text.instruments = {{kSymbol}, {kSideSymbol}};
  // Everybody comes from 127.0.0.1 here: what bounds an address has tests of its own.
  text.gateway = {{"logon_timeout_ms", "60000"},
                  {"max_unauthenticated", "65536"},
                  {"max_connections_per_address", "65536"},
                  {"connection_rate_per_address", "10000"},
                  {"logon_backoff_ms_max", "0"},
                  {"logon_failures_max", "0"}};
  // A start clears all of this, and many venues start.
  text.engine = {{"max_orders", "8192"},     {"max_levels", "1024"},
                 {"max_level_pages", "512"}, {"clordid_history", "8192"},
                 {"order_history", "8192"},  {"execution_log_events", "16384"}};
  // Who kills a venue here wants to trade with the next one.
  text.tail = "[opening]\nafter_unclean_stop = \"continuous\"\n";
  return text;
}

VenueOptions options_of(VenueText config) {
  VenueOptions options;
  options.config = std::move(config);
  options.start_limit = kPatience;
  return options;
}

RawClientOptions client_options(const std::string& comp_id, const std::string& password) {
  RawClientOptions options;
  options.sender = comp_id;
  options.password = password;
  options.patience = kPatience;
  return options;
}

FixMessage log_on(RawFixClient& client, VenueProcess& venue) {
  client.connect(venue.host(), venue.port());
  std::optional<FixMessage> answer = client.logon(false);
  if (!answer || answer->type() != "A") unexpected("a Logon", answer, client);
  return *std::move(answer);
}

FixMessage expect(RawFixClient& client, std::string_view msg_type) {
  std::optional<FixMessage> message = client.receive();
  if (!message || message->type() != msg_type) {
    unexpected("MsgType(35)=" + std::string(msg_type), message, client);
  }
  return *std::move(message);
}

FixMessage expect_report(RawFixClient& client, char exec_type) {
  std::optional<FixMessage> message = client.receive();
  if (!message || message->type() != "8" || message->get(150) != std::string_view(&exec_type, 1)) {
    unexpected(std::string("a report with ExecType(150)=") + exec_type, message, client);
  }
  return *std::move(message);
}

std::vector<FixMessage> until_heartbeat(RawFixClient& client) {
  const bool automatic = std::exchange(client.options().automatic, false);
  const std::string id = numbered("PROBE", client.next_out());
  client.send(FixBody{"1"}.add(112, id));
  std::vector<FixMessage> before;
  for (;;) {
    std::optional<FixMessage> message = client.receive();
    if (!message) unexpected("the Heartbeat " + id, message, client);
    if (message->type() == "0" && message->get(112) == id) break;
    if (message->type() != "0" || !automatic) before.push_back(*std::move(message));
  }
  client.options().automatic = automatic;
  return before;
}

void expect_close(RawFixClient& client) {
  if (!client.closed_within(kPatience)) throw std::runtime_error("the connection stays open");
}

std::string numbered(std::string_view stem, std::uint64_t number) {
  return std::string(stem) + std::to_string(number);
}

Bystander::Bystander(VenueProcess& venue, const std::string& comp_id)
    : client_(client_options(comp_id)) {
  log_on(client_, venue);
}

void Bystander::trade() {
  const auto seen_by_the_way = [&] {
    return static_cast<std::uint32_t>(client_.heartbeats_seen() + client_.test_requests_seen());
  };
  const std::uint32_t reports_before = client_.expected_in() - seen_by_the_way();
  ++trades_;
  client_.send(limit_order(numbered("REST", trades_), kSideSymbol, '1', "0.00001", "7.77"));
  client_.send(limit_order(numbered("TAKE", trades_), kSideSymbol, '2', "0.00001", "7.77"));
  for (const char exec_type : {'0', '0', 'F', 'F'}) expect_report(client_, exec_type);
  if (client_.gap() != 0 || client_.expected_in() - seen_by_the_way() != reports_before + 4) {
    throw std::runtime_error("the bystander's numbers do not run on");
  }
}

}  // namespace sluice::testing
