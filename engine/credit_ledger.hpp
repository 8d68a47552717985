// The CreditLedger knows which worker may take another frame, and which frames each worker holds.
//
// A worker that was offered with credit n holds at most n frames. Beyond the first it is given another only
// while the estimated time of what it holds is under `kPrefetch`: heavy frames are bound late, so that the
// queue stays fair, and tiny ones are handed over in numbers, so that the worker never waits for the next.
//
// Threads   one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/frame_task.hpp"

namespace framewright::engine {

using WorkerId = std::uint64_t;

class CreditLedger {
 public:
  static constexpr std::chrono::nanoseconds kPrefetch = std::chrono::milliseconds{1};

  void add(WorkerId worker, Accelerator accelerator, int credit);
  /// A worker that takes nothing more; what it holds stays until it finishes.
  void retire(WorkerId worker);
  /// Forgets a worker and returns what it held.
  std::vector<FrameTaskPtr> remove(WorkerId worker);

  /// The least loaded worker of this kind that may take another frame; none when all are busy.
  std::optional<WorkerId> choose(Accelerator accelerator) const;
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
    Accelerator accelerator = Accelerator::Cpu;
    std::size_t credit = 0;
    std::vector<FrameTaskPtr> holdings = {};
    std::chrono::nanoseconds load{0};
  };
  Worker* find(WorkerId worker) noexcept;

  std::vector<Worker> workers_;
};

}  // namespace framewright::engine
