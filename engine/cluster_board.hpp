// The ClusterBoard says which nodes work for this process, and passes on that one should be drained.
//
// Threads   every method may be called from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/circuit_breaker.hpp"
#include "engine/clock.hpp"
#include "engine/media.hpp"

namespace framewright::engine {

enum class NodeState : std::uint8_t { Ready, Draining };
std::string_view to_string(NodeState state) noexcept;  ///< "ready", "draining"

struct ClusterNode {
  std::string id;
  std::string role;  ///< "gateway", "worker"
  NodeState state = NodeState::Ready;
  BreakerState breaker = BreakerState::Closed;  ///< while open, it is given no work
  std::string address;
  std::string version;
  std::vector<Accelerator> accelerators;
  std::uint32_t workers = 0;
  /// Frames that it holds for each that it works on at a time.
  double load = 0;
  WallTime last_seen_at{};
  std::uint64_t frames_held = 0;
  std::uint64_t frames_answered = 0;    ///< by a worker, for this process
  std::uint64_t frames_given_back = 0;  ///< that it did not answer
};

class ClusterBoard {
 public:
  void put(ClusterNode node);
  void remove(const std::string& id);
  std::vector<ClusterNode> nodes() const;  ///< by id
  /// How many workers take work.
  std::size_t ready_nodes() const;

  /// Who drains nodes; set to nothing when that ends.
  void on_drain(std::function<void(const std::string& id)> drain);
  /// Asks for it; false when no such node is here.
  bool drain(const std::string& id);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, ClusterNode> nodes_;
  std::function<void(const std::string& id)> drain_;
};

}  // namespace framewright::engine
