#include "config/values.hpp"

#include <gtest/gtest.h>

namespace framewright::config {
namespace {

using std::chrono::milliseconds;

TEST(Values, ReadsSizesWithAndWithoutAUnit) {
  EXPECT_EQ(parse_bytes("0"), 0u);
  EXPECT_EQ(parse_bytes("65536"), 65536u);
  EXPECT_EQ(parse_bytes("16KiB"), 16384u);
  EXPECT_EQ(parse_bytes("64MiB"), 64ULL << 20);
  EXPECT_EQ(parse_bytes("2GiB"), 2ULL << 30);
}

TEST(Values, RefusesSizesThatPeopleReadDifferently) {
  for (const auto* text : {"", "MiB", "64MB", "64 MiB", "-1", "1.5MiB", "0x10", "010", "64mib", "1KiBx"}) {
    EXPECT_FALSE(parse_bytes(text)) << text;
  }
}

TEST(Values, RefusesNumbersThatOverflow) {
  EXPECT_FALSE(parse_integer("18446744073709551616"));
  EXPECT_FALSE(parse_bytes("18446744073709551615GiB"));
  EXPECT_FALSE(parse_duration("106751991168d"));
}

TEST(Values, ReadsDurationsInEveryUnit) {
  EXPECT_EQ(parse_duration("500ms"), milliseconds{500});
  EXPECT_EQ(parse_duration("10s"), milliseconds{10'000});
  EXPECT_EQ(parse_duration("5m"), milliseconds{300'000});
  EXPECT_EQ(parse_duration("24h"), milliseconds{86'400'000});
  EXPECT_EQ(parse_duration("7d"), milliseconds{604'800'000});
}

TEST(Values, RefusesADurationWithoutAUnit) {
  for (const auto* text : {"10", "", "s", "10 s", "10S", "1h30m", "-5s"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(Values, FormatsSoThatTheSameValueIsReadBack) {
  for (const std::uint64_t bytes : {0ULL, 1ULL, 1023ULL, 1024ULL, 1536ULL, 32ULL << 20, 3ULL << 30}) {
    EXPECT_EQ(parse_bytes(format_bytes(bytes)), bytes) << format_bytes(bytes);
  }
  for (const int count : {0, 1, 999, 1000, 1500, 60'000, 86'400'000}) {
    EXPECT_EQ(parse_duration(format_duration(milliseconds{count})), milliseconds{count});
  }
  EXPECT_EQ(format_bytes(64ULL << 20), "64MiB");
  EXPECT_EQ(format_duration(milliseconds{10'000}), "10s");
}

TEST(Values, MasksPasswordsOfUrls) {
  EXPECT_EQ(mask_password("postgresql://app:s3cr@t@db:5432/jobs"), "postgresql://app:***@db:5432/jobs");
  EXPECT_EQ(mask_password("postgresql://db/jobs?user=app&password=s3cret&x=1"),
            "postgresql://db/jobs?user=app&password=***&x=1");
  EXPECT_EQ(mask_password("https://example.org:8443/a@b"), "https://example.org:8443/a@b");
  EXPECT_EQ(mask_password("sqlite"), "sqlite");
}

}  // namespace
}  // namespace framewright::config
