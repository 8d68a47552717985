#include "engine/trace_parent.hpp"

#include <gtest/gtest.h>

#include <set>

#include "engine/random_id.hpp"

namespace framewright::engine {
namespace {

constexpr const char* kText = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

TEST(TraceParentText, ReadsWhatItWrites) {
  const auto parent = parse_trace_parent(kText);
  ASSERT_TRUE(parent.has_value());
  EXPECT_EQ(parent->trace, (TraceId{0x0af7651916cd43dd, 0x8448eb211c80319c}));
  EXPECT_EQ(parent->span, 0xb7ad6b7169203331);
  EXPECT_TRUE(parent->sampled);
  EXPECT_EQ(to_string(*parent), kText);
}

TEST(TraceParentText, TakesTheSampledFlagOutOfOthers) {
  const std::string ids = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";
  for (const char* flags : {"01", "03", "ff"}) EXPECT_TRUE(parse_trace_parent(ids + flags)->sampled) << flags;
  for (const char* flags : {"00", "02", "fe"})
    EXPECT_FALSE(parse_trace_parent(ids + flags)->sampled) << flags;
}

TEST(TraceParentText, GoesOnBehindALaterVersion) {
  const std::string rest = "-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more";
  EXPECT_TRUE(parse_trace_parent("cc" + rest).has_value());
  EXPECT_FALSE(parse_trace_parent("00" + rest).has_value());
  EXPECT_FALSE(parse_trace_parent("ff" + rest).has_value());
}

TEST(TraceParentText, IsNothingWhenCutOrChangedAnywhere) {
  const std::string text = kText;
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(parse_trace_parent(text.substr(0, size)).has_value()) << size;
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto changed = text;
    changed[i] = 'G';
    EXPECT_FALSE(parse_trace_parent(changed).has_value()) << changed;
  }
}

TEST(TraceParentText, HasNoIdsOfZeros) {
  EXPECT_FALSE(parse_trace_id(std::string(32, '0')).has_value());
  EXPECT_FALSE(parse_span_id(std::string(16, '0')).has_value());
  EXPECT_TRUE(parse_trace_id(std::string(31, '0') + '1').has_value());
}

TEST(TraceParentText, NeverRepeatsARandomId) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    ids.insert(hex_of(random_trace_id()));
    ids.insert(hex_of(random_span_id()));
  }
  EXPECT_EQ(ids.size(), 2000U);
}

TEST(TraceIdOf, IsTheBitsOfARandomId) {
  EXPECT_EQ(trace_id_of("00000000000000000000000004"), (TraceId{0, 1}));
  EXPECT_EQ(trace_id_of("zzzzzzzzzzzzzzzzzzzzzzzzzw"), (TraceId{~0ULL, ~0ULL}));
  EXPECT_EQ(trace_id_of("g0000000000000000000000000"), (TraceId{1ULL << 63, 0}));
  const auto id = random_id();
  EXPECT_EQ(trace_id_of(id), trace_id_of(id));
}

TEST(TraceIdOf, IsRandomForOtherTexts) { EXPECT_NE(trace_id_of("job"), trace_id_of("job")); }

}  // namespace
}  // namespace framewright::engine
