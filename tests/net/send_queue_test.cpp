#include "net/send_queue.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace framewright::net {
namespace {

using engine::DropReason;

QueuedAnswer answer(std::uint64_t frame_id, std::size_t payload_bytes) {
  engine::EncodedFrame encoded;
  encoded.size_bytes = payload_bytes;
  return {1, engine::OutboundFrame{.stream_id = 1, .frame_id = frame_id, .answer = std::move(encoded)}};
}

std::string text_of(const std::optional<Outgoing>& message) { return std::get<std::string>(message.value()); }

TEST(SendQueue, GivesMessagesOutInTheirOrder) {
  SendQueue queue;
  queue.push("first");
  queue.push(answer(7, 100));
  queue.push("last");
  EXPECT_EQ(text_of(queue.pop()), "first");
  EXPECT_EQ(std::get<QueuedAnswer>(queue.pop().value()).frame.frame_id, 7U);
  EXPECT_EQ(text_of(queue.pop()), "last");
  EXPECT_FALSE(queue.pop().has_value());
}

TEST(SendQueue, GathersDropsOfOneStreamAndReason) {
  SendQueue queue;
  queue.push(answer(1, 0));
  queue.push_dropped(1, DropReason::WindowFull, {4, 5});
  queue.push_dropped(2, DropReason::WindowFull, {1});
  queue.push_dropped(1, DropReason::Deadline, {6});
  queue.push_dropped(1, DropReason::WindowFull, {7});
  const auto first = nlohmann::json::parse(text_of(queue.pop()));
  EXPECT_EQ(first["stream_id"], 1);
  EXPECT_EQ(first["frame_ids"], nlohmann::json({4, 5, 7}));
  EXPECT_EQ(first["reason"], "window_full");
  EXPECT_EQ(nlohmann::json::parse(text_of(queue.pop()))["stream_id"], 2);
  EXPECT_EQ(nlohmann::json::parse(text_of(queue.pop()))["reason"], "deadline");
  EXPECT_TRUE(std::holds_alternative<QueuedAnswer>(queue.pop().value()));
}

TEST(SendQueue, CountsWhatItHolds) {
  SendQueue queue;
  EXPECT_EQ(queue.bytes(), 0U);
  queue.push(answer(1, 1'000'000));
  EXPECT_GE(queue.bytes(), 1'000'000U);
  queue.push(std::string(1000, 'x'));
  queue.push_dropped(1, DropReason::Closed, {1, 2, 3});
  EXPECT_GE(queue.bytes(), 1'001'000U);
  while (queue.pop()) {
  }
  EXPECT_EQ(queue.bytes(), 0U);
  EXPECT_TRUE(queue.empty());
}

TEST(SendQueue, CountsEmptyMessagesToo) {
  SendQueue queue;
  queue.push("");
  EXPECT_GT(queue.bytes(), 0U);
  EXPECT_FALSE(queue.empty());
}

TEST(SendQueue, ForgetsEverything) {
  SendQueue queue;
  queue.push("text");
  queue.push_dropped(1, DropReason::Closed, {1});
  queue.clear();
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0U);
  EXPECT_FALSE(queue.pop().has_value());
}

}  // namespace
}  // namespace framewright::net
