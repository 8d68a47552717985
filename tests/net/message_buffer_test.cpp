#include "net/message_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace framewright::net {
namespace {

using engine::ErrorCode;

constexpr std::size_t kInline = MessageBuffer::kInlineBytes;

struct Fixture : testing::Test {
  engine::FrameBudget budget{256 << 10};
  engine::FramePool pool{budget};
  MessageBuffer buffer{pool};
  engine::Reservation nothing;

  void read(std::size_t count, std::uint8_t value) {
    ASSERT_GE(buffer.space().size(), count);
    std::fill_n(buffer.space().begin(), count, value);
    buffer.commit(count);
  }
};
using MessageBufferTest = Fixture;

TEST_F(MessageBufferTest, TakesNothingFromThePoolForAShortMessage) {
  read(kInline, 1);
  EXPECT_TRUE(buffer.space().empty());
  EXPECT_FALSE(buffer.is_pooled());
  EXPECT_EQ(budget.used_bytes(), 0U);
}

TEST_F(MessageBufferTest, MovesALongMessageToOneBuffer) {
  read(kInline, 1);
  ASSERT_TRUE(buffer.make_room(5000, nothing).has_value());
  const auto* start = buffer.bytes().data();
  read(5000, 2);
  EXPECT_EQ(buffer.bytes().data(), start);
  EXPECT_EQ(buffer.bytes().size(), kInline + 5000);
  EXPECT_EQ(std::count(buffer.bytes().begin(), buffer.bytes().end(), 1),
            static_cast<std::ptrdiff_t>(kInline));
  EXPECT_EQ(std::count(buffer.bytes().begin(), buffer.bytes().end(), 2), 5000);
}

TEST_F(MessageBufferTest, GrowsWithAMessageOfUnknownLength) {
  for (int round = 0; round < 4; ++round) {
    read(buffer.space().size(), 1);
    ASSERT_TRUE(buffer.make_room(buffer.bytes().size(), nothing).has_value());
  }
  EXPECT_TRUE(std::all_of(buffer.bytes().begin(), buffer.bytes().end(), [](auto byte) { return byte == 1; }));
}

TEST_F(MessageBufferTest, GivesTheBufferAwayAndStartsAnew) {
  read(10, 7);
  ASSERT_TRUE(buffer.make_room(0, nothing).has_value());
  const auto lease = buffer.take();
  EXPECT_EQ(lease.data()[9], 7);
  EXPECT_TRUE(buffer.bytes().empty());
  EXPECT_EQ(buffer.space().size(), kInline);
}

TEST_F(MessageBufferTest, KeepsTheMessageWhenThereIsNoMemory) {
  auto everything = budget.reserve(budget.limit_bytes());
  ASSERT_TRUE(everything.has_value());
  read(kInline, 3);
  const auto made = buffer.make_room(100, nothing);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::Overloaded);
  EXPECT_EQ(buffer.bytes().size(), kInline);
  everything->release();
  EXPECT_TRUE(buffer.make_room(100, nothing).has_value());
}

TEST_F(MessageBufferTest, PaysFromTheReservationThatWasWaitedFor) {
  read(kInline, 3);
  auto reservation = budget.reserve(buffer.bytes_for(10'000));
  ASSERT_TRUE(reservation.has_value());
  auto others = budget.reserve(budget.limit_bytes() - budget.used_bytes());
  ASSERT_TRUE(others.has_value());
  EXPECT_TRUE(buffer.make_room(10'000, *reservation).has_value());
}

TEST_F(MessageBufferTest, SaysWhenAMessageCanNeverFit) {
  read(kInline, 3);
  const auto made = buffer.make_room(1 << 20, nothing);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().code, ErrorCode::BodyTooLarge);
}

TEST_F(MessageBufferTest, HoldsNothingAfterClear) {
  read(kInline, 3);
  ASSERT_TRUE(buffer.make_room(5000, nothing).has_value());
  buffer.clear();
  EXPECT_TRUE(buffer.bytes().empty());
  EXPECT_EQ(budget.used_bytes(), 0U);
}

}  // namespace
}  // namespace framewright::net
