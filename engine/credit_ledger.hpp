// The CreditLedger knows which worker may take another frame, and which frames each worker holds.
//
// A worker that was offered with credit n holds at most n frames. Beyond the first it is given another only
// while the estimated time of what it holds is under a millisecond: heavy frames are bound late, so that the
// queue stays fair, and tiny ones are handed over in numbers, so that the worker never waits for the next. A
// device is given as many heavy ones as its slots need.
//
// Of the local workers the one with the least outstanding time gets the frame, by what it was seen to take: a
// machine has few, so all are looked at, and a device that is slower than another gets less. A frame may be
// pinned to one device.
//
// A remote node is one more worker. It works on several frames at a time, is also limited in bytes, because
// what it holds lies on a link or in its memory, and is asked only when no local worker has room and the
// network pays: when its answer would be here before the workers of this machine were through with what they
// hold and with what waits. Of two remote candidates, drawn at random, the one that would answer first is
// taken: several gateways that share nodes would otherwise all run after the same one.
//
// Threads   one at a time.
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "engine/frame_task.hpp"
#include "engine/worker_load.hpp"

namespace framewright::engine {

/// Estimated times of what waits.
struct Demand {
  std::chrono::nanoseconds next{0};  ///< of the frame that is to be placed
  std::chrono::nanoseconds all{0};   ///< of all that wait, that frame included
};

class CreditLedger {
 public:
  void add(WorkerId worker, WorkerCredit credit);
  /// A worker that takes nothing more; what it holds stays until it finishes.
  void retire(WorkerId worker) { limit(worker, 0); }
  /// Holds a worker to so many frames at a time; WorkerCredit::kAny: as many as it offered.
  void limit(WorkerId worker, std::size_t frames);
  /// Changes the bytes of a worker's credit. What it holds beyond them stays.
  void set_bytes(WorkerId worker, std::uint64_t bytes);
  /// Forgets a worker and returns what it held.
  std::vector<FrameTaskPtr> remove(WorkerId worker);

  /// A worker of this kind that may take another frame of such work: the least loaded local one, or else a
  /// remote one. None when all are busy, or the network would not pay.
  std::optional<WorkerId> choose(Accelerator kind, WorkClass work_class, Demand demand, SteadyTime now);
  /// The same for one frame: a worker that suits it and, where there is any other in service, is none
  /// of those that had it in vain.
  std::optional<WorkerId> choose_for(const FrameTask& task, Accelerator kind,
                                     std::span<const WorkerId> in_vain, Demand demand, SteadyTime now);
  /// Whether a worker that choose() named suits this frame.
  bool can_run(WorkerId worker, const FrameTask& task) const;

  /// Until a frame of this kind would be started by a worker of this process, behind others that wait and
  /// together take `before`. None where no such worker is in service.
  std::optional<std::chrono::nanoseconds> local_wait(Accelerator kind, std::chrono::nanoseconds before,
                                                     SteadyTime now) const noexcept;

  /// Hands a frame to a worker that was chosen; it weighs task->estimated_cost.
  void assign(WorkerId worker, FrameTaskPtr task, SteadyTime now);
  /// Takes a frame off its worker; false when that worker does not hold it.
  bool finish(WorkerId worker, const FrameTask* task, SteadyTime now);

  /// Whether a worker of this kind is in service.
  bool has(Accelerator kind) const noexcept;
  /// Whether one of this process is.
  bool has_local(Accelerator kind) const noexcept;
  /// Whether one that suits this frame is.
  bool has_for(Accelerator kind, const FrameTask& task) const noexcept;
  /// The CUDA devices of this process that are in service, a bit for each.
  std::uint64_t local_devices() const noexcept;
  std::size_t held() const noexcept;

 private:
  struct Worker {
    WorkerId id;
    WorkerLoad load;
  };
  Worker* find(WorkerId worker) noexcept;
  const Worker* find(WorkerId worker) const noexcept;
  template <class Fits>
  std::optional<WorkerId> choose_of(Accelerator kind, WorkClass work_class, Demand demand, SteadyTime now,
                                    Fits fits);
  const Worker& better_of_two(std::vector<const Worker*>& remote, Demand demand, SteadyTime now);

  // Owned.
  std::vector<Worker> workers_;
  std::minstd_rand draw_;  ///< need not be hard to guess, and tests want the same draws
};

}  // namespace framewright::engine
