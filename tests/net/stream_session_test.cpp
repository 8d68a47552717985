#include "net/stream_session.hpp"

#include "tests/net/stream_session_fixture.hpp"

namespace framewright::net {
namespace {

TEST_F(StreamSessionTest, WelcomesWithItsLimits) {
  session->welcome("abc", std::chrono::seconds(10));
  const auto welcome = next_json();
  EXPECT_EQ(welcome["type"], "welcome");
  EXPECT_EQ(welcome["session_id"], "abc");
  EXPECT_EQ(welcome["limits"]["message_bytes"], 32U << 20);
}

TEST_F(StreamSessionTest, OpensAStreamAndSaysWhatIsInEffect) {
  say({{"type", "open_stream"},
       {"stream_id", 7},
       {"delivery", "lossless"},
       {"window", 3},
       {"deadline_ms", 250},
       {"output", {{"format", "png"}, {"quality", 55}}}});
  const auto opened = next_json();
  EXPECT_EQ(opened["type"], "stream_opened");
  EXPECT_EQ(opened["stream_id"], 7);
  EXPECT_EQ(opened["pipeline"], "");
  EXPECT_EQ(opened["delivery"], "lossless");
  EXPECT_EQ(opened["window"], 3);
  EXPECT_EQ(opened["deadline_ms"], 250);
  EXPECT_EQ(opened["output"], (json{{"format", "png"}, {"quality", 55}, {"exactness", "auto"}}));
}

TEST_F(StreamSessionTest, FollowsTheTraceOfTheStreamOrElseOfTheConnection) {
  const std::string of_connection = "00-11112222333344445555666677778888-1111222233334444-01";
  const std::string of_stream = "00-aaaabbbbccccddddeeeeffff00001111-aaaabbbbccccdddd-00";
  open(1, "latest");
  EXPECT_EQ(frames.settings(1).trace_parent, "");
  session->follow(of_connection);
  open(2, "latest");
  EXPECT_EQ(frames.settings(2).trace_parent, of_connection);
  say({{"type", "open_stream"}, {"stream_id", 3}, {"traceparent", of_stream}});
  EXPECT_EQ(frames.settings(3).trace_parent, of_stream);
  say({{"type", "update_stream"}, {"stream_id", 3}, {"window", 2}});
  EXPECT_EQ(frames.settings(3).trace_parent, of_stream);
  say({{"type", "update_stream"}, {"stream_id", 3}, {"traceparent", of_connection}});
  EXPECT_EQ(frames.settings(3).trace_parent, of_connection);
}

TEST_F(StreamSessionTest, RefusesAStreamThatIsOpenAlready) {
  open(1, "latest");
  say({{"type", "open_stream"}, {"stream_id", 1}});
  const auto error = next_json();
  EXPECT_EQ(error["code"], "conflict");
  EXPECT_EQ(error["stream_id"], 1);
}

TEST_F(StreamSessionTest, RefusesMoreStreamsThanAConnectionCarries) {
  for (std::uint32_t id = 0; id < 16; ++id) open(id, "latest");
  say({{"type", "open_stream"}, {"stream_id", 16}});
  EXPECT_EQ(next_json()["code"], "rate_limited");
  EXPECT_EQ(frames.open_streams(), 16U);
}

TEST_F(StreamSessionTest, SaysWhyAStreamCannotBeOpened) {
  say({{"type", "open_stream"}, {"stream_id", 1}, {"accelerator", "cuda"}});
  const auto error = next_json();
  EXPECT_EQ(error["code"], "accelerator_unavailable");
  EXPECT_EQ(error["stream_id"], 1);
  open(1, "latest");
}

TEST_F(StreamSessionTest, ChangesOnlyWhatAnUpdateNames) {
  open(1, "lossless", 3, {{"quality", 55}, {"format", "webp"}});
  say({{"type", "update_stream"}, {"stream_id", 1}, {"window", 5}, {"output", {{"format", nullptr}}}});
  const auto updated = next_json();
  EXPECT_EQ(updated["type"], "stream_updated");
  EXPECT_EQ(updated["window"], 5);
  EXPECT_EQ(updated["delivery"], "lossless");
  EXPECT_EQ(updated["output"], (json{{"format", nullptr}, {"quality", 55}, {"exactness", "auto"}}));
}

TEST_F(StreamSessionTest, KeepsTheSettingsWhenAnUpdateIsRefused) {
  open(1, "lossless", 3);
  say({{"type", "update_stream"}, {"stream_id", 1}, {"accelerator", "cuda"}, {"window", 9}});
  EXPECT_EQ(next_json()["code"], "accelerator_unavailable");
  say({{"type", "update_stream"}, {"stream_id", 1}});
  EXPECT_EQ(next_json()["window"], 3);
}

TEST_F(StreamSessionTest, ClosesAStreamAfterWhatWasSubmitted) {
  open(1, "latest");
  send({.frame_id = 9});
  say({{"type", "close_stream"}, {"stream_id", 1}});
  EXPECT_TRUE(is_silent());
  answer(1);
  EXPECT_EQ(next_answer(), 9U);
  const auto closed = next_json();
  EXPECT_EQ(closed["type"], "stream_closed");
  EXPECT_EQ(closed["reason"], "client");
  EXPECT_EQ(closed["frames_out"], 1);
  EXPECT_EQ(frames.open_streams(), 0U);
}

TEST_F(StreamSessionTest, AnswersForStreamsThatAreNotOpen) {
  for (const auto* type : {"update_stream", "close_stream", "stop"}) {
    say({{"type", type}, {"stream_id", 5}});
    const auto error = next_json();
    EXPECT_EQ(error["code"], "not_found") << type;
    EXPECT_EQ(error["stream_id"], 5);
  }
}

TEST_F(StreamSessionTest, HasNoVideosAndNoCameras) {
  open(1, "latest");
  say({{"type", "start_video"}, {"stream_id", 1}, {"video_id", "v1"}, {"loop", true}, {"rate", "max"}});
  const auto video = next_json();
  EXPECT_EQ(video["code"], "not_found");
  EXPECT_NE(video["detail"].get<std::string>().find("video v1"), std::string::npos);
  say({{"type", "start_camera"},
       {"stream_id", 1},
       {"source_id", "c1"},
       {"width", 640},
       {"height", 480},
       {"fps", 30}});
  EXPECT_EQ(next_json()["code"], "not_found");
  say({{"type", "stop"}, {"stream_id", 1}});
  EXPECT_EQ(next_json()["code"], "not_found");
}

TEST_F(StreamSessionTest, AnswersAPing) {
  say({{"type", "ping"}, {"id", 12}});
  EXPECT_EQ(next_json(), (json{{"type", "pong"}, {"id", 12}}));
  say({{"type", "ping"}});
  EXPECT_EQ(next_json(), (json{{"type", "pong"}}));
}

TEST_F(StreamSessionTest, RefusesTextThatIsNoMessageAndLivesOn) {
  for (const std::string_view text : {"", "hello", "[]", "{\"type\":\"dance\"}", "{}"}) {
    session->take_text(text, {});
    EXPECT_EQ(next_json()["code"], "invalid_argument") << text;
  }
  EXPECT_EQ(metrics.errors, 5);
  open(1, "latest");
}

TEST_F(StreamSessionTest, EndsAStreamWithItsLastFrame) {
  open(1, "lossless");
  send({.frame_id = 1, .flags = engine::kLastFrameFlag});
  send({.frame_id = 2});
  EXPECT_EQ(next_json()["code"], "not_found");
  answer(1);
  EXPECT_EQ(next_answer(), 1U);
  EXPECT_EQ(next_json()["reason"], "last_frame");
}

TEST_F(StreamSessionTest, TellsAReopenedStreamFromTheOldOne) {
  open(1, "lossless", 1);
  send({.frame_id = 1, .flags = engine::kLastFrameFlag});
  answer(1);
  say({{"type", "open_stream"}, {"stream_id", 1}, {"delivery", "lossless"}, {"window", 1}});
  send({.frame_id = 2});
  EXPECT_EQ(next_answer(), 1U);  // Must not free the place of frame 2.
  send({.frame_id = 3});
  EXPECT_FALSE(session->wants_more());
}

TEST_F(StreamSessionTest, PassesStatisticsOn) {
  open(1, "latest");
  frames.say_statistics(1, {.frames_per_second = 29.5,
                            .queue_depth = 2,
                            .latency_ms_p50 = 3.5,
                            .latency_ms_p99 = 9,
                            .frames_dropped = 4});
  settle();
  EXPECT_EQ(next_json(), (json{{"type", "stats"},
                               {"stream_id", 1},
                               {"fps", 29.5},
                               {"queue_depth", 2},
                               {"latency_ms", {{"p50", 3.5}, {"p99", 9.0}}},
                               {"dropped", 4}}));
}

TEST_F(StreamSessionTest, DrainsByFinishingWhatItHas) {
  open(1, "lossless", 1);
  send({.frame_id = 1});
  send({.frame_id = 2});  // Waits for a place that it will not get.
  session->drain(123'456);
  settle();
  EXPECT_FALSE(session->drained());
  EXPECT_EQ(next_json(), (json{{"type", "draining"}, {"deadline_us", 123'456}}));
  const auto refused = next_json();
  EXPECT_EQ(refused["code"], "draining");
  EXPECT_EQ(refused["frame_id"], 2);
  say({{"type", "open_stream"}, {"stream_id", 2}});
  EXPECT_EQ(next_json()["code"], "draining");
  answer(1);
  EXPECT_EQ(next_answer(), 1U);
  EXPECT_EQ(next_json()["reason"], "draining");
  EXPECT_TRUE(session->drained());
}

TEST_F(StreamSessionTest, IsDrainedAtOnceWithoutStreams) {
  session->drain(1);
  EXPECT_FALSE(session->drained());
  EXPECT_EQ(next_json()["type"], "draining");
  EXPECT_TRUE(session->drained());
}

TEST_F(StreamSessionTest, LetsGoOfEverythingWhenTheClientGoes) {
  open(1, "lossless", 2);
  for (std::uint64_t id = 1; id <= 3; ++id) send({.frame_id = id, .payload_bytes = 100'000});
  frames.answer(1);
  session->end();
  settle();
  EXPECT_EQ(frames.open_streams(), 0U);
  EXPECT_EQ(budget.used_bytes(), 0U);
  EXPECT_TRUE(is_silent());
  EXPECT_FALSE(session->wants_more());
}

TEST_F(StreamSessionTest, TellsItsConnectionWhenSomethingHasChanged) {
  open(1, "latest");
  changes = 0;
  send({.frame_id = 1});
  EXPECT_EQ(changes, 0);
  answer(1);
  EXPECT_EQ(changes, 1);
}

}  // namespace
}  // namespace framewright::net
