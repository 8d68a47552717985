// The CreditLedger knows which worker may take another frame, and which frames each worker holds.
//
// A worker that was offered with credit n holds at most n frames. Beyond the first it is given another only
// while the estimated time of what it holds is under `kPrefetch`: heavy frames are bound late, so that the
// queue stays fair, and tiny ones are handed over in numbers, so that the worker never waits for the next.
//
// A remote node is one more worker. It works on several frames at a time, is also limited in bytes, because
// what it holds lies on a link or in its memory, and is only asked when no local worker has room: the network
// pays where this machine is busy. Of two remote candidates, drawn at random, the one with less outstanding
// time for each of its workers is taken: several gateways that share nodes would otherwise all run after the
// same one.
//
// Threads   one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/frame_task.hpp"

namespace framewright::engine {

using WorkerId = std::uint64_t;

/// What a worker may be given.
struct WorkerCredit {
  Accelerator accelerator = Accelerator::Cpu;
  std::size_t frames = 1;
  /// Input bytes beyond which it is given no more; the frame that reaches the limit is still handed over.
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
  std::size_t at_a_time = 1;  ///< frames that it works on at the same time
  bool remote = false;
  bool device_too = false;  ///< a node with CPU and CUDA workers, under one credit

  bool serves(Accelerator kind) const noexcept {
    return kind == accelerator || (device_too && kind == Accelerator::Cuda);
  }
};

class CreditLedger {
 public:
  static constexpr std::chrono::nanoseconds kPrefetch = std::chrono::milliseconds{1};

  void add(WorkerId worker, WorkerCredit credit);
  /// A worker that takes nothing more; what it holds stays until it finishes.
  void retire(WorkerId worker);
  /// Forgets a worker and returns what it held.
  std::vector<FrameTaskPtr> remove(WorkerId worker);

  /// A worker of this kind that may take another frame: the least loaded local one, or else a remote one.
  /// None when all are busy.
  std::optional<WorkerId> choose(Accelerator accelerator);
  /// Hands a frame to a worker that choose() named; it weighs task->estimated_cost.
  void assign(WorkerId worker, FrameTaskPtr task);
  /// Takes a frame off its worker; false when that worker does not hold it.
  bool finish(WorkerId worker, const FrameTask* task);

  /// Whether a worker of this kind is in service.
  bool has(Accelerator accelerator) const noexcept;
  std::size_t held() const noexcept;

 private:
  struct Worker {
    WorkerId id = 0;
    WorkerCredit credit = {};
    std::vector<FrameTaskPtr> holdings = {};
    std::uint64_t bytes = 0;  ///< of input, in the holdings
    std::chrono::nanoseconds load{0};

    bool has_room(Accelerator kind) const noexcept;
    /// Time until a frame that it is given now is started, about.
    std::chrono::nanoseconds wait() const noexcept;
  };
  Worker* find(WorkerId worker) noexcept;

  // Owned.
  std::vector<Worker> workers_;
  std::minstd_rand draw_;  ///< need not be hard to guess, and tests want the same draws
};

}  // namespace framewright::engine
