// The Readiness board: what the process needs to do its work, and whether it has it.
//
// Threads   every method may be called from any thread.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace framewright::engine {

struct Dependency {
  std::string name;
  bool required = true;
  bool ready = false;
  std::string detail;
};

class Readiness {
 public:
  /// Declares or changes one dependency.
  void set(const std::string& name, bool required, bool ready, const std::string& detail);
  /// From now on nothing is ready: the process drains.
  void drain();
  bool draining() const;
  /// False while a required dependency is down or the process drains.
  bool ready() const;
  std::vector<Dependency> dependencies() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Dependency> dependencies_;
  bool draining_ = false;
};

}  // namespace framewright::engine
