#include "engine/latency_window.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace framewright::engine {
namespace {

constexpr std::chrono::milliseconds kSliceLength{250};
constexpr int kSmallestOctave = 14;  // 2^14 ns = 16 us

}  // namespace

std::int64_t LatencyWindow::slice_index(SteadyTime now) noexcept {
  return now.time_since_epoch() / kSliceLength;
}

std::size_t LatencyWindow::bucket_of(std::chrono::nanoseconds latency) noexcept {
  const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(latency.count(), 1LL << kSmallestOctave));
  const auto octave = static_cast<std::size_t>(std::bit_width(ns) - 1);
  const auto eighth = static_cast<std::size_t>(ns >> (octave - 3)) & (kBucketsPerOctave - 1);
  return std::min((octave - kSmallestOctave) * kBucketsPerOctave + eighth, kBuckets - 1);
}

std::chrono::nanoseconds LatencyWindow::middle_of(std::size_t bucket) noexcept {
  const auto eighth = std::int64_t{1} << (bucket / kBucketsPerOctave + kSmallestOctave - 3);
  const auto lower = eighth * static_cast<std::int64_t>(kBucketsPerOctave + bucket % kBucketsPerOctave);
  return std::chrono::nanoseconds{lower + eighth / 2};
}

void LatencyWindow::record(std::chrono::nanoseconds latency, SteadyTime now) {
  const auto index = slice_index(now);
  auto& slice = slices_[static_cast<std::size_t>(index % kSlices)];
  if (slice.index != index) slice = {.index = index};
  slice.count += 1;
  slice.buckets[bucket_of(latency)] += 1;
  if (first_index_ < 0) first_index_ = index;
}

std::chrono::nanoseconds LatencyWindow::percentile(double share, SteadyTime now) const {
  const auto oldest = slice_index(now) - kSlices + 1;
  std::array<std::uint64_t, kBuckets> sums{};
  std::uint64_t total = 0;
  for (const auto& slice : slices_) {
    if (slice.index < oldest) continue;
    total += slice.count;
    for (std::size_t i = 0; i < kBuckets; ++i) sums[i] += slice.buckets[i];
  }
  if (total == 0) return std::chrono::nanoseconds{0};
  const auto rank = std::max(1.0, std::ceil(share * static_cast<double>(total)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += sums[i];
    if (static_cast<double>(seen) >= rank) return middle_of(i);
  }
  return middle_of(kBuckets - 1);
}

double LatencyWindow::frames_per_second(SteadyTime now) const {
  const auto current = slice_index(now);
  const auto complete = std::min(kSlices - 1, current - first_index_);
  if (first_index_ < 0 || complete <= 0) return 0;
  std::uint64_t count = 0;
  for (const auto& slice : slices_) {
    if (slice.index < current && slice.index >= current - complete) count += slice.count;
  }
  const std::chrono::duration<double> covered = complete * kSliceLength;
  return static_cast<double>(count) / covered.count();
}

}  // namespace framewright::engine
