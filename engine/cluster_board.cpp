#include "engine/cluster_board.hpp"

#include <algorithm>

#include "engine/check.hpp"

namespace framewright::engine {

std::string_view to_string(NodeState state) noexcept {
  switch (state) {
    case NodeState::Ready: return "ready";
    case NodeState::Draining: return "draining";
  }
  check_failed("a NodeState outside its list", __FILE__, __LINE__);
}

void ClusterBoard::put(ClusterNode node) {
  const std::lock_guard lock(mutex_);
  nodes_.insert_or_assign(node.id, std::move(node));
}

void ClusterBoard::remove(const std::string& id) {
  const std::lock_guard lock(mutex_);
  nodes_.erase(id);
}

std::vector<ClusterNode> ClusterBoard::nodes() const {
  const std::lock_guard lock(mutex_);
  std::vector<ClusterNode> all;
  for (const auto& [id, node] : nodes_) all.push_back(node);
  return all;
}

std::size_t ClusterBoard::ready_nodes() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(std::count_if(nodes_.begin(), nodes_.end(), [](const auto& entry) {
    const auto& node = entry.second;
    return node.role == "worker" && node.state == NodeState::Ready && node.breaker != BreakerState::Open;
  }));
}

void ClusterBoard::on_drain(std::function<void(const std::string& id)> drain) {
  const std::lock_guard lock(mutex_);
  drain_ = std::move(drain);
}

bool ClusterBoard::drain(const std::string& id) {
  const std::lock_guard lock(mutex_);
  if (!nodes_.contains(id) || !drain_) return false;
  drain_(id);
  return true;
}

}  // namespace framewright::engine
