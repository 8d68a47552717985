#include "engine/readiness.hpp"

#include <algorithm>

namespace framewright::engine {

void Readiness::set(const std::string& name, bool required, bool ready, const std::string& detail) {
  const std::lock_guard lock(mutex_);
  dependencies_[name] = Dependency{name, required, ready, detail};
}

void Readiness::drain() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

bool Readiness::draining() const {
  const std::lock_guard lock(mutex_);
  return draining_;
}

bool Readiness::ready() const {
  const std::lock_guard lock(mutex_);
  return !draining_ && std::all_of(dependencies_.begin(), dependencies_.end(), [](const auto& entry) {
    return entry.second.ready || !entry.second.required;
  });
}

std::vector<Dependency> Readiness::dependencies() const {
  const std::lock_guard lock(mutex_);
  std::vector<Dependency> all;
  all.reserve(dependencies_.size());
  for (const auto& [name, dependency] : dependencies_) all.push_back(dependency);
  return all;
}

}  // namespace framewright::engine
