// The frames of a StreamSession: which are taken, which wait, which are dropped.
#include <gtest/gtest.h>

#include "net/base64.hpp"
#include "tests/net/stream_session_fixture.hpp"

namespace framewright::net {
namespace {

using engine::ImageEncoding;
using StreamSessionFramesTest = StreamSessionTest;

TEST_F(StreamSessionFramesTest, PassesAFrameOnWhereItLies) {
  open(1, "latest");
  send({.frame_id = 77, .payload_bytes = 100});
  EXPECT_EQ(frames.waiting(1), 1U);
  answer(1);
  const auto message = write_next();
  const auto& frame = std::get<QueuedAnswer>(message.value()).frame;
  EXPECT_EQ(frame.frame_id, 77U);
  ASSERT_TRUE(frame.answer.has_value());
  EXPECT_EQ(frame.answer->offset_bytes, kFrameHeaderBytes);
  EXPECT_EQ(frame.answer->size_bytes, 100U);
}

TEST_F(StreamSessionFramesTest, NamesTheFrameOfAnUnknownStream) {
  send({.stream_id = 4, .frame_id = 5});
  const auto error = next_json();
  EXPECT_EQ(error["code"], "not_found");
  EXPECT_EQ(error["stream_id"], 4);
  EXPECT_EQ(error["frame_id"], 5);
}

TEST_F(StreamSessionFramesTest, NamesAMalformedFrameAndLivesOn) {
  open(1, "latest");
  send({.frame_id = 6, .encoding = ImageEncoding::H264});
  const auto error = next_json();
  EXPECT_EQ(error["code"], "unsupported_media");
  EXPECT_EQ(error["stream_id"], 1);
  EXPECT_EQ(error["frame_id"], 6);
  send({.frame_id = 7});
  EXPECT_EQ(frames.waiting(1), 1U);
}

TEST_F(StreamSessionFramesTest, SaysTheErrorOfARefusedFrameInItsTurnToo) {
  open(1, "lossless");
  send({.frame_id = 1});
  send({.frame_id = 2, .encoding = ImageEncoding::H264});
  say({{"type", "frame"}, {"stream_id", 1}, {"frame_id", 3}, {"encoding", "jpeg"}, {"data", "!"}});
  say({{"type", "frame"}, {"stream_id", 1}, {"frame_id", 4}, {"encoding", "jpeg"}});
  send({.frame_id = 5});
  EXPECT_TRUE(is_silent());
  answer(1, 2);
  EXPECT_EQ(next_answer(), 1U);
  for (const int refused : {2, 3, 4}) EXPECT_EQ(next_json()["frame_id"], refused);
  EXPECT_EQ(next_answer(), 5U);
  send({.frame_id = 6, .encoding = ImageEncoding::H264});
  EXPECT_EQ(next_json()["frame_id"], 6);
}

TEST_F(StreamSessionFramesTest, ReadsNoMoreWhileManyErrorsWaitForTheirTurn) {
  open(1, "lossless");
  send({.frame_id = 1});
  for (int i = 0; i < limits.frames_per_connection; ++i) {
    EXPECT_TRUE(session->wants_more());
    send({.frame_id = 2, .encoding = ImageEncoding::H264});
  }
  EXPECT_FALSE(session->wants_more());
  answer(1);
  EXPECT_TRUE(session->wants_more());
}

TEST_F(StreamSessionFramesTest, SaysTheErrorOfAFrameInItsPlace) {
  open(1, "lossless");
  send({.frame_id = 1});
  send({.frame_id = 2});
  frames.fail(1, {engine::ErrorCode::CorruptMedia, "bad"});
  answer(1);
  const auto failed = session->next_to_write();
  ASSERT_TRUE(failed.has_value());
  EXPECT_FALSE(std::get<QueuedAnswer>(*failed).frame.answer.has_value());
  EXPECT_EQ(metrics.errors, 1);
  EXPECT_EQ(next_answer(), 2U);
}

TEST_F(StreamSessionFramesTest, WaitsWhenALosslessWindowIsFull) {
  open(1, "lossless", 2);
  send({.frame_id = 1});
  send({.frame_id = 2});
  EXPECT_TRUE(session->wants_more());
  send({.frame_id = 3});
  EXPECT_FALSE(session->wants_more());
  EXPECT_EQ(frames.waiting(1), 2U);
  answer(1);
  EXPECT_FALSE(session->wants_more());  // Answered, not yet written.
  EXPECT_EQ(next_answer(), 1U);
  EXPECT_TRUE(session->wants_more());
  EXPECT_EQ(frames.waiting(1), 2U);
}

TEST_F(StreamSessionFramesTest, NeverWaitsForALatestStream) {
  open(1, "latest", 2);
  for (std::uint64_t id = 1; id <= 5; ++id) {
    send({.frame_id = id});
    EXPECT_TRUE(session->wants_more());
  }
  const auto dropped = next_json();
  EXPECT_EQ(dropped["type"], "dropped");
  EXPECT_EQ(dropped["frame_ids"], json({1, 2, 3}));
  EXPECT_EQ(dropped["reason"], "window_full");
}

TEST_F(StreamSessionFramesTest, BoundsTheFramesOfAllLosslessStreamsTogether) {
  limits.frames_per_connection = 6;
  open(1, "lossless", 4);
  open(2, "lossless", 4);
  for (std::uint64_t id = 1; id <= 4; ++id) send({.stream_id = 1, .frame_id = id});
  for (std::uint64_t id = 1; id <= 3; ++id) send({.stream_id = 2, .frame_id = id});
  EXPECT_FALSE(session->wants_more());
  EXPECT_EQ(frames.waiting(2), 2U);
  answer(1);
  next_answer();
  EXPECT_TRUE(session->wants_more());
  EXPECT_EQ(frames.waiting(2), 3U);
}

TEST_F(StreamSessionFramesTest, DropsByNameWhenAllLatestStreamsTogetherHoldEnough) {
  limits.frames_per_connection = 6;
  open(1, "latest", 4);
  open(2, "latest", 4);
  for (std::uint64_t id = 1; id <= 4; ++id) send({.stream_id = 1, .frame_id = id});
  for (std::uint64_t id = 1; id <= 3; ++id) send({.stream_id = 2, .frame_id = id});
  const auto dropped = next_json();
  EXPECT_EQ(dropped["stream_id"], 2);
  EXPECT_EQ(dropped["frame_ids"], json({3}));
  EXPECT_EQ(metrics.drops, 1U);
  send({.stream_id = 1, .frame_id = 5});  // Replaces a frame of its own.
  EXPECT_EQ(next_json()["frame_ids"], json({1}));
}

TEST_F(StreamSessionFramesTest, TakesNoMoreLosslessFramesThanTheSendLimitHasRoomFor) {
  limits.send_bytes_per_connection = 1'000'000;
  open(1, "lossless", 8);
  send({.frame_id = 1, .payload_bytes = 400'000});
  send({.frame_id = 2, .payload_bytes = 400'000});
  EXPECT_TRUE(session->wants_more());
  send({.frame_id = 3, .payload_bytes = 400'000});
  EXPECT_FALSE(session->wants_more());
  EXPECT_EQ(frames.waiting(1), 2U);
  answer(1, 2);
  EXPECT_EQ(next_answer(), 1U);
  EXPECT_TRUE(session->wants_more());
}

TEST_F(StreamSessionFramesTest, TakesAFrameThatIsLargerThanTheSendLimitByItself) {
  limits.send_bytes_per_connection = 1000;
  open(1, "lossless", 8);
  send({.frame_id = 1, .payload_bytes = 5000});
  EXPECT_EQ(frames.waiting(1), 1U);
  send({.frame_id = 2, .payload_bytes = 5000});
  EXPECT_EQ(frames.waiting(1), 1U);
  answer(1);
  next_answer();
  EXPECT_EQ(frames.waiting(1), 1U);
}

TEST_F(StreamSessionFramesTest, LearnsTheSizeOfAnswersBeforeItTakesManyThatMayGrow) {
  open(1, "lossless", 8, {{"format", "raw"}});
  send({.frame_id = 1});
  send({.frame_id = 2});
  EXPECT_EQ(frames.waiting(1), 1U);
  answer(1);
  next_answer();
  for (std::uint64_t id = 3; id <= 5; ++id) send({.frame_id = id});
  EXPECT_EQ(frames.waiting(1), 4U);
}

TEST_F(StreamSessionFramesTest, DropsAnswersOfALatestStreamThatNobodyReads) {
  limits.send_bytes_per_connection = 100'000;
  open(1, "latest", 8);
  for (std::uint64_t id = 1; id <= 4; ++id) send({.frame_id = id, .payload_bytes = 60'000});
  answer(1, 4);
  EXPECT_FALSE(session->wants_more());
  const auto dropped = next_json();
  EXPECT_EQ(dropped["frame_ids"], json({3, 4}));
  EXPECT_EQ(next_answer(), 1U);
  EXPECT_EQ(next_answer(), 2U);
  EXPECT_TRUE(session->wants_more());
  say({{"type", "close_stream"}, {"stream_id", 1}});
  const auto closed = next_json();
  EXPECT_EQ(closed["frames_in"], 4);
  EXPECT_EQ(closed["frames_out"], 2);
  EXPECT_EQ(closed["frames_dropped"], 2);
}

TEST_F(StreamSessionFramesTest, NamesLatestFramesThatThereWasNoMemoryFor) {
  open(1, "latest");
  open(2, "lossless");
  FrameHeader header;
  header.stream_id = 1;
  header.frame_id = 8;
  EXPECT_TRUE(session->drops_for_want_of_memory(encode_header(header)));
  const auto dropped = next_json();
  EXPECT_EQ(dropped["frame_ids"], json({8}));
  EXPECT_EQ(dropped["reason"], "overloaded");
  header.stream_id = 2;
  EXPECT_FALSE(session->drops_for_want_of_memory(encode_header(header)));
  header.stream_id = 3;
  EXPECT_FALSE(session->drops_for_want_of_memory(encode_header(header)));
  EXPECT_FALSE(session->drops_for_want_of_memory({}));
  EXPECT_TRUE(is_silent());
}

TEST_F(StreamSessionFramesTest, TakesFramesAsJson) {
  open(1, "latest");
  std::string data;
  append_base64(std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}, data);
  say({{"type", "frame"},
       {"stream_id", 1},
       {"frame_id", 3},
       {"encoding", "raw"},
       {"pixel_format", "rgb8"},
       {"width", 2},
       {"height", 1},
       {"capture_us", 99},
       {"data", data}});
  answer(1);
  const auto message = write_next();
  const auto& frame = std::get<QueuedAnswer>(message.value()).frame;
  EXPECT_TRUE(frame.answer_as_json);
  EXPECT_EQ(frame.capture_us, 99);
  ASSERT_TRUE(frame.answer.has_value());
  EXPECT_EQ(frame.answer->pixel_format, engine::PixelFormat::Rgb8);
  EXPECT_EQ(frame.answer->payload()[5], 6);
}

TEST_F(StreamSessionFramesTest, DecodesJsonFramesIntoTheBufferTheyCameIn) {
  open(1, "latest");
  std::string data;
  append_base64(std::vector<std::uint8_t>(3000, 7), data);
  const json message{
      {"type", "frame"}, {"stream_id", 1}, {"frame_id", 3}, {"encoding", "jpeg"}, {"data", data}};
  const auto text = message.dump();
  auto lease = pool.lend(text.size());
  ASSERT_TRUE(lease.has_value());
  const auto* start = lease->data();
  std::copy(text.begin(), text.end(), lease->data());
  session->take_text({reinterpret_cast<const char*>(start), text.size()}, std::move(*lease));
  settle();
  answer(1);
  const auto answered = write_next();
  EXPECT_EQ(std::get<QueuedAnswer>(answered.value()).frame.answer->buffer.data(), start);
}

TEST_F(StreamSessionFramesTest, RefusesJsonFramesWhoseDataIsNotBase64) {
  open(1, "latest");
  for (const auto* data : {"====", "abc", "a b="}) {
    say({{"type", "frame"}, {"stream_id", 1}, {"frame_id", 3}, {"encoding", "jpeg"}, {"data", data}});
    const auto error = next_json();
    EXPECT_EQ(error["code"], "invalid_argument");
    EXPECT_EQ(error["frame_id"], 3);
    EXPECT_EQ(error["errors"][0]["field"], "data");
  }
}

}  // namespace
}  // namespace framewright::net
