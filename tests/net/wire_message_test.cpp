#include "net/wire_message.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace framewright::net {
namespace {

struct Fixture : testing::Test {
  engine::FrameBudget budget{1 << 20};
  engine::FramePool pool{budget};

  engine::OutboundFrame frame() {
    engine::EncodedFrame encoded;
    auto lease = pool.lend(8);
    EXPECT_TRUE(lease.has_value());
    encoded.buffer = std::move(*lease);
    for (std::uint8_t i = 0; i < 8; ++i) encoded.buffer.data()[i] = i;
    encoded.offset_bytes = 2;
    encoded.size_bytes = 3;
    encoded.encoding = engine::ImageEncoding::Webp;
    return {.stream_id = 4,
            .frame_id = 5,
            .capture_us = 6,
            .flags = engine::kLastFrameFlag,
            .geometry = {20, 10, 3},
            .answer = std::move(encoded)};
  }
};
using WireMessageTest = Fixture;

TEST_F(WireMessageTest, SendsAnAnswerFromTheBufferItLiesIn) {
  auto answered = frame();
  const auto* payload = answered.answer->payload().data();
  const WireMessage message(QueuedAnswer{1, std::move(answered)});
  EXPECT_FALSE(message.is_text());
  const auto parts = message.parts();
  EXPECT_EQ(parts[1].data(), payload);
  EXPECT_EQ(parts[1].size(), 3U);
  const auto head = decode_result(parts[0]);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->header.encoding, engine::ImageEncoding::Webp);
  EXPECT_EQ(head->header.width_px, 20U);
  EXPECT_EQ(head->header.height_px, 10U);
  EXPECT_EQ(head->header.stream_id, 4U);
  EXPECT_EQ(head->header.frame_id, 5U);
  EXPECT_EQ(head->header.capture_us, 6);
  EXPECT_EQ(head->header.flags, engine::kLastFrameFlag);
}

TEST_F(WireMessageTest, SendsTheTwinOfAnAnswerAsText) {
  auto answered = frame();
  answered.answer_as_json = true;
  const WireMessage message(QueuedAnswer{1, std::move(answered)});
  EXPECT_TRUE(message.is_text());
  const auto text = message.parts()[0];
  const auto result = nlohmann::json::parse(text.begin(), text.end());
  EXPECT_EQ(result["type"], "result");
  EXPECT_EQ(result["encoding"], "webp");
  EXPECT_EQ(result["width"], 20);
  EXPECT_EQ(result["last"], true);
  EXPECT_EQ(result["data"], "AgME");
}

TEST_F(WireMessageTest, SendsAnErrorInsteadOfAnAnswer) {
  auto failed = frame();
  failed.answer = engine::unexpected(engine::ErrorCode::CorruptMedia, "ends early");
  const WireMessage message(QueuedAnswer{1, std::move(failed)});
  EXPECT_TRUE(message.is_text());
  const auto text = message.parts()[0];
  EXPECT_EQ(nlohmann::json::parse(text.begin(), text.end()), (nlohmann::json{{"type", "error"},
                                                                             {"code", "corrupt_media"},
                                                                             {"detail", "ends early"},
                                                                             {"stream_id", 4},
                                                                             {"frame_id", 5}}));
}

TEST_F(WireMessageTest, SendsControlMessagesAsTheyAre) {
  const WireMessage message(Outgoing{std::string("{}")});
  EXPECT_TRUE(message.is_text());
  EXPECT_EQ(message.parts()[0].size(), 2U);
  EXPECT_TRUE(message.parts()[1].empty());
}

}  // namespace
}  // namespace framewright::net
