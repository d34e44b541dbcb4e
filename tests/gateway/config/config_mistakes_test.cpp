// What an admin is told about each mistake, word for word.
#include <gtest/gtest.h>
#include <ostream>
#include <string>

#include "tests/gateway/config/config_text.hpp"

namespace sluice::gateway {
namespace {

struct Mistake {
  const char* name;
  std::string text;
  std::string said;
};
std::ostream& operator<<(std::ostream& out, const Mistake& mistake) { return out << mistake.name; }

class MistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(MistakeTest, IsToldWithItsPlaceWhatWasFoundAndWhatWouldBeRight) {
  EXPECT_EQ(complaint(GetParam().text), "venue.toml:" + GetParam().said);
}

/// The good configuration with a first line of more tables; everything moves down by its lines.
std::string before(const std::string& head) { return head + good_config(); }
std::string after(const std::string& tail) { return good_config() + tail; }
std::string changed(std::string_view from, std::string_view to) {
  return with(good_config(), from, to);
}

/// So many more sessions.
std::string others(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += with(kSession, "C1", "D" + std::to_string(i));
  return text;
}

const std::string kNameRuleText =
    "1 to 32 printable ASCII characters without '=' and without a space at either end";
const std::string kCompIdRuleText =
    "1 to 32 printable ASCII characters without '=' and without spaces";
const std::string kHashRuleText =
    "an Argon2id hash whose m is at most 16384 and m times t at most 36864, as `sluice "
    "--hash-password` prints";
const std::string kPrefixRuleText =
    "an address or a prefix without further bits, such as \"10.0.0.0/8\"";

std::string hash_of_cost(const std::string& memory, const std::string& passes) {
  return with(with(std::string(kHash), "m=8", "m=" + memory), "t=1", "t=" + passes);
}

INSTANTIATE_TEST_SUITE_P(
    Tables, MistakeTest,
    testing::Values(
        Mistake{"UnknownTable", after("[gatway]\n"),
                "17:2: gatway: unknown key; did you mean \"gateway\"?"},
        Mistake{"UnknownKeyFarFromAll", before("[log]\nverbosity = 3\n"),
                "2:1: log.verbosity: unknown key; expected one of level, file, messages, queue"},
        Mistake{"KeyInWrongCase", after("resetonlogon = true\n"),
                "17:1: session.resetonlogon: unknown key; did you mean \"ResetOnLogon\"?"},
        Mistake{"TableThatIsAValue", before("gateway = 5001\n"),
                "1:11: gateway: found 5001; expected one table [gateway]"},
        Mistake{"TableThatIsAList", after("[[engine]]\n"),
                "17:1: engine: found a list of tables; expected one table [engine]"},
        Mistake{"SectionThatIsATable", changed("[[firm]]", "[firm]"),
                "7:1: firm: found a table; expected 1 to 4096 sections [[firm]]\n"
                "venue.toml:11:8: account.firm: found \"ALPHA\"; expected the name of a [[firm]]\n"
                "venue.toml:14:8: session.firm: found \"ALPHA\"; expected the name of a [[firm]]"},
        Mistake{"SectionThatIsAValueList",
                changed("[[firm]]\nname = \"ALPHA\"\n[[account]]", "[[account]]")
                    .insert(0, "firm = [1]\n"),
                "1:8: firm: found a list of 1; expected 1 to 4096 sections [[firm]]\n"
                "venue.toml:10:8: account.firm: found \"ALPHA\"; expected the name of a [[firm]]\n"
                "venue.toml:13:8: session.firm: found \"ALPHA\"; expected the name of a [[firm]]"},
        Mistake{"NotABoolean", before("[log]\nmessages = \"yes\"\n"),
                "2:12: log.messages: found \"yes\"; expected true or false"},
        Mistake{"UnknownLevel", before("[log]\nlevel = \"loud\"\n"),
                "2:9: log.level: found \"loud\"; expected one of \"trace\", \"debug\", \"info\", "
                "\"warn\", \"error\", \"critical\", \"off\""},
        Mistake{"NoSuchDurability", before("[journal]\ndurability = \"replicated\"\n"),
                "2:14: journal.durability: found \"replicated\"; expected one of \"process\", "
                "\"disk\""},
        Mistake{"MemoryTooSmallForSessions",
                before("[journal]\ndurability = \"disk\"\nlive_segment_bytes = 139264\n"),
                "3:22: journal.live_segment_bytes: found 139264; expected at least 143360 with "
                "durability \"disk\", live_segments of 4 and 1 sessions"},
        Mistake{"ChoiceThatIsNoText", before("[engine]\nidle = 1\n"),
                "2:8: engine.idle: found 1; expected one of \"spin\", \"yield\", \"backoff\""}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Gateway, MistakeTest,
    testing::Values(
        Mistake{"BindToAName", before("[gateway]\nbind_address = \"localhost\"\n"),
                "2:16: gateway.bind_address: found \"localhost\"; expected an IPv4 or IPv6 address "
                "such as \"127.0.0.1\""},
        Mistake{"CompIdWithEqualSign", before("[gateway]\ncomp_id = \"A=B\"\n"),
                "2:11: gateway.comp_id: found \"A=B\"; expected " + kCompIdRuleText},
        Mistake{"CompIdWithASpaceInside", before("[gateway]\ncomp_id = \"MY VENUE\"\n"),
                "2:11: gateway.comp_id: found \"MY VENUE\"; expected " + kCompIdRuleText},
        Mistake{"NoStateDir", before("[gateway]\nstate_dir = \"\"\n"),
                "2:13: gateway.state_dir: found \"\"; expected a path of 1 to 1024 bytes"},
        Mistake{"LogFileWithNul", before("[log]\nfile = \"a\\u0000b\"\n"),
                "2:8: log.file: found \"a\\x00b\"; expected a path of at most 1024 bytes, or \"\" "
                "for standard error"},
        Mistake{"CpusForOtherThreads", before("[gateway]\nio_threads = 2\nio_cpus = [1]\n"),
                "3:11: gateway.io_cpus: found a list of 1; expected one CPU for each of the 2 "
                "io_threads, or none"},
        Mistake{"CpuOutOfRange", before("[gateway]\nio_cpus = [1024]\n"),
                "2:12: gateway.io_cpus: found 1024; expected CPU numbers from 0 to 1023"},
        Mistake{"CpuBelowZero", before("[gateway]\nio_cpus = [-1]\n"),
                "2:12: gateway.io_cpus: found -1; expected CPU numbers from 0 to 1023"},
        Mistake{"HeartbeatsCrossed", before("[gateway]\nheartbeat_s_min = 61\n"),
                "1:1: gateway.heartbeat_s_max: found 60; expected at least heartbeat_s_min, which "
                "is 61"},
        Mistake{"SegmentNotOfPages", before("[journal]\nsegment_bytes = 2097153\n"),
                "2:17: journal.segment_bytes: found 2097153; expected a multiple of 4096"},
        Mistake{"LiveSegmentNotOfPages", before("[journal]\nlive_segment_bytes = 65537\n"),
                "2:22: journal.live_segment_bytes: found 65537; expected a multiple of 4096"},
        Mistake{"OrderHistoryNotAPowerOfTwo", before("[engine]\norder_history = 3\n"),
                "2:17: engine.order_history: found 3; expected a power of two from 1 to 67108864"},
        Mistake{"LogNotAPowerOfTwo", before("[engine]\nexecution_log_events = 1025\n"),
                "2:24: engine.execution_log_events: found 1025; expected a power of two from 1024 "
                "to 67108864"},
        Mistake{"LogTooSmallForItsCommands", before("[engine]\nexecution_log_events = 4096\n"),
                "2:24: engine.execution_log_events: found 4096; expected at least 8192 with "
                "work_per_command of 256"},
        Mistake{"CommandsTooLargeForTheLog", before("[engine]\nwork_per_command = 65533\n"),
                "2:20: engine.work_per_command: found 65533; expected execution_log_events of at "
                "least 2097152 with it, which is 1048576"},
        Mistake{
            "MoreToRememberThanTheEngineCan",
            before("[engine]\nmax_orders = 67108864\nclordid_history = 16777216\n") + others(63),
            "3:19: engine.clordid_history: found 16777216; expected at most 15728639 with 64 "
            "sessions and max_orders of 67108864"},
        Mistake{"NoPlaceForEachSession", before("[gateway]\nmax_connections = 64\n") + others(64),
                "2:19: gateway.max_connections: found 64; expected at least 66 with 65 sessions: "
                "each keeps a place, and somebody must be able to come"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Instruments, MistakeTest,
    testing::Values(
        Mistake{"NoSymbol", changed("symbol = \"BTC-USDT\"\n", ""),
                "1:1: instrument.symbol: found nothing; expected " + kNameRuleText},
        Mistake{"SymbolTwice", after(std::string(kInstrument)),
                "18:10: instrument.symbol: found \"BTC-USDT\" again; expected another one, this "
                "one is taken in line 2"},
        Mistake{"UnknownSecurityType", changed("\"SPOT\"", "\"SWAP\""),
                "3:17: instrument.security_type: found \"SWAP\"; expected one of \"SPOT\", "
                "\"PERP\", \"FUT\""},
        Mistake{"NoSecurityType", changed("security_type = \"SPOT\"\n", ""),
                "1:1: instrument.security_type: found nothing; expected one of \"SPOT\", "
                "\"PERP\", \"FUT\""},
        Mistake{"TickWithoutQuotes", changed("\"0.01\"", "0.01"),
                "4:13: instrument.tick_size: found the number 0.01; expected a decimal above 0 in "
                "quotes, such as \"0.01\", of at most 9 digits"},
        Mistake{"TickOfZero", changed("\"0.01\"", "\"0.00\""),
                "4:13: instrument.tick_size: found \"0.00\"; expected a decimal above 0 in quotes, "
                "such as \"0.01\", of at most 9 digits"},
        Mistake{"LotWithExponent", changed("\"0.001\"", "\"1e-3\""),
                "5:12: instrument.lot_size: found \"1e-3\"; expected a decimal above 0 in quotes, "
                "such as \"0.01\", of at most 9 digits"},
        Mistake{"NoLargestOrder", changed("max_qty = \"100\"\n", ""),
                "1:1: instrument.max_qty: found nothing; expected a decimal in quotes from 0.001 "
                "to 1152921504606846.975"},
        Mistake{"QtyOffLot", changed("\"100\"", "\"100.0005\""),
                "6:11: instrument.max_qty: found \"100.0005\"; expected a multiple of lot_size "
                "0.001"},
        Mistake{"QtyBelowOneLot", changed("\"100\"\n", "\"100\"\nmin_qty = \"0\"\n"),
                "7:11: instrument.min_qty: found \"0\"; expected a decimal in quotes from 0.001 to "
                "1152921504606846.975"},
        Mistake{"MaxQtyBelowMinQty", changed("\"100\"\n", "\"1\"\nmin_qty = \"1.001\"\n"),
                "6:11: instrument.max_qty: found \"1\"; expected a decimal in quotes from 1.001 to "
                "1152921504606846.975"},
        Mistake{"PriceOffTick", changed("\"100\"\n", "\"100\"\nprice_min = \"1.005\"\n"),
                "7:13: instrument.price_min: found \"1.005\"; expected a multiple of tick_size "
                "0.01"},
        Mistake{"PriceBelowZero", changed("\"100\"\n", "\"100\"\nprice_min = \"-0.01\"\n"),
                "7:13: instrument.price_min: found \"-0.01\"; expected a decimal in quotes from 0 "
                "to 43980465111.03"},
        Mistake{"PriceBeyondTheEngine",
                changed("\"100\"\n", "\"100\"\nprice_max = \"43980465111.04\"\n"),
                "7:13: instrument.price_max: found \"43980465111.04\"; expected a decimal in "
                "quotes from 0 to 43980465111.03"},
        Mistake{"BandUpsideDown",
                changed("\"100\"\n", "\"100\"\nprice_min = \"5\"\nprice_max = \"4.99\"\n"),
                "8:13: instrument.price_max: found \"4.99\"; expected a decimal in quotes from 5 "
                "to 43980465111.03"},
        Mistake{"ProtectionOffTick",
                changed("\"100\"\n", "\"100\"\nmarket_protection = \"0.001\"\n"),
                "7:21: instrument.market_protection: found \"0.001\"; expected a multiple of "
                "tick_size 0.01"},
        Mistake{"ProtectionThatIsNoText", changed("\"100\"\n", "\"100\"\nmarket_protection = 5\n"),
                "7:21: instrument.market_protection: found 5; expected a decimal in quotes from 0 "
                "to 43980465111.03"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Parties, MistakeTest,
    testing::Values(
        Mistake{"FirmTwice", after(std::string(kFirm)),
                "18:8: firm.name: found \"ALPHA\" again; expected another one, this one is taken "
                "in line 8"},
        Mistake{"AccountTwice", after(std::string(kAccount)),
                "18:8: account.name: found \"A1\" again; expected another one, this one is taken "
                "in line 10"},
        Mistake{"SessionTwice", after(kSession),
                "18:11: session.comp_id: found \"C1\" again; expected another one, this one is "
                "taken in line 13"},
        Mistake{"AccountOfNoFirm", after("[[account]]\nname = \"A2\"\nfirm = \"BETA\"\n"),
                "19:8: account.firm: found \"BETA\"; expected the name of a [[firm]]"},
        Mistake{"SessionOfNoFirm",
                changed("firm = \"ALPHA\"\naccounts", "firm = \"BETA\"\naccounts"),
                "14:8: session.firm: found \"BETA\"; expected the name of a [[firm]]\n"
                "venue.toml:15:13: session.accounts: found \"A1\"; expected an account of firm "
                "\"BETA\", this one is of \"ALPHA\""},
        Mistake{"NoAccounts", changed("[\"A1\"]", "[]"),
                "15:12: session.accounts: found an empty list; expected a list of 1 to 256"},
        Mistake{"UnknownAccount", changed("[\"A1\"]", "[\"A1\", \"A9\"]"),
                "15:19: session.accounts: found \"A9\"; expected the name of an [[account]]"},
        Mistake{"AccountThatIsNoText", changed("[\"A1\"]", "[1]"),
                "15:13: session.accounts: found 1; expected the name of an [[account]]"},
        Mistake{"AccountNamedTwice", changed("[\"A1\"]", "[\"A1\", \"A1\"]"),
                "15:19: session.accounts: found \"A1\"; expected each account once"},
        Mistake{"SessionNamedWithASpaceInside", changed("\"C1\"", "\"C 1\""),
                "13:11: session.comp_id: found \"C 1\"; expected " + kCompIdRuleText},
        Mistake{"SessionNamedAsTheVenue", changed("\"C1\"", "\"SLUICE\""),
                "13:11: session.comp_id: found \"SLUICE\"; expected another one than "
                "gateway.comp_id, which is the venue's own"},
        Mistake{"UsernameTooLong", after("username = \"" + std::string(65, 'u') + "\"\n"),
                "17:12: session.username: found \"" + std::string(48, 'u') +
                    "...\"; expected 1 to 64 printable ASCII characters"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Credentials, MistakeTest,
    testing::Values(
        Mistake{"NoHash",
                with(good_config(), "password_hash = \"" + std::string(kHash) + "\"\n", ""),
                "12:1: session.password_hash: found nothing; expected " + kHashRuleText},
        Mistake{"ThePasswordItselfIsNotShown", changed(kHash, "hunter2"),
                "16:17: session.password_hash: found something else; expected " + kHashRuleText},
        Mistake{"HashOfAnotherKind",
                changed(kHash, with(std::string(kHash), "argon2id", "argon2i")),
                "16:17: session.password_hash: found something else; expected " + kHashRuleText},
        Mistake{"HashOfTooMuchMemory", changed(kHash, hash_of_cost("16385", "1")),
                "16:17: session.password_hash: found one of m=16385 and t=1; expected " +
                    kHashRuleText},
        Mistake{
            "HashOfTooManyPasses", changed(kHash, hash_of_cost("8", "4609")),
            "16:17: session.password_hash: found one of m=8 and t=4609; expected " + kHashRuleText},
        Mistake{"HashWhoseProductIsTooLarge", changed(kHash, hash_of_cost("12289", "3")),
                "16:17: session.password_hash: found one of m=12289 and t=3; expected " +
                    kHashRuleText},
        Mistake{"HashOfACostBeyond32Bits", changed(kHash, hash_of_cost("65536", "65537")),
                "16:17: session.password_hash: found one of m=65536 and t=65537; expected " +
                    kHashRuleText},
        Mistake{"UnknownAuthentication", after("authentication = \"tls\"\n"),
                "17:18: session.authentication: found \"tls\"; expected one of \"password\", "
                "\"signature\", \"none\""},
        Mistake{"SignatureWithoutKeys",
                with(after("authentication = \"signature\"\n"),
                     "password_hash = \"" + std::string(kHash) + "\"\n", ""),
                "12:1: session.public_keys: found nothing; expected 1 or 2 Ed25519 keys with "
                "authentication = \"signature\""},
        Mistake{"SignatureWithAPassword",
                after("authentication = \"signature\"\n"
                      "public_keys = [\"A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\"]\n"),
                "16:17: session.password_hash: found a hash; expected none with authentication = "
                "\"signature\""},
        Mistake{"SecretKeyForThePublicOne",
                with(after("authentication = \"signature\"\n"
                           "public_keys = "
                           "[\"MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\"]"
                           "\n"),
                     "password_hash = \"" + std::string(kHash) + "\"\n", ""),
                "17:16: session.public_keys: found something else; expected an Ed25519 public key, "
                "base64 or PEM, as `sluice --make-key` prints"},
        Mistake{"KeysWithoutSignature",
                after("public_keys = [\"A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=\"]\n"),
                "17:15: session.public_keys: found a list of 1; expected none without "
                "authentication = \"signature\""},
        Mistake{"OpenToEveryone",
                with(after("authentication = \"none\"\n"),
                     "password_hash = \"" + std::string(kHash) + "\"\n", ""),
                "12:1: session.allow_addresses: found nothing; expected at least one address with "
                "authentication = \"none\""},
        Mistake{"OpenToEveryoneByAnEmptyList",
                with(after("authentication = \"none\"\nallow_addresses = []\n"),
                     "password_hash = \"" + std::string(kHash) + "\"\n", ""),
                "17:19: session.allow_addresses: found an empty list; expected at least one "
                "address with authentication = \"none\""},
        Mistake{"HashWithoutAuthentication",
                after("authentication = \"none\"\nallow_addresses = [\"::1\"]\n"),
                "16:17: session.password_hash: found a hash; expected none with authentication = "
                "\"none\""},
        Mistake{
            "AddressThatIsNone", after("allow_addresses = [\"10.0.0.0/33\"]\n"),
            "17:20: session.allow_addresses: found \"10.0.0.0/33\"; expected " + kPrefixRuleText},
        Mistake{
            "AddressWithFurtherBits", after("allow_addresses = [\"10.0.0.1/8\"]\n"),
            "17:20: session.allow_addresses: found \"10.0.0.1/8\"; expected " + kPrefixRuleText},
        Mistake{"AddressThatIsNoText", after("allow_addresses = [10]\n"),
                "17:20: session.allow_addresses: found 10; expected " + kPrefixRuleText},
        Mistake{"AddressesThatAreNoList", after("allow_addresses = \"10.0.0.1\"\n"),
                "17:19: session.allow_addresses: found \"10.0.0.1\"; expected a list of 0 to 64"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    QuickfixOptions, MistakeTest,
    testing::Values(
        Mistake{"BooleanAsQuickfixWritesIt", after("ResetOnLogon = \"Y\"\n"),
                "17:16: session.ResetOnLogon: found \"Y\"; expected true or false"},
        Mistake{"OddPrecision", after("TimestampPrecision = 4\n"),
                "17:22: session.TimestampPrecision: found 4; expected 3, 6 or 9"},
        Mistake{"PrecisionThatIsNoNumber", after("TimestampPrecision = true\n"),
                "17:22: session.TimestampPrecision: found true; expected 3, 6 or 9"},
        Mistake{"MessagesNotKept", after("PersistMessages = false\n"),
                "17:19: session.PersistMessages: not an option of this venue: messages are always "
                "kept, see gateway.store_messages"},
        Mistake{"HeartbeatOfTheSession", after("HeartBtInt = 30\n"),
                "17:14: session.HeartBtInt: not an option of this venue: the client asks for it "
                "within gateway.heartbeat_s_min and heartbeat_s_max"},
        Mistake{"FieldsWithoutValues", after("ValidateFieldsHaveValues = false\n"),
                "17:28: session.ValidateFieldsHaveValues: not an option of this venue: a field "
                "without a value says nothing that could be meant"},
        Mistake{"SessionHours", after("StartTime = \"08:00:00\"\n"),
                "17:13: session.StartTime: not an option of this venue: sessions run all the "
                "time"}),
    [](const auto& test) { return test.param.name; });

TEST(Mistakes, HashesUpToTheStatedCostAreTaken) {
  EXPECT_EQ(complaint(changed(kHash, hash_of_cost("16384", "2"))), "");
  EXPECT_EQ(complaint(changed(kHash, hash_of_cost("12288", "3"))), "");
  EXPECT_EQ(complaint(changed(kHash, hash_of_cost("8", "4608"))), "");
}

TEST(Mistakes, PathsUpToTheirBoundAreTaken) {
  const auto state_dir = [](std::size_t size) {
    return complaint(before("[gateway]\nstate_dir = \"" + std::string(size, 'd') + "\"\n"));
  };
  EXPECT_EQ(state_dir(1'024), "");
  EXPECT_NE(state_dir(1'025), "");
  EXPECT_EQ(complaint(before("[log]\nfile = \"\"\n")), "");
}

}  // namespace
}  // namespace sluice::gateway
