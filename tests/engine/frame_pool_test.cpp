#include "engine/frame_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <thread>
#include <vector>

namespace framewright::engine {
namespace {

constexpr std::uint64_t kMiB = 1u << 20;

TEST(FramePool, KeepsTheRightToAReturnedBufferForTheSameWork) {
  FrameBudget budget{1 << 20};
  FramePool pool{budget};
  auto reservation = std::move(budget.reserve(FramePool::rounded_bytes(1000))).value();
  auto lease = std::move(pool.lend(1000, reservation)).value();
  EXPECT_EQ(reservation.bytes(), 0u);
  lease.release_to(reservation);
  EXPECT_FALSE(lease);
  EXPECT_EQ(pool.lent_bytes(), 0u);
  EXPECT_EQ(reservation.bytes(), FramePool::rounded_bytes(1000));
  EXPECT_EQ(budget.used_bytes(), FramePool::rounded_bytes(1000));
}

TEST(FramePool, RoundsToFourClassesAnOctave) {
  EXPECT_EQ(FramePool::rounded_bytes(0), 1024u);
  EXPECT_EQ(FramePool::rounded_bytes(1024), 1024u);
  EXPECT_EQ(FramePool::rounded_bytes(1025), 1280u);
  EXPECT_EQ(FramePool::rounded_bytes(1281), 1536u);
  EXPECT_EQ(FramePool::rounded_bytes(1537), 1792u);
  EXPECT_EQ(FramePool::rounded_bytes(1793), 2048u);
  EXPECT_EQ(FramePool::rounded_bytes(1920 * 1080 * 3), 6 * kMiB);
}

TEST(FramePool, RoundsUpByLessThanAQuarterAndToWholeCacheLines) {
  for (std::uint64_t bytes = 1024; bytes < (1u << 24); bytes += 977) {
    const auto rounded = FramePool::rounded_bytes(bytes);
    ASSERT_GE(rounded, bytes);
    ASSERT_LE(rounded, bytes + bytes / 4);
    ASSERT_EQ(rounded % 64, 0u);
    ASSERT_EQ(FramePool::rounded_bytes(rounded), rounded);
  }
}

TEST(FramePool, RefusesAnyAbsurdSize) {
  FrameBudget budget(kMiB);
  FramePool pool(budget);
  for (const auto bytes :
       {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX / 2, (SIZE_MAX >> 2) + 2, std::size_t{kMiB} + 1}) {
    const auto lease = pool.lend(bytes);
    ASSERT_FALSE(lease);
    EXPECT_EQ(lease.error().code, ErrorCode::ImageTooLarge);
  }
  EXPECT_EQ(budget.used_bytes(), 0u);
}

TEST(FramePool, LendsAlignedBuffersThatCanBeWrittenToTheirEnds) {
  FrameBudget budget(64 * kMiB);
  FramePool pool(budget);
  for (const std::size_t bytes :
       {std::size_t{1}, std::size_t{5000}, std::size_t{2 * kMiB}, std::size_t{7 * kMiB}}) {
    const auto lease = pool.lend(bytes);
    ASSERT_TRUE(lease);
    EXPECT_GE(lease->capacity(), bytes);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(lease->data()) % 64, 0u);
    std::ranges::fill(lease->bytes(), std::uint8_t{0xA5});
    EXPECT_EQ(lease->bytes().back(), 0xA5);
  }
}

TEST(FramePool, LendsTheBufferThatCameBackLast) {
  FrameBudget budget(kMiB);
  FramePool pool(budget);
  auto first = pool.lend(4096);
  auto second = pool.lend(4096);
  const auto* const last = second->data();
  first->release();
  second->release();
  EXPECT_EQ(pool.lend(4000)->data(), last);
}

TEST(FramePool, RefusesWhenTheBudgetIsUsedUp) {
  FrameBudget budget(8192);
  FramePool pool(budget);
  const auto first = pool.lend(8192);
  ASSERT_TRUE(first);
  const auto second = pool.lend(1);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Overloaded);
}

TEST(FramePool, PaysFromTheReservationFirst) {
  FrameBudget budget(8192);
  FramePool pool(budget);
  auto reservation = budget.reserve(8192);
  {
    const auto lease = pool.lend(4096, *reservation);
    ASSERT_TRUE(lease);
    EXPECT_EQ(reservation->bytes(), 4096u);
    EXPECT_EQ(budget.used_bytes(), 8192u);
  }
  EXPECT_EQ(budget.used_bytes(), 4096u);
}

TEST(FramePool, AddsFromTheBudgetWhatTheReservationLacks) {
  FrameBudget budget(8192);
  FramePool pool(budget);
  auto reservation = budget.reserve(1000);
  const auto lease = pool.lend(4096, *reservation);
  ASSERT_TRUE(lease);
  EXPECT_EQ(reservation->bytes(), 0u);
  EXPECT_EQ(budget.used_bytes(), 4096u);
}

TEST(FramePool, LendsOnAnEmptyReservationFromTheBudgetAlone) {
  FrameBudget budget(8192);
  FramePool pool(budget);
  Reservation none;
  EXPECT_TRUE(pool.lend(4096, none));
}

TEST(FramePool, ChargesForeignMemoryLikeABuffer) {
  FrameBudget budget(8192);
  FramePool pool(budget);
  Reservation none;
  const auto first = pool.charge(5000, none);
  ASSERT_TRUE(first);
  EXPECT_EQ(budget.used_bytes(), 5000u);
  EXPECT_EQ(pool.charge(5000, none).error().code, ErrorCode::Overloaded);
}

TEST(FramePool, FreesKeptBuffersOfOtherSizesBeforeItTakesMore) {
  FrameBudget budget(10 * kMiB);
  FramePool pool(budget);
  for (const auto size : {kMiB, 2 * kMiB, 3 * kMiB, 4 * kMiB}) {
    const auto lease = pool.lend(size);
    ASSERT_TRUE(lease);
  }
  EXPECT_EQ(pool.kept_bytes(), 10 * kMiB);
  const auto lease = pool.lend(5 * kMiB);
  ASSERT_TRUE(lease);
  EXPECT_EQ(pool.lent_bytes(), 5 * kMiB);
  EXPECT_EQ(pool.kept_bytes(), 3 * kMiB);  // Freed 4 and 3, the largest; 1 and 2 still fit.
}

TEST(FramePool, GivesKeptBuffersBackWhenTrimmed) {
  FrameBudget budget(10 * kMiB);
  FramePool pool(budget);
  const auto held = pool.lend(100);
  pool.lend(3 * kMiB)->release();
  EXPECT_EQ(pool.kept_bytes(), 3 * kMiB);
  pool.trim();
  EXPECT_EQ(pool.kept_bytes(), 0u);
  EXPECT_EQ(pool.lent_bytes(), 1024u);
}

TEST(FramePoolDeathTest, StopsTheProcessWhenItEndsBeforeALease) {
  EXPECT_DEATH(
      {
        FrameBudget budget(kMiB);
        std::optional<FramePool> pool;
        pool.emplace(budget);
        auto lease = pool->lend(1);
        pool.reset();
      },
      "check failed");
}

TEST(BufferLease, IsEmptyAfterItWasMovedFrom) {
  FrameBudget budget(kMiB);
  FramePool pool(budget);
  BufferLease source = std::move(pool.lend(1)).value();
  BufferLease target;
  target = std::move(source);
  EXPECT_TRUE(target);
  EXPECT_FALSE(source);  // NOLINT(bugprone-use-after-move): that is what is tested.
  EXPECT_EQ(source.capacity(), 0u);
}

TEST(BufferLease, ReturnsItsOldBufferWhenAssigned) {
  FrameBudget budget(kMiB);
  FramePool pool(budget);
  auto first = pool.lend(1);
  auto second = pool.lend(5000);
  *first = std::move(*second);
  EXPECT_EQ(pool.lent_bytes(), 5120u);
  EXPECT_EQ(budget.used_bytes(), 5120u);
}

TEST(BufferLease, ReleasedTwiceReturnsOnce) {
  FrameBudget budget(kMiB);
  FramePool pool(budget);
  auto lease = pool.lend(1);
  lease->release();
  lease->release();
  EXPECT_EQ(pool.kept_bytes(), 1024u);
}

// Writes who owns each buffer into its first and last byte, and reads it back before returning it.
void lend_and_verify(FramePool& pool, std::uint8_t owner) {
  for (std::size_t i = 0; i < 3000; ++i) {
    const std::size_t bytes = 1 + (i * 7919) % 200'000;
    const auto lease = pool.lend(bytes);
    if (!lease) continue;
    lease->data()[0] = owner;
    lease->data()[bytes - 1] = owner;
    std::this_thread::yield();
    ASSERT_EQ(lease->data()[0], owner);
    ASSERT_EQ(lease->data()[bytes - 1], owner);
  }
}

TEST(FramePool, LendsNoBufferTwiceAmongThreads) {
  FrameBudget budget(kMiB);
  FramePool pool(budget);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pool, t] { lend_and_verify(pool, static_cast<std::uint8_t>(t)); });
  }
  threads.clear();
  EXPECT_EQ(pool.lent_bytes(), 0u);
  EXPECT_EQ(budget.used_bytes(), 0u);
  EXPECT_LE(pool.kept_bytes(), kMiB);
}

TEST(FramePool, TakesBackOnAnotherThreadThanItLent) {
  FrameBudget budget(kMiB);
  FramePool pool(budget);
  auto lease = std::move(pool.lend(4096)).value();
  std::jthread([moved = std::move(lease)]() mutable { moved.release(); }).join();
  EXPECT_EQ(pool.lent_bytes(), 0u);
}

}  // namespace
}  // namespace framewright::engine
