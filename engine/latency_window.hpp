// A LatencyWindow knows how many answers the last second brought and how long they took, in fixed memory.
//
// Memory    five slices of a quarter second, each a histogram with eight buckets to an octave: percentiles
//           are exact to 5 percent between 16 microseconds and 68 seconds.
// Threads   none: belongs to one actor.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "engine/clock.hpp"

namespace framewright::engine {

class LatencyWindow {
 public:
  void record(std::chrono::nanoseconds latency, SteadyTime now);

  /// The latency that `share` (0 to 1) of the recent answers stayed within; zero when there was none.
  std::chrono::nanoseconds percentile(double share, SteadyTime now) const;
  /// Answers a second, over the last second or as much of it as there was.
  double frames_per_second(SteadyTime now) const;

 private:
  static constexpr std::int64_t kSlices = 5;  ///< four complete ones and the one that is being filled
  static constexpr std::size_t kOctaves = 22;
  static constexpr std::size_t kBucketsPerOctave = 8;
  static constexpr std::size_t kBuckets = kOctaves * kBucketsPerOctave;

  struct Slice {
    std::int64_t index = -1;  ///< quarter seconds since the clock's start
    std::uint32_t count = 0;
    std::array<std::uint32_t, kBuckets> buckets{};
  };

  static std::size_t bucket_of(std::chrono::nanoseconds latency) noexcept;
  static std::chrono::nanoseconds middle_of(std::size_t bucket) noexcept;
  static std::int64_t slice_index(SteadyTime now) noexcept;

  // Measured.
  std::array<Slice, kSlices> slices_{};
  std::int64_t first_index_ = -1;
};

}  // namespace framewright::engine
