// scripts/make-certs: what it makes is what a venue and its clients take.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/tls_fixture.hpp"

namespace sluice::testing {
namespace {

struct Made {
  int code;
  std::string out;
  std::string err;
};

Made make_certs(std::vector<std::string> arguments) {
  ProcessOptions options;
  options.argv = std::move(arguments);
  options.argv.insert(options.argv.begin(), SLUICE_SOURCE_DIR "/scripts/make-certs");
  ChildProcess process{options};
  const auto status = process.wait(kPatience);
  if (!status) throw std::runtime_error("make-certs does not end");
  return {status->code, process.standard_output(), process.standard_error()};
}

std::string bytes_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(MakeCerts, AVenueAndItsClientsTakeWhatItMakes) {
  const TemporaryFolder folder;
  const std::string certs = folder.path() + "/certs";
  const Made made = make_certs({certs, "--client", "CLIENT1", "--client", "CLIENT2"});
  ASSERT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(names_in(certs),
            (std::vector<std::string>{"CLIENT1.key", "CLIENT1.pem", "CLIENT2.key", "CLIENT2.pem",
                                      "ca.key", "ca.pem", "server.key", "server.pem"}));
  for (const char* key : {"ca.key", "server.key", "CLIENT1.key"}) {
    EXPECT_EQ(std::filesystem::status(certs + "/" + key).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << key;
  }
  VenueText text = small_venue({});
  for (const char* comp_id : {"CLIENT1", "CLIENT2"}) {
    text.sessions.push_back(
        {.comp_id = comp_id, .password = {}, .more = {{"client_certificate", quoted(comp_id)}}});
  }
  // What it prints for venue.toml is what stands there, but for the port.
  const auto printed = [&](const std::string& key) {
    const std::size_t at = made.out.find("  " + key + " = ");
    if (at == std::string::npos) throw std::runtime_error("no " + key + " in " + made.out);
    const std::size_t value = at + key.size() + 5;
    return made.out.substr(value, made.out.find('\n', at) - value);
  };
  for (const char* key : {"certificate", "key", "client_certificates", "client_ca"}) {
    text.tls.emplace_back(key, printed(key));
  }
  VenueProcess venue{options_of(text)};
  const auto client = [&](const std::string& comp_id, const std::string& certificate) {
    RawClientOptions options = client_options(comp_id);
    options.tls = TlsClientOptions{.ca = certs + "/ca.pem",
                                   .certificate = certs + "/" + certificate + ".pem",
                                   .key = certs + "/" + certificate + ".key"};
    return RawFixClient{options};
  };
  RawFixClient own = client("CLIENT1", "CLIENT1");
  tls_log_on(own, venue);
  RawFixClient other = client("CLIENT2", "CLIENT1");
  EXPECT_TRUE(is_refused(other, venue.host(), venue.tls_port()));
}

TEST(MakeCerts, NothingIsOverwrittenAndMoreClientsHaveTheSameAuthority) {
  const TemporaryFolder folder;
  const std::string certs = folder.path() + "/certs";
  ASSERT_EQ(make_certs({certs, "--client", "CLIENT1"}).code, 0);
  const std::string authority = bytes_of(certs + "/ca.pem");
  const std::string client = bytes_of(certs + "/CLIENT1.pem");
  const Made again = make_certs({certs, "--client", "CLIENT3", "--client", "CLIENT1"});
  EXPECT_EQ(again.code, 1);
  EXPECT_NE(again.err.find("nothing is overwritten"), std::string::npos) << again.err;
  EXPECT_FALSE(std::filesystem::exists(certs + "/CLIENT3.pem"));
  EXPECT_EQ(make_certs({certs, "--client", "CLIENT2"}).code, 0);
  EXPECT_EQ(bytes_of(certs + "/ca.pem"), authority);
  EXPECT_EQ(bytes_of(certs + "/CLIENT1.pem"), client);
  EXPECT_TRUE(std::filesystem::exists(certs + "/CLIENT2.pem"));
}

TEST(MakeCerts, WrongUseExitsWithTwoAndMakesNothing) {
  const TemporaryFolder folder;
  const std::string certs = folder.path() + "/certs";
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{},
                                                {certs, "--client"},
                                                {certs, "--client", "../CLIENT1"},
                                                {certs, "--client", "ca"},
                                                {certs, "--days", "0"},
                                                {certs, "--name", "a,DNS:b"},
                                                {certs, "--no-such"},
                                                {certs, "another"}}) {
    EXPECT_EQ(make_certs(wrong).code, 2);
  }
  EXPECT_FALSE(std::filesystem::exists(certs));
}

}  // namespace
}  // namespace sluice::testing
