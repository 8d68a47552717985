#include "net/session_watch.hpp"

#include <gtest/gtest.h>

namespace framewright::net {
namespace {

using std::chrono::seconds;

struct Fixture : testing::Test {
  SessionTimeouts timeouts{.handshake = seconds(10),
                           .message = seconds(30),
                           .keep_alive = seconds(60),
                           .slow_client = seconds(10)};
  engine::ManualClock clock;
  SessionWatch watch{timeouts, clock.now()};
  SessionActivity activity{.reading = true};

  Verdict after(seconds pause) {
    clock.advance(pause);
    return watch.check(activity, clock.now());
  }
};
using SessionWatchTest = Fixture;

TEST_F(SessionWatchTest, PingsAnIdleClientTwiceAndThenGivesUp) {
  EXPECT_EQ(after(seconds(29)), Verdict::Fine);
  EXPECT_EQ(after(seconds(1)), Verdict::SendPing);
  EXPECT_EQ(after(seconds(29)), Verdict::Fine);
  EXPECT_EQ(after(seconds(1)), Verdict::SendPing);
  EXPECT_EQ(after(seconds(29)), Verdict::Fine);
  EXPECT_EQ(after(seconds(1)), Verdict::Gone);
}

TEST_F(SessionWatchTest, KeepsAClientThatAnswersPings) {
  for (int round = 0; round < 10; ++round) {
    EXPECT_EQ(after(seconds(30)), Verdict::SendPing);
    ++activity.pongs;
    EXPECT_EQ(after(seconds(1)), Verdict::Fine);
  }
}

TEST_F(SessionWatchTest, KeepsAClientThatSends) {
  for (int round = 0; round < 10; ++round) {
    ++activity.bytes_read;
    EXPECT_EQ(after(seconds(29)), Verdict::Fine);
  }
}

TEST_F(SessionWatchTest, DoesNotBlameAClientThatIsNotBeingRead) {
  activity.reading = false;
  activity.inside_message = true;
  for (int round = 0; round < 10; ++round) EXPECT_EQ(after(seconds(60)), Verdict::Fine);
  activity.reading = true;
  activity.inside_message = false;
  EXPECT_EQ(after(seconds(29)), Verdict::Fine);
}

TEST_F(SessionWatchTest, FindsAReaderThatTakesNothing) {
  activity.writing = true;
  activity.unsent_bytes = 5000;
  EXPECT_EQ(after(seconds(1)), Verdict::Fine);
  EXPECT_EQ(after(seconds(9)), Verdict::Fine);
  EXPECT_EQ(after(seconds(1)), Verdict::SlowReader);
}

TEST_F(SessionWatchTest, KeepsAReaderThatTakesALittle) {
  activity.writing = true;
  activity.unsent_bytes = 5000;
  for (int round = 0; round < 100; ++round) {
    --activity.unsent_bytes;
    ++activity.pongs;
    EXPECT_EQ(after(seconds(9)), Verdict::Fine);
  }
}

TEST_F(SessionWatchTest, KeepsAReaderThatFinishesMessages) {
  activity.writing = true;
  for (int round = 0; round < 100; ++round) {
    ++activity.messages_written;
    ++activity.pongs;
    EXPECT_EQ(after(seconds(9)), Verdict::Fine);
  }
}

TEST_F(SessionWatchTest, StartsAnewWithTheNextWrite) {
  activity.writing = true;
  EXPECT_EQ(after(seconds(1)), Verdict::Fine);
  activity.writing = false;
  EXPECT_EQ(after(seconds(8)), Verdict::Fine);
  activity.writing = true;
  EXPECT_EQ(after(seconds(8)), Verdict::Fine);
}

TEST_F(SessionWatchTest, FindsASenderOfAByteASecond) {
  activity.inside_message = true;
  for (int second = 0; second < 30; ++second) {
    ++activity.bytes_read;
    ASSERT_EQ(after(seconds(1)), Verdict::Fine) << second;
  }
  ++activity.bytes_read;
  EXPECT_EQ(after(seconds(1)), Verdict::SlowSender);
}

TEST_F(SessionWatchTest, FindsASenderThatStopsInsideAMessage) {
  activity.inside_message = true;
  EXPECT_EQ(after(seconds(1)), Verdict::Fine);
  ++activity.pongs;  // It answers pings and still does not go on.
  EXPECT_EQ(after(seconds(29)), Verdict::Fine);
  ++activity.pongs;
  EXPECT_EQ(after(seconds(1)), Verdict::SlowSender);
}

TEST_F(SessionWatchTest, KeepsASenderOfALongMessageThatGoesOn) {
  activity.inside_message = true;
  for (int round = 0; round < 100; ++round) {
    activity.bytes_read += SessionWatch::kMinProgressBytes;
    EXPECT_EQ(after(seconds(30)), Verdict::Fine);
  }
}

TEST_F(SessionWatchTest, KeepsASenderOfManySmallMessages) {
  activity.inside_message = true;  // Every tick meets it in the middle of another one.
  for (int round = 0; round < 100; ++round) {
    ++activity.bytes_read;
    ++activity.messages_read;
    EXPECT_EQ(after(seconds(10)), Verdict::Fine);
  }
}

}  // namespace
}  // namespace framewright::net
