#include "net/multipart.hpp"

#include <gtest/gtest.h>

namespace framewright::net {
namespace {

using Kind = MultipartParser::Kind;

struct Part {
  PartHeaders headers;
  std::string data;
};

/// Everything in `text`, put in `step` bytes at a time; the error, or whether the end was seen.
struct Outcome {
  std::vector<Part> parts;
  bool ended = false;
  bool failed = false;
};

Outcome parse(std::string_view text, std::size_t step) {
  MultipartParser parser("X");
  Outcome outcome;
  std::string buffer;
  while (true) {
    const auto event = parser.next({reinterpret_cast<const std::uint8_t*>(buffer.data()), buffer.size()});
    if (!event) return outcome.failed = true, outcome;
    if (event->kind == Kind::Part) outcome.parts.push_back({parser.headers(), {}});
    if (event->kind == Kind::Data) outcome.parts.back().data.append(event->data.begin(), event->data.end());
    if (event->kind == Kind::End) return outcome.ended = true, outcome;
    buffer.erase(0, event->consumed);
    if (event->kind != Kind::NeedMore || event->consumed > 0) continue;
    if (text.empty()) return outcome;
    buffer += text.substr(0, step);
    text.remove_prefix(std::min(step, text.size()));
  }
}

const std::string kTwoParts =
    "--X\r\nContent-Disposition: form-data; name=\"job\"\r\nContent-Type: application/json\r\n\r\n{}\r\n"
    "--X \t\r\ncontent-disposition: form-data; name=file; filename=\"a \\\"b\\\".png\"\r\n\r\n"
    "\r\n--\r\n--Y\r\n\r\n--X--\r\nepilogue";

TEST(MultipartParser, TakesPartsApartHoweverTheyArrive) {
  for (const std::size_t step : {1u, 2u, 3u, 7u, 1000u}) {
    const auto outcome = parse(kTwoParts, step);
    ASSERT_TRUE(outcome.ended) << step;
    ASSERT_EQ(outcome.parts.size(), 2u);
    EXPECT_EQ(outcome.parts[0].headers.name, "job");
    EXPECT_EQ(outcome.parts[0].headers.media_type, "application/json");
    EXPECT_FALSE(outcome.parts[0].headers.has_filename);
    EXPECT_EQ(outcome.parts[0].data, "{}");
    EXPECT_EQ(outcome.parts[1].headers.name, "file");
    EXPECT_EQ(outcome.parts[1].headers.filename, "a \"b\".png");
    EXPECT_EQ(outcome.parts[1].data, "\r\n--\r\n--Y\r\n");
  }
}

TEST(MultipartParser, PassesOverAPreambleOfLimitedLength) {
  for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{100'000}}) {
    for (const auto* preamble : {"\r\n", "hello\r\n", "-\r\n", "\r\n\r\n--\r\n"}) {
      const auto outcome = parse(preamble + kTwoParts, step);
      EXPECT_TRUE(outcome.ended) << preamble << step;
      EXPECT_EQ(outcome.parts.size(), 2u) << preamble << step;
    }
    const auto most = MultipartParser::kMaxPreambleBytes;
    EXPECT_TRUE(parse(std::string(most, 'a') + "\r\n" + kTwoParts, step).ended) << step;
    EXPECT_TRUE(parse(std::string(most + 1, 'a') + "\r\n" + kTwoParts, step).failed) << step;
  }
}

TEST(MultipartParser, NeverEndsBeforeItsLastBoundary) {
  const auto whole = kTwoParts.size() - std::string_view("\r\nepilogue").size();
  for (std::size_t size = 0; size < whole; ++size) {
    EXPECT_FALSE(parse(kTwoParts.substr(0, size), 5).ended) << size;
  }
}

TEST(MultipartParser, TakesAnEmptyPart) {
  const auto outcome = parse("--X\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n--X--", 4);
  ASSERT_TRUE(outcome.ended);
  EXPECT_EQ(outcome.parts.at(0).data, "");
}

TEST(MultipartParser, HasTheSameLimitsHoweverTheBodyArrives) {
  const std::string head = "\r\nContent-Disposition: form-data; name=a\r\nX: ";
  const std::string rest = "\r\n\r\n\r\n--X--";
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
    EXPECT_TRUE(parse("--X" + std::string(70, ' ') + head + rest, step).ended) << step;
    EXPECT_TRUE(parse("--X" + std::string(71, ' ') + head + rest, step).failed) << step;
    const auto room = MultipartParser::kMaxHeaderBytes - head.size();
    EXPECT_TRUE(parse("--X" + head + std::string(room, 'a') + rest, step).ended) << step;
    EXPECT_TRUE(parse("--X" + head + std::string(room + 1, 'a') + rest, step).failed) << step;
  }
}

TEST(MultipartParser, RefusesWhatIsNoForm) {
  EXPECT_TRUE(parse("--XY\r\n", 1).failed);
  EXPECT_TRUE(parse("--X\r\n\r\ndata\r\n--X--", 100).failed) << "a part without a name";
  EXPECT_TRUE(parse("--X\r\nA: " + std::string(9000, 'a'), 100).failed) << "endless headers";
  EXPECT_TRUE(parse("--X" + std::string(9000, ' '), 100).failed) << "an endless boundary";
}

}  // namespace
}  // namespace framewright::net
