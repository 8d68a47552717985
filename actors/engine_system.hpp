// The EngineSystem is the actor system of one process: it starts the tree, offers it as a FrameService, and
// stops it in order. CAF does not show through.
//
// Threads   `cpu_workers` + 2 scheduler threads, so that coordination never waits for pixels; one for each
//           device and one for jobs beside them.
// Lifetime  stop() first, while the threads behind every Post still run; then those threads end, because CAF
//           keeps something of the system on each thread that ran an actor; then the destructor.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/frame_service.hpp"
#include "actors/gateway_name.hpp"
#include "engine/clock.hpp"
#include "engine/cluster_board.hpp"
#include "engine/device.hpp"
#include "engine/device_choice.hpp"
#include "engine/frame_pool.hpp"
#include "engine/job_events.hpp"
#include "engine/job_files.hpp"
#include "engine/job_store.hpp"
#include "engine/metrics.hpp"
#include "engine/readiness.hpp"
#include "engine/tracer.hpp"

namespace framewright::actors {

/// What jobs need; absent where there are none (`framewright process`).
struct JobServices {
  engine::JobStore& store;
  engine::JobNotifier& notifier;
  const engine::JobFiles& files;
  std::string owner;  ///< of leases: names this run of this process and no other
};

struct EngineServices {
  engine::FramePool& pool;
  engine::PlanCache& plans;
  engine::Metrics& metrics;
  engine::Readiness& readiness;
  const engine::Clock& clock;
  std::optional<JobServices> jobs = {};
  engine::Tracer* tracer = nullptr;  ///< none: no frame is recorded; outlives the system
};

/// This process as one of several. CAF's own port believes whoever reaches it, so it never leaves the
/// machine: what faces a network is a relay that connects to it.
struct ClusterSettings {
  engine::ClusterBoard& board;
  std::string id;       ///< of this run of this process: letters, digits and .:-_+
  std::string version;  ///< of the program
  std::string host;     ///< the machine's name, for people
  /// Where nodes may join; port 0 picks a free one. None: nowhere.
  std::optional<GatewayAddress> listen = {};
  /// How to reach other gateways; none where this process never joins any.
  std::function<engine::Result<GatewayAddress>(const GatewayName&)> reach = {};
  /// How long a node may have one frame.
  std::chrono::milliseconds frame_timeout = std::chrono::minutes{5};
};

struct EngineOptions {
  int cpu_workers = 1;  ///< 0: other nodes do the work
  std::vector<std::unique_ptr<engine::Device>> devices = {};
  std::chrono::nanoseconds batch_delay{0};  ///< that a small picture waits for others in front of a device
  engine::DeviceChoice* choice = nullptr;   ///< what `auto` means; none: a device wherever one can
  std::optional<ClusterSettings> cluster = {};
};

struct EngineCore;

class EngineSystem final : public FrameService {
 public:
  EngineSystem(EngineServices services, EngineOptions options);
  ~EngineSystem() override;

  /// Opens the port where nodes join. Returns its number.
  ///
  /// Errors   InvalidArgument (an address that is not of this machine alone), Conflict (the port is taken).
  engine::Result<int> listen();
  /// Says where other nodes find this one, "HOST:PORT", once it listens.
  void set_own_address(std::string address);
  /// Joins a gateway, for which this process works or, where it listens itself, whose workers it shares; does
  /// nothing where it has joined that one. Needs ClusterSettings::reach.
  void join(const GatewayName& gateway);
  /// Whether a gateway has welcomed this process.
  bool joined() const noexcept;
  /// Asks every gateway for no more work, and waits until all is answered, at most `timeout`; false when that
  /// was not enough.
  bool leave_cluster(std::chrono::milliseconds timeout);

  /// Frames that workers hold, those of nodes among them.
  std::uint64_t frames_running() const;
  /// Whether a device of this process takes frames now.
  bool has_device() const;
  /// Whether a gateway is there, or may come, for which this process works.
  bool in_cluster() const;

  engine::FlowId new_flow() override;
  engine::Result<std::unique_ptr<StreamHandle>> open_stream(engine::FlowId flow, StreamSettings settings,
                                                            std::shared_ptr<StreamEvents> events,
                                                            Post post) override;
  std::unique_ptr<UnaryHandle> process(UnaryRequest request, Post post,
                                       std::function<void(OutboundFrame)> done) override;

  /// Ends every actor; waits for those that run, at most `timeout`. False when some did not end: the process
  /// must then leave without unwinding.
  bool stop(std::chrono::milliseconds timeout);

 private:
  std::unique_ptr<EngineCore> core_;
};

}  // namespace framewright::actors
