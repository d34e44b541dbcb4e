#include "tests/end_to_end/in_process/drop_copy_fixture.hpp"

#include <algorithm>
#include <array>

namespace sluice::testing {

void add_drop_copies(gateway::VenueConfig& config) {
  using Scope = gateway::DropCopyConfig::Scope;
  config.firms.push_back({"F2"});
  config.accounts.push_back({"ACC2", "F1"});
  config.accounts.push_back({"BACC1", "F2"});
  config.sessions[0].accounts = {"ACC1", "ACC2"};
  config.sessions[2].firm = "F2";
  config.sessions[2].accounts = {"BACC1"};
  config.drop_copies = {
      {.name = "FIRM", .scope = Scope::firm, .firm = "F1", .accounts = {}, .sessions = {}},
      {.name = "ACCOUNTS",
       .scope = Scope::accounts,
       .firm = "",
       .accounts = {"ACC2"},
       .sessions = {}},
      {.name = "SESSIONS",
       .scope = Scope::sessions,
       .firm = "",
       .accounts = {},
       .sessions = {"CLIENT2"}},
      {.name = "VENUE", .scope = Scope::venue, .firm = "", .accounts = {}, .sessions = {}},
  };
  const gateway::SessionConfig plain = config.sessions[1];
  const auto add = [&](const char* name, gateway::Role role, const char* group) {
    gateway::SessionConfig session = plain;
    session.comp_id = session.username = name;
    session.role = role;
    session.drop_copy = group;
    if (role == gateway::Role::drop_copy) session.accounts.clear();
    config.sessions.push_back(std::move(session));
  };
  add("BOTH", gateway::Role::by_logon, "FIRM");
  add("FIRM-A", gateway::Role::drop_copy, "FIRM");
  add("FIRM-B", gateway::Role::drop_copy, "FIRM");
  add("ACC-R", gateway::Role::drop_copy, "ACCOUNTS");
  add("SES-R", gateway::Role::drop_copy, "SESSIONS");
  add("WIDE", gateway::Role::drop_copy, "VENUE");
}

std::string shared_fields(const FixMessage& message) {
  // Header, trailer, parties and a copy's marks.
  constexpr std::array<int, 17> kOwn{8,   9,   34,  43,  49,  52,   56,   122, 10,
                                     453, 448, 447, 452, 797, 1180, 1181, 2376};
  std::string text;
  for (std::size_t i = 0; i < message.size(); ++i) {
    const int tag = message.tag_at(i);
    if (std::find(kOwn.begin(), kOwn.end(), tag) != kOwn.end()) continue;
    text += std::to_string(tag) + "=" + std::string(message.value_at(i)) + "|";
  }
  return text;
}

void CopyReader::check(const FixMessage& copy) {
  EXPECT_TRUE(copy.type() == "8" || copy.type() == "9") << copy.readable();
  EXPECT_EQ(copy.get(797), "Y") << copy.readable();
  EXPECT_EQ(copy.get(1180), group_) << copy.readable();
  const auto number = static_cast<std::uint64_t>(copy.get_int(1181).value_or(0));
  if (next != 0) {
    EXPECT_EQ(number, next) << copy.readable();
  }
  next = number + 1;
}

std::vector<FixMessage> CopyReader::copies() {
  std::vector<FixMessage> all = client_.receive_rest();
  std::erase_if(all, [](const FixMessage& m) { return m.type() == "0" || m.type() == "1"; });
  for (const FixMessage& copy : all) check(copy);
  return all;
}

FixMessage log_on_with_flag(TurnedClient& client, const char* flag, bool reset) {
  client.raw().connect("127.0.0.1", client.port());
  if (reset) {
    client.raw().set_next_out(1);
    client.raw().set_expected_in(1);
  }
  client.send(client.raw().logon_body(reset).add(9406, flag));
  return client.receive();
}

}  // namespace sluice::testing
