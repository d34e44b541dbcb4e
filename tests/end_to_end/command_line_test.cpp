// The program seen from a shell: options, exit codes, and what it says.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <initializer_list>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/venue_fixture.hpp"
#include "tests/support/certificates.hpp"

namespace sluice::testing {
namespace {

using namespace std::chrono_literals;

// As scripts/README.md documents them.
constexpr int kStopped = 0;
constexpr int kUsage = 2;
constexpr int kBadConfiguration = 3;
constexpr int kCannotListen = 4;
constexpr int kBadStateDir = 5;

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome run_program(std::vector<std::string> argv) {
  ProcessOptions options;
  options.argv = std::move(argv);
  ChildProcess process{options};
  const auto status = process.wait(kPatience);
  if (!status) throw std::runtime_error("the program does not end");
  return {status->by_signal ? -status->code : status->code, process.standard_output(),
          process.standard_error()};
}

Outcome run_venue(std::initializer_list<std::string> arguments) {
  std::vector<std::string> argv{default_venue_binary()};
  argv.insert(argv.end(), arguments);
  return run_program(std::move(argv));
}

std::string write_file(const TemporaryFolder& folder, const std::string& text) {
  std::string path = folder.path() + "/venue.toml";
  std::ofstream file{path, std::ios::trunc};
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
  return path;
}

std::string shipped_config() {
  std::ifstream file{SLUICE_SOURCE_DIR "/gateway/venue.toml"};
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  if (at == std::string::npos) throw std::runtime_error("no " + what + " in the shipped file");
  return text.replace(at, what.size(), with);
}

TEST(CommandLine, VersionAndHelpAreToldWithoutAnError) {
  const Outcome version = run_venue({"--version"});
  EXPECT_EQ(version.code, kStopped);
  EXPECT_EQ(version.out.substr(0, 7), "sluice ");
  const Outcome help = run_venue({"--help"});
  EXPECT_EQ(help.code, kStopped);
  for (const char* word : {"--config", "--check", "--hash-password", "--version", "Exit codes"}) {
    EXPECT_NE(help.out.find(word), std::string::npos) << word;
  }
}

TEST(CommandLine, WrongUseExitsWithTwo) {
  EXPECT_EQ(run_venue({}).code, kUsage);
  EXPECT_EQ(run_venue({"--confg", "x"}).code, kUsage);
  EXPECT_EQ(run_venue({"--config"}).code, kUsage);
  EXPECT_EQ(run_venue({"venue.toml"}).code, kUsage);
  EXPECT_EQ(run_venue({"--config", "a", "--check", "b"}).code, kUsage);
  EXPECT_EQ(run_venue({"--check", "a", "--hash-password"}).code, kUsage);
}

TEST(CommandLine, ShippedConfigurationIsGood) {
  const Outcome outcome = run_venue({"--check", SLUICE_SOURCE_DIR "/gateway/venue.toml"});
  EXPECT_EQ(outcome.code, kStopped) << outcome.err;
  EXPECT_NE(outcome.out.find("good"), std::string::npos) << outcome.out;
}

TEST(CommandLine, CheckNamesFileLineAndWhatWouldBeRight) {
  const TemporaryFolder folder;
  const std::string text = small_venue().text(folder.path() + "/state");
  const std::string path = write_file(folder, text + "[gatway]\nport = 5001\n");
  const Outcome unknown = run_venue({"--check", path});
  EXPECT_EQ(unknown.code, kBadConfiguration);
  EXPECT_NE(unknown.err.find(path + ":"), std::string::npos) << unknown.err;
  EXPECT_NE(unknown.err.find("gatway"), std::string::npos) << unknown.err;

  write_file(folder, replaced(text, "port = 0", "port = 70000"));
  const Outcome range = run_venue({"--check", path});
  EXPECT_EQ(range.code, kBadConfiguration);
  EXPECT_NE(range.err.find("70000"), std::string::npos) << range.err;
  EXPECT_NE(range.err.find("65535"), std::string::npos) << range.err;
  // The same file does not start either.
  EXPECT_EQ(run_venue({"--config", path}).code, kBadConfiguration);
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/state"));
}

TEST(CommandLine, CheckReadsTheFilesOfTlsToo) {
  const TemporaryFolder folder;
  const CertificateAuthority authority{folder.path(), "authority"};
  const CertificateFiles ending =
      authority.issue("ending", {.common_name = "ending", .ends_in_days = 7});
  const CertificateFiles other = authority.issue_server("other");
  VenueText text = small_venue();
  text.tls = {{"certificate", quoted(ending.certificate)}, {"key", quoted(ending.key)}};
  const std::string path = write_file(folder, text.text(folder.path() + "/state"));
  const Outcome good = run_venue({"--check", path});
  EXPECT_EQ(good.code, kStopped) << good.err;
  EXPECT_NE(good.err.find("ending.pem: a certificate in it ends at"), std::string::npos)
      << good.err;

  text.tls.emplace_back("key", quoted(other.key));
  write_file(folder, text.text(folder.path() + "/state"));
  for (const char* action : {"--check", "--config"}) {
    const Outcome bad = run_venue({action, path});
    EXPECT_EQ(bad.code, kBadConfiguration);
    EXPECT_NE(bad.err.find("tls.key: \"" + other.key + "\" is not the key of the certificate"),
              std::string::npos)
        << bad.err;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/state"));
}

TEST(CommandLine, ShippedPasswordsAreRefusedBeyondLoopbackWithTlsToo) {
  const TemporaryFolder folder;
  const CertificateAuthority authority{folder.path(), "authority"};
  const CertificateFiles server = authority.issue_server("server");
  VenueText text = small_venue({});
  text.sessions = {{.comp_id = "CLIENT1", .password = "demo"}};
  text.tls = {{"certificate", quoted(server.certificate)},
              {"key", quoted(server.key)},
              {"bind_address", "\"0.0.0.0\""}};
  const Outcome outcome =
      run_venue({"--check", write_file(folder, text.text(folder.path() + "/state"))});
  EXPECT_EQ(outcome.code, kBadConfiguration);
  EXPECT_NE(outcome.err.find("tls.bind_address: found \"0.0.0.0\""), std::string::npos)
      << outcome.err;
}

TEST(CommandLine, FileThatIsNotThereIsABadConfiguration) {
  const Outcome outcome = run_venue({"--config", "/nowhere/venue.toml"});
  EXPECT_EQ(outcome.code, kBadConfiguration);
  EXPECT_NE(outcome.err.find("/nowhere/venue.toml"), std::string::npos);
}

TEST(CommandLine, PortInUseExitsWithFour) {
  VenueProcess venue{options_of(small_venue())};
  const TemporaryFolder folder;
  VenueText second = small_venue();
  second.gateway.emplace_back("port", std::to_string(venue.port()));
  const std::string path = write_file(folder, second.text(folder.path() + "/state"));
  const Outcome outcome = run_venue({"--config", path});
  EXPECT_EQ(outcome.code, kCannotListen);
  EXPECT_NE(outcome.err.find(std::to_string(venue.port())), std::string::npos) << outcome.err;
}

TEST(CommandLine, ShippedPasswordsAreRefusedOnAnyAddressButLoopback) {
  const TemporaryFolder folder;
  std::string text = shipped_config();
  text = replaced(text, "state_dir = \"/dev/shm/sluice\"",
                  "state_dir = " + quoted(folder.path() + "/state"));
  text = replaced(text, "port = 5001", "port = 0");
  for (const char* address : {"0.0.0.0", "::"}) {
    const std::string path = write_file(
        folder,
        replaced(text, "bind_address = \"127.0.0.1\"",
                 std::string("plain_beyond_loopback = true\nbind_address = \"") + address + "\""));
    for (const char* action : {"--config", "--check"}) {
      const Outcome outcome = run_venue({action, path});
      EXPECT_EQ(outcome.code, kBadConfiguration) << outcome.err;
      for (const char* said : {"gateway.bind_address: found", "CLIENT1", "CLIENT2", "MAKER1"}) {
        EXPECT_NE(outcome.err.find(said), std::string::npos) << outcome.err;
      }
    }
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() + "/state"));
}

TEST(CommandLine, ShippedConfigurationStartsAndTakesItsDemoPassword) {
  VenueOptions options;
  options.start_limit = kPatience;
  const TemporaryFolder folder;
  options.config_text = replaced(replaced(shipped_config(), "port = 5001", "port = 0"),
                                 "state_dir = \"/dev/shm/sluice\"",
                                 "state_dir = " + quoted(folder.path() + "/state"));
  VenueProcess venue{options};
  for (const char* comp_id : {"CLIENT1", "CLIENT2", "MAKER1"}) {
    RawFixClient client{client_options(comp_id, "demo")};
    EXPECT_EQ(log_on(client, venue).seq(), 1U);
  }
}

TEST(CommandLine, SecondVenueOnAStateFolderExitsWithFive) {
  VenueProcess venue{options_of(small_venue())};
  const TemporaryFolder folder;
  const std::string path = write_file(folder, small_venue().text(venue.state_dir()));
  const Outcome outcome = run_venue({"--config", path});
  EXPECT_EQ(outcome.code, kBadStateDir);
  EXPECT_NE(outcome.err.find(venue.state_dir()), std::string::npos) << outcome.err;
  // The first one feels nothing.
  Bystander bystander{venue, "CLIENT2"};
  bystander.trade();
}

TEST(CommandLine, StateFolderThatCannotBeUsedExitsWithFive) {
  const TemporaryFolder folder;
  std::ofstream{folder.path() + "/file"} << "not a folder";
  const std::string path = write_file(folder, small_venue().text(folder.path() + "/file/state"));
  const Outcome outcome = run_venue({"--config", path});
  EXPECT_EQ(outcome.code, kBadStateDir);
  EXPECT_NE(outcome.err.find(folder.path() + "/file"), std::string::npos) << outcome.err;
}

TEST(CommandLine, DamagedEpochFileIsToldAndNotOverwritten) {
  VenueProcess venue{options_of(small_venue())};
  ASSERT_TRUE(venue.stop(kPatience));
  std::ofstream{venue.state_dir() + "/epoch", std::ios::trunc} << "x";
  const Outcome outcome = run_venue({"--config", venue.config_path()});
  EXPECT_EQ(outcome.code, kBadStateDir);
  EXPECT_NE(outcome.err.find("epoch"), std::string::npos) << outcome.err;
  std::ifstream file{venue.state_dir() + "/epoch"};
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "x");
}

TEST(CommandLine, PrintedHashLetsItsPasswordIn) {
  const Outcome printed =
      run_program({"/bin/sh", "-c",
                   "printf 'a pass word\\n' | '" + default_venue_binary() + "' --hash-password"});
  ASSERT_EQ(printed.code, kStopped) << printed.err;
  ASSERT_FALSE(printed.out.empty());
  const std::string hash = printed.out.substr(0, printed.out.size() - 1);
  EXPECT_EQ(hash.find("a pass word"), std::string::npos);
  VenueText text = small_venue({});
  text.sessions = {
      {.comp_id = "CLIENT1", .password = "not used", .more = {{"password_hash", quoted(hash)}}}};
  VenueProcess venue{options_of(text)};
  RawFixClient wrong{client_options("CLIENT1", "not used")};
  wrong.connect(venue.host(), venue.port());
  EXPECT_FALSE(wrong.logon(false));
  RawFixClient right{client_options("CLIENT1", "a pass word")};
  EXPECT_EQ(log_on(right, venue).seq(), 1U);
}

TEST(CommandLine, WhoClosesThePipeOfTheLogDoesNotEndTheVenue) {
  const TemporaryFolder folder;
  const std::string wrapper = folder.path() + "/sluice-into-a-closed-pipe";
  std::ofstream{wrapper} << "#!/bin/bash\nexec '" << default_venue_binary()
                         << "' \"$@\" 2> >(exec true)\n";
  std::filesystem::permissions(wrapper, std::filesystem::perms::owner_all);
  VenueOptions options = options_of(small_venue());
  options.binary = wrapper;
  VenueProcess venue{options};
  RawFixClient client{client_options("CLIENT1")};
  for (int i = 0; i < 5; ++i) {
    log_on(client, venue);  // a line in the log each time
    EXPECT_TRUE(client.logout());
  }
  const auto end = venue.stop(kPatience);
  ASSERT_TRUE(end);
  EXPECT_FALSE(end->by_signal) << end->code;
  EXPECT_EQ(end->code, kStopped);
}

TEST(CommandLine, PasswordsAppearInNoLog) {
  VenueText text = small_venue({});
  text.sessions = {{.comp_id = "CLIENT1", .password = "hunter2-hunter2"}};
  text.log = {{"level", "\"trace\""}, {"messages", "true"}};
  VenueProcess venue{options_of(text)};
  RawFixClient client{client_options("CLIENT1", "hunter2-hunter2")};
  log_on(client, venue);
  client.close();
  RawFixClient wrong{client_options("CLIENT1", "hunter2-hunter2x")};
  wrong.connect(venue.host(), venue.port());
  EXPECT_FALSE(wrong.logon(false));
  // Also where QuickFIX quotes a message that it dislikes.
  RawFixClient odd{client_options("CLIENT1", "hunter2-hunter2")};
  odd.set_next_out(client.next_out());
  odd.connect(venue.host(), venue.port());
  odd.send(odd.logon_body(false).add(9999, "hm"));
  expect_close(odd);
  ASSERT_TRUE(venue.stop(kPatience));
  const std::string log = venue.process().standard_error();
  EXPECT_NE(log.find("CLIENT1 < 8=FIX.4.4"), std::string::npos) << log;
  EXPECT_EQ(log.find("hunter2"), std::string::npos) << log;
}

}  // namespace
}  // namespace sluice::testing
