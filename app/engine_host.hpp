// The EngineHost is the engine of one process: frame memory, plans, readiness and actors, wired from the
// settings.
//
// Lifetime  members are destroyed in reverse order; stop() comes before that, while the executors of clients
//           run.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/engine_system.hpp"
#include "config/settings.hpp"
#include "engine/cluster_board.hpp"
#include "engine/device.hpp"
#include "engine/device_choice.hpp"
#include "engine/frame_budget.hpp"
#include "engine/frame_pool.hpp"
#include "engine/metrics.hpp"
#include "engine/plan.hpp"
#include "engine/readiness.hpp"

namespace framewright::app {

/// What this process is to others.
struct EngineRole {
  std::optional<int> cpu_workers = {};  ///< none: as the settings say; 0: other nodes do the work
  std::optional<actors::GatewayAddress> listen = {};
  /// How gateways are reached that this process joins; none where it joins none.
  std::function<engine::Result<actors::GatewayAddress>(const actors::GatewayName&)> reach = {};
};

class EngineHost {
 public:
  EngineHost(const config::Settings& settings, engine::Metrics& metrics, EngineRole role = {});

  /// Starts the actors; with `jobs` also the job runner. A `tracer` outlives them.
  void start(std::optional<actors::JobServices> jobs, engine::Tracer* tracer = nullptr);
  /// Ends the actors; false when some did not end within `timeout`.
  bool stop(std::chrono::milliseconds timeout);

  engine::FramePool& pool() noexcept { return pool_; }
  engine::PlanCache& plans() noexcept { return plans_; }
  engine::Readiness& readiness() noexcept { return readiness_; }
  actors::FrameService& frames() noexcept { return *system_; }
  actors::EngineSystem& system() noexcept { return *system_; }
  engine::ClusterBoard& cluster() noexcept { return cluster_; }
  /// What `auto` means here for a picture that finds every worker idle.
  engine::Choice choose_accelerator(const engine::ChoiceSubject& subject) const;
  const std::string& node_id() const noexcept { return node_id_; }
  /// This process as one node among others, once it has been started.
  engine::ClusterNode describe() const;
  /// Whether nodes may join here.
  bool listens() const noexcept { return role_.listen.has_value(); }
  int cpu_workers() const noexcept { return cpu_workers_; }

 private:
  void tell_why_no_devices(bool is_server) const;
  std::vector<std::unique_ptr<engine::Device>> find_devices(bool is_server);
  void compare_with_cpu(std::vector<std::unique_ptr<engine::Device>>& devices);

  // Given.
  const config::Settings& settings_;
  engine::Metrics& metrics_;
  const EngineRole role_;
  const int cpu_workers_;
  // Owned.
  const std::string host_name_;
  const std::string node_id_;
  engine::FrameBudget budget_;
  engine::FramePool pool_;
  engine::PlanCache plans_;
  engine::Readiness readiness_;
  engine::ClusterBoard cluster_;
  bool is_compared_ = false;  ///< with the CPU: devices were found
  /// Does not answer, and so cannot end before what it was given.
  std::unique_ptr<engine::Device> lost_device_;
  engine::DeviceChoice choice_;
  std::unique_ptr<actors::EngineSystem> system_;
};

using ChooseAccelerator = std::function<engine::Choice(const engine::ChoiceSubject&)>;

/// What `auto` means on this machine, as far as is known now: nothing is started, measured or written.
ChooseAccelerator known_choice(const config::Settings& settings);

/// The limits on pictures that the settings give.
engine::ImageLimits image_limits_of(const config::Settings& settings) noexcept;

}  // namespace framewright::app
