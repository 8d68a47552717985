// Which work of a slot is worth a graph, and the graphs that there are: a bounded number, of the latest work.
//
// Memory    an entry for each piece of work; a graph ends with its entry.
// Threads   one at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "kernels/device_step.hpp"

namespace framewright::kernels {

/// Says what is done with pictures of one shape. The caller gives out the numbers.
struct WorkName {
  std::uint64_t plan = 0;     ///< 0 names nothing
  std::uint64_t variant = 0;  ///< of it
};

/// Work that is launched alike.
struct GraphKey {
  WorkName work;
  DeviceShape in;

  bool operator==(const GraphKey& other) const {
    return work.plan == other.work.plan && work.variant == other.work.variant &&
           in.width_px == other.in.width_px && in.height_px == other.in.height_px &&
           in.channels == other.in.channels;
  }
};

/// How often what was done, since the start.
struct GraphCounts {
  std::uint64_t replayed = 0;
  std::uint64_t captured = 0;
  std::uint64_t direct = 0;   ///< launched one by one: new work, and what has no graph
  std::uint64_t refused = 0;  ///< of captures: the driver would not have it
  std::uint64_t dropped = 0;  ///< graphs that others took the place of

  void add(const GraphCounts& other) {
    replayed += other.replayed;
    captured += other.captured;
    direct += other.direct;
    refused += other.refused;
    dropped += other.dropped;
  }
};

/// What to do with work: launch it step by step, make a graph of it, or launch the graph that it has.
enum class GraphTurn : std::uint8_t { Direct, Capture, Replay };

template <typename Graph>
class GraphCache {
 public:
  /// Keeps at least one.
  explicit GraphCache(std::size_t bound) : bound_(bound) { entries_.reserve(bound); }

  /// Work is captured when it comes the second time, because what comes once would pay for a graph and have
  /// nothing of it. What keep(), refuse() and graph() are about from now on.
  GraphTurn take(const GraphKey& key) {
    auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; });
    if (entry == entries_.end()) {
      begin(key);
      return GraphTurn::Direct;
    }
    std::rotate(entries_.begin(), entry, entry + 1);
    Entry& latest = entries_.front();
    if (latest.graph) ++counts_.replayed;
    if (latest.is_refused) ++counts_.direct;
    if (latest.graph) return GraphTurn::Replay;
    return latest.is_refused ? GraphTurn::Direct : GraphTurn::Capture;
  }

  void keep(Graph graph) {
    entries_.front().graph = std::make_unique<Graph>(std::move(graph));
    ++counts_.captured;
  }
  /// Not tried again as long as it is remembered.
  void refuse() {
    entries_.front().is_refused = true;
    ++counts_.refused;
  }
  Graph& graph() { return *entries_.front().graph; }
  const GraphCounts& counts() const { return counts_; }

 private:
  struct Entry {
    GraphKey key;
    std::unique_ptr<Graph> graph = nullptr;
    bool is_refused = false;
  };

  void begin(const GraphKey& key) {
    ++counts_.direct;
    if (entries_.size() == bound_) {
      if (entries_.back().graph) ++counts_.dropped;
      entries_.pop_back();
    }
    entries_.insert(entries_.begin(), Entry{key});
  }

  // Given.
  std::size_t bound_;
  // Owned.
  std::vector<Entry> entries_;  ///< latest first
  // Measured.
  GraphCounts counts_;
};

}  // namespace framewright::kernels
