// What is counted, as lock-free cells. The metrics library's own histogram takes a lock for each value, and
// looking one up by labels builds strings: too much for every frame, so the library only collects and writes
// them.
//
// Threads   any thread may count while another reads; a reader sees each cell as it is at that moment.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>

namespace framewright::app {

using Counter = std::atomic<std::uint64_t>;
using Level = std::atomic<std::int64_t>;

/// Latencies in fixed buckets from 50 microseconds to 10 seconds.
class LatencyHistogram {
 public:
  static constexpr std::array<std::int64_t, 17> kBoundsUs{
      50,     100,     250,     500,     1000,      2500,      5000,      10'000,    25'000,
      50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};
  static constexpr std::size_t kBuckets = kBoundsUs.size() + 1;  ///< the last takes what is longer

  struct Snapshot {
    std::array<std::uint64_t, kBuckets> counts{};
    double sum_seconds = 0;
  };

  /// A latency on a bound belongs to the bucket that the bound closes.
  void record(std::chrono::nanoseconds latency) noexcept {
    std::size_t bucket = 0;
    while (bucket < kBoundsUs.size() && latency > std::chrono::microseconds{kBoundsUs[bucket]}) ++bucket;
    counts_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_ns_.fetch_add(latency.count() > 0 ? static_cast<std::uint64_t>(latency.count()) : 0,
                      std::memory_order_relaxed);
  }

  Snapshot snapshot() const noexcept {
    Snapshot snapshot;
    for (std::size_t i = 0; i < kBuckets; ++i)
      snapshot.counts[i] = counts_[i].load(std::memory_order_relaxed);
    snapshot.sum_seconds = static_cast<double>(sum_ns_.load(std::memory_order_relaxed)) * 1e-9;
    return snapshot;
  }

 private:
  std::array<Counter, kBuckets> counts_{};
  Counter sum_ns_{0};
};

/// Cells by the values of N labels, at most `limit` combinations: of later ones the last label becomes
/// "other".
///
/// Lifetime  a cell stays where it is as long as this object.
template <class Cell, std::size_t N>
class Labelled {
 public:
  using Labels = std::array<std::string_view, N>;

  explicit Labelled(std::size_t limit) : limit_(limit) {}

  Cell& at(Labels labels) {
    {
      const std::shared_lock lock(mutex_);
      if (const auto found = cells_.find(labels); found != cells_.end()) return found->second;
    }
    const std::unique_lock lock(mutex_);
    if (cells_.size() >= limit_ && !cells_.contains(labels)) labels.back() = "other";
    std::array<std::string, N> owned;
    for (std::size_t i = 0; i < N; ++i) owned[i] = labels[i];
    return cells_[std::move(owned)];
  }

  template <class Visit>
  void for_each(Visit visit) const {
    const std::shared_lock lock(mutex_);
    for (const auto& [labels, cell] : cells_) visit(labels, cell);
  }

 private:
  struct Less {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      for (std::size_t i = 0; i < N; ++i) {
        if (const int order = std::string_view(a[i]).compare(b[i]); order != 0) return order < 0;
      }
      return false;
    }
  };

  // Given.
  const std::size_t limit_;
  // Owned.
  mutable std::shared_mutex mutex_;
  std::map<std::array<std::string, N>, Cell, Less> cells_;
};

}  // namespace framewright::app
