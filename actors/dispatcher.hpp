// The dispatcher binds frames to workers, late: a frame leaves the fair queue only when a worker has credit
// for it.
//
// It has no executor of its own (see ExecutorActor): a worker that is done runs it, and so finds its next
// frame in its mailbox when it looks there, instead of sleeping while another thread is woken and wakes it.
// Whoever submits a lone frame runs it too, and wakes the worker and no other thread. Of many frames an io
// thread only leaves a note, since it has sockets to read, and the dispatcher takes them at once.
//
// Messages  submit ErrandPtr     queue a frame; answered as overloaded when the queue is full
//           offer WorkerOffer    a worker with credit; it is monitored from then on
//           started              answered with true, once all that its sender has sent before was handled
//           retire               from a worker: no more frames for it
//           limit frames         from a worker: no more than so many at a time
//           credit bytes         from a remote worker: of input, from now on
//           give_back ErrandPtr, why   from a remote worker: its node will not answer this, run it elsewhere
//           leave why            from a remote worker: likewise all that it holds, and it leaves; answered by
//                                `released`, after which it may end
//           done ErrandPtr       from a worker: its credit is free again, the frame's cost is charged to its
//           flow
//
// A client that goes drops its queued frames itself (FrameTask::drop); the queue sweeps them out.
#pragma once

#include <array>
#include <atomic>
#include <caf/all.hpp>
#include <deque>
#include <unordered_map>

#include "actors/executor_actor.hpp"
#include "actors/messages.hpp"
#include "engine/clock.hpp"
#include "engine/cost_model.hpp"
#include "engine/credit_ledger.hpp"
#include "engine/device_choice.hpp"
#include "engine/fair_queue.hpp"

namespace framewright::actors {

/// Written by the dispatcher, read by metrics.
struct DispatcherGauges {
  std::atomic<std::uint64_t> queued{0};
  std::atomic<std::uint64_t> running{0};
  std::atomic<bool> has_cuda{false};
  std::atomic<std::uint64_t> local_devices{0};  ///< CUDA devices of this process, a bit for each
  std::atomic<bool> has_workers{false};         ///< of any node, or of this one where they are being started
  std::atomic<engine::SteadyTime> submitted_at{};  ///< the last frame
};

struct DispatcherOptions {
  const engine::Clock& clock;
  engine::FairQueueLimits queue;
  DispatcherGauges& gauges;
  bool local_workers = true;  ///< otherwise frames are refused while no node is in service
  /// What `auto` means where this process has workers of both kinds; none: a device wherever one can.
  const engine::DeviceChoice* choice = nullptr;
};

/// Whether the frame that comes now is a lone one: none runs, and none came just before it.
bool is_quiet(const DispatcherOptions& options);

struct DispatcherState {
  static inline const char* name = "dispatcher";

  /// What waits for one kind of worker.
  struct Lane {
    engine::Accelerator accelerator;
    engine::FairQueue queue;
    /// Left the queue and goes before it: its node did not answer, or no worker that suits it has room.
    std::deque<ErrandPtr> aside = {};
  };

  // Owned.
  std::vector<Lane> lanes;
  engine::CreditLedger ledger;
  engine::CostModel costs;
  std::unordered_map<engine::WorkerId, caf::actor> workers;
};

class DispatcherActor final : public caf::stateful_actor<DispatcherState, ExecutorActor> {
 public:
  DispatcherActor(caf::actor_config& config, Post post, DispatcherOptions options)
      : stateful_actor(config, std::move(post), [options] { return is_quiet(options); }), options_(options) {}
  caf::behavior make_behavior() override;

 private:
  // Given.
  const DispatcherOptions options_;
};

}  // namespace framewright::actors
