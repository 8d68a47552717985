#include "net/json_fields.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::FieldError;
using nlohmann::json;

std::string refusal_of(std::string_view text) {
  const auto parsed = parse_json_object(text, 4);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, ErrorCode::InvalidArgument);
  return parsed.error().detail;
}

TEST(ParseJsonObject, TakesAnObject) {
  const auto parsed = parse_json_object(R"({"a":[1,{"b":"ä"}]})", 4);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().detail;
  EXPECT_EQ((*parsed)["a"][1]["b"], "ä");
}

TEST(ParseJsonObject, RefusesWhatIsNotOneObject) {
  for (const std::string_view text :
       {"", "{", "[]", "1", "null", "{}{}", "{'a':1}", "{\"a\":NaN}", "{\"a\":1,}", "\xff"}) {
    EXPECT_NE(refusal_of(text), "") << text;
  }
}

TEST(ParseJsonObject, NamesAFieldThatStandsTwice) {
  EXPECT_NE(refusal_of(R"({"a":1,"b":2,"a":3})").find("\"a\" stands twice"), std::string::npos);
  EXPECT_NE(refusal_of(R"({"x":[{"a":1},{"b":1,"b":1}]})").find("\"b\" stands twice"), std::string::npos);
  EXPECT_EQ(refusal_of(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]})"), "");
}

TEST(ParseJsonObject, RefusesNestingBeyondTheLimit) {
  EXPECT_EQ(refusal_of(R"({"a":[[[1]]]})"), "");
  EXPECT_NE(refusal_of(R"({"a":[[[[1]]]]})").find("deeper than 4"), std::string::npos);
  EXPECT_NE(refusal_of(std::string(100'000, '[')), "");
}

TEST(ParseJsonObject, KeepsRefusalsShort) {
  EXPECT_LT(refusal_of("{\"" + std::string(10'000, 'x') + "\": tru}").size(), 300U);
  const std::string name(10'000, 'x');
  EXPECT_LT(refusal_of("{\"" + name + "\":1,\"" + name + "\":1}").size(), 300U);
}

TEST(JsonFields, ReadsEachType) {
  const json object{{"number", 7U}, {"signed", -7},    {"flag", true},
                    {"text", "t"},  {"choice", "two"}, {"none", nullptr}};
  JsonFields fields(object);
  EXPECT_EQ(fields.integer("number", {0, 7}), 7U);
  EXPECT_EQ(fields.signed_integer("signed"), -7);
  EXPECT_EQ(fields.boolean("flag"), true);
  EXPECT_EQ(*fields.text("text"), "t");
  EXPECT_EQ(fields.choice("choice", {"one", "two"}), 1U);
  EXPECT_TRUE(fields.is_null("none"));
  EXPECT_EQ(fields.integer("absent", {0, 1}), std::nullopt);
  fields.refuse_unread();
  EXPECT_TRUE(fields.finish().has_value());
}

TEST(JsonFields, TakesAWholeNumberHoweverItIsWritten) {
  const auto object = json::parse(R"({"a":8.0,"b":1e3,"c":-0.0,"d":7.5,"e":1e300,"f":-1.0,"g":1e16})");
  JsonFields fields(object);
  constexpr JsonFields::Range kAny{0, std::numeric_limits<std::uint64_t>::max()};
  EXPECT_EQ(fields.integer("a", {0, 8}), 8U);
  EXPECT_EQ(fields.integer("b", kAny), 1000U);
  EXPECT_EQ(fields.integer("c", kAny), 0U);
  for (const auto* name : {"d", "e", "f", "g"}) EXPECT_EQ(fields.integer(name, kAny), std::nullopt) << name;
}

TEST(JsonFields, CollectsEveryMistake) {
  const json object{{"number", 8U}, {"negative", -1}, {"fraction", 1.5}, {"signed", 1e30}, {"flag", 1},
                    {"text", 1},    {"choice", "x"},  {"other", 0},      {"object", 1}};
  JsonFields fields(object, "in.");
  fields.integer("number", {0, 7});
  fields.integer("negative", {0, 7});
  fields.integer("fraction", {0, 7});
  fields.signed_integer("signed");
  fields.boolean("flag");
  fields.text("text");
  fields.choice("choice", {"one", "two"});
  fields.object("object");
  fields.require("absent");
  fields.refuse_unread();
  const auto finished = fields.finish();
  ASSERT_FALSE(finished.has_value());
  const std::vector<FieldError> expected{{"in.number", "must be an integer from 0 to 7"},
                                         {"in.negative", "must be an integer from 0 to 7"},
                                         {"in.fraction", "must be an integer from 0 to 7"},
                                         {"in.signed", "must be an integer of 64 bits"},
                                         {"in.flag", "must be true or false"},
                                         {"in.text", "must be a string"},
                                         {"in.choice", "must be one of one, two"},
                                         {"in.object", "must be an object"},
                                         {"in.absent", "is missing"},
                                         {"in.other", "is not a known field"}};
  EXPECT_EQ(finished.error().fields, expected);
  EXPECT_NE(finished.error().detail.find("in.absent is missing; in.other"), std::string::npos);
}

TEST(JsonFields, TakesOverTheMistakesOfANestedObject) {
  const json object{{"output", {{"quality", 0}}}};
  JsonFields fields(object);
  const auto* output = fields.object("output");
  ASSERT_NE(output, nullptr);
  JsonFields nested(*output, "output.");
  nested.integer("quality", {1, 100});
  fields.take_mistakes_of(nested);
  ASSERT_EQ(fields.mistakes().size(), 1U);
  EXPECT_EQ(fields.mistakes()[0].field, "output.quality");
}

TEST(JsonFields, BoundsWhatItSaysAboutHostileObjects) {
  json object = json::object();
  for (int i = 0; i < 1000; ++i) object[std::to_string(i) + std::string(1000, 'x')] = 1;
  JsonFields fields(object);
  fields.refuse_unread();
  const auto finished = fields.finish();
  ASSERT_FALSE(finished.has_value());
  EXPECT_LT(finished.error().detail.size(), 8192U);
}

}  // namespace
}  // namespace framewright::net
