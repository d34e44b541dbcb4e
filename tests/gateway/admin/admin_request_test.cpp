// Requests of admins: what is one, and what is said to what is none.
#include "gateway/admin/admin_request.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace sluice::gateway {
namespace {

std::string complaint(std::string_view line) {
  const ParsedRequest parsed = parse_admin_request(line);
  return parsed.error ? parsed.error->message : "";
}

TEST(AdminRequest, HasItsMembers) {
  const ParsedRequest parsed = parse_admin_request(
      R"({"id":"a-1","command":"kill.on","args":{"scope":"venue"},"reason":"why","dry_run":true})");
  ASSERT_FALSE(parsed.error);
  EXPECT_EQ(parsed.request.id, "a-1");
  EXPECT_EQ(parsed.request.command, "kill.on");
  EXPECT_EQ(parsed.request.args, Json({{"scope", "venue"}}));
  EXPECT_EQ(parsed.request.reason, "why");
  EXPECT_TRUE(parsed.request.dry_run);
}

TEST(AdminRequest, NeedsNoMoreThanIdAndCommand) {
  const ParsedRequest parsed = parse_admin_request(R"({"id":0,"command":"stat"})");
  ASSERT_FALSE(parsed.error);
  EXPECT_EQ(parsed.request.args, Json::object());
  EXPECT_FALSE(parsed.request.dry_run);
}

TEST(AdminRequest, ObjectsAndListsLieAtMost16DeepInOneAnother) {
  const auto nested = [](std::size_t depth, const std::string& inmost) {
    // Beside the lists: the line and its args.
    return R"({"id":1,"command":"stat","args":{"x":)" + std::string(depth - 2, '[') + inmost +
           std::string(depth - 2, ']') + "}}";
  };
  EXPECT_FALSE(parse_admin_request(nested(16, "1")).error);
  // Deeper ones are not built: whoever copied them would need as much stack.
  for (const std::size_t depth : {17UL, 500'000UL}) {
    const ParsedRequest parsed = parse_admin_request(nested(depth, "1"));
    EXPECT_FALSE(parsed.is_json);
    ASSERT_TRUE(parsed.error);
    EXPECT_EQ(parsed.error->message, "objects and lists lie more than 16 deep in one another");
  }
  // Names in what is not built are nobody's.
  EXPECT_FALSE(parse_admin_request(std::string(100'000, '[') + R"({"a":1,"a":1)").is_json);
}

TEST(AdminRequest, ALineThatIsNoObjectIsHopeless) {
  for (const char* line : {"", "{", "[]", "7", "null", "{\"id\":1,}", "{\"id\":\"\xFF\"}"}) {
    const ParsedRequest parsed = parse_admin_request(line);
    EXPECT_FALSE(parsed.is_json) << line;
    EXPECT_EQ(parsed.error->code, "bad_request");
    EXPECT_EQ(parsed.error->message, "a line is one JSON object (RFC 8259)");
  }
}

TEST(AdminRequest, DeepNestingIsAnAnswerAndNoCrash) {
  const auto nested = [](std::size_t depth) {
    return R"({"id":1,"command":"x","args":{"a":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}}";
  };
  EXPECT_FALSE(parse_admin_request(nested(14)).error);
  EXPECT_FALSE(parse_admin_request(nested(16)).is_json);
  EXPECT_FALSE(parse_admin_request(nested(500'000)).is_json);
  EXPECT_FALSE(parse_admin_request(nested(500'000).substr(0, 600'000)).is_json);
}

TEST(AdminRequest, EachWrongMemberIsNamed) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {R"({"command":"x"})", "a request needs an id"},
      {R"({"id":-1,"command":"x"})", "a request needs an id"},
      {R"({"id":1.5,"command":"x"})", "a request needs an id"},
      {R"({"id":9007199254740993,"command":"x"})", "a request needs an id"},
      {R"({"id":1})", "a request names its command"},
      {R"({"id":1,"command":7})", "\"command\" has the wrong type"},
      {R"({"id":1,"command":"x","args":[]})", "\"args\" has the wrong type"},
      {R"({"id":1,"command":"x","dry_run":1})", "\"dry_run\" has the wrong type"},
      {R"({"id":1,"command":"x","reason":""})", "the reason has the wrong form"},
      {R"({"id":1,"command":"x","reason":"a\u0007"})", "the reason has the wrong form"},
      {R"({"id":1,"command":"x","why":"y"})", "a request has no member \"why\""},
      {R"({"id":1,"id":2,"command":"x"})", "\"id\" stands there twice"},
      {R"({"id":1,"command":"x","args":{"a":1,"a":2}})", "\"a\" stands there twice"},
  };
  for (const auto& [line, expected] : cases) EXPECT_EQ(complaint(line), expected) << line;
  EXPECT_EQ(complaint(R"({"id":9007199254740992,"command":"x"})"), "");
  EXPECT_EQ(complaint(R"({"id":")" + std::string(64, 'a') + R"(","command":"x"})"), "");
  EXPECT_NE(complaint(R"({"id":")" + std::string(65, 'a') + R"(","command":"x"})"), "");
  EXPECT_EQ(complaint(R"({"id":1,"command":"x","reason":")" + std::string(256, 'a') + R"("})"), "");
  EXPECT_NE(complaint(R"({"id":1,"command":"x","reason":")" + std::string(257, 'a') + R"("})"), "");
}

TEST(ArgReader, TakesWhatItKnowsAndComplainsOfTheRest) {
  const Json args{{"name", "A"}, {"depth", 7}, {"all", true}, {"list", {"x", "y"}}};
  ArgReader reader(args);
  EXPECT_EQ(reader.text("name", 8, true), "A");
  EXPECT_EQ(reader.integer("depth", 1, 10, true), 7);
  EXPECT_TRUE(reader.flag("all"));
  EXPECT_EQ(reader.names("list", 2, true), (std::vector<std::string>{"x", "y"}));
  EXPECT_FALSE(reader.finish());
  ArgReader other(args);
  (void)other.text("name", 8, true);
  const auto error = other.finish();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, "bad_request");
  EXPECT_EQ(error->expected, "name");
}

TEST(ArgReader, SaysWhatWouldBeRight) {
  const auto error_of = [](const Json& args, auto read) {
    ArgReader reader(args);
    read(reader);
    return reader.finish();
  };
  auto error = error_of({{"n", 11}}, [](ArgReader& r) { (void)r.integer("n", 1, 10, false); });
  EXPECT_EQ(error->field, "n");
  EXPECT_EQ(error->expected, "a whole number from 1 to 10");
  EXPECT_FALSE(error_of({{"n", 10}}, [](ArgReader& r) { (void)r.integer("n", 1, 10, false); }));
  EXPECT_FALSE(error_of({{"n", 1}}, [](ArgReader& r) { (void)r.integer("n", 1, 10, false); }));
  for (const Json& bad : {Json(0), Json(-1), Json(1.5), Json("1"), Json(18446744073709551615ULL)}) {
    EXPECT_TRUE(error_of({{"n", bad}}, [](ArgReader& r) { (void)r.integer("n", 1, 10, false); }));
  }
  error = error_of(Json::object(), [](ArgReader& r) { (void)r.text("t", 3, true); });
  EXPECT_EQ(error->message, "\"t\" is missing");
  EXPECT_TRUE(error_of({{"t", "abcd"}}, [](ArgReader& r) { (void)r.text("t", 3, true); }));
  EXPECT_TRUE(error_of({{"t", ""}}, [](ArgReader& r) { (void)r.text("t", 3, true); }));
  EXPECT_TRUE(error_of({{"t", 1}}, [](ArgReader& r) { (void)r.text("t", 3, true); }));
  for (const Json& bad :
       {Json::array(), Json({"a", "a"}), Json({"a", "b", "c"}), Json({1}), Json("a"), Json({""})}) {
    EXPECT_TRUE(error_of({{"l", bad}}, [](ArgReader& r) { (void)r.names("l", 2, false); })) << bad;
  }
  EXPECT_TRUE(error_of({{"f", "yes"}}, [](ArgReader& r) { (void)r.flag("f"); }));
}

}  // namespace
}  // namespace sluice::gateway
