// A WorkerLoad is what one worker holds and how long it takes: from that follow whether it has room for
// another frame, and when it would be done with it.
//
// Times are guesses from what was measured on this worker. Its pace is its time for a frame over the estimate
// of the cost model, so a slow node counts as slow. Its detour is the rest of the time until the answer, of
// frames that found it free: for a node that is the network. A detour that is not measured again fades, so
// that a node which was slow once is tried again.
//
// Threads   none: belongs to the CreditLedger.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/clock.hpp"
#include "engine/frame_task.hpp"

namespace framewright::engine {

using WorkerId = std::uint64_t;

/// What a worker may be given.
struct WorkerCredit {
  static constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

  Accelerator accelerator = Accelerator::Cpu;
  std::size_t frames = 1;
  /// Input bytes beyond which it is given no more; the frame that reaches the limit is still handed over.
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
  std::size_t at_a_time = 1;      ///< frames that it is given however long they take
  std::size_t workers = 1;        ///< frames that it works on at the same time
  std::size_t kept_for_live = 0;  ///< of its frames, that no job gets
  int device = 0;                 ///< for a local device: which one of its kind, below kMaxDevices
  bool remote = false;
  bool device_too = false;              ///< a node with CPU and CUDA workers, under one credit
  std::vector<std::string> lacks = {};  ///< filters of ours that it does not have

  bool serves(Accelerator kind) const noexcept {
    return kind == accelerator || (device_too && kind == Accelerator::Cuda);
  }
  bool has_filters_of(const Plan& plan) const noexcept;
  /// Whether it has the filters of the task's plan and is a device that the task may have.
  bool suits(const FrameTask& task) const noexcept;
};

class WorkerLoad {
 public:
  /// Time that a worker may hold beyond its first frames.
  static constexpr std::chrono::nanoseconds kPrefetch = std::chrono::milliseconds{1};

  explicit WorkerLoad(WorkerCredit credit);

  const WorkerCredit& credit() const noexcept { return credit_; }
  /// Holds it to so many frames; 0: none. Never more than its credit.
  void limit(std::size_t frames) noexcept { limit_ = frames; }
  void set_bytes(std::uint64_t bytes) noexcept { credit_.bytes = bytes; }
  /// Whether it takes frames of this kind, sooner or later.
  bool in_service(Accelerator kind) const noexcept { return limit_ > 0 && credit_.serves(kind); }
  bool has_room(Accelerator kind, WorkClass work_class) const noexcept;

  /// Until a frame that it is given now would be started.
  std::chrono::nanoseconds wait(SteadyTime now) const noexcept;
  /// Until the answer to a frame that it is given now, which the cost model puts at `estimate`.
  std::chrono::nanoseconds turnaround(std::chrono::nanoseconds estimate, SteadyTime now) const noexcept;
  /// Time until it would be through with all that it holds, if it started now.
  std::chrono::nanoseconds outstanding() const noexcept;

  void assign(FrameTaskPtr task, SteadyTime now);
  /// False when it does not hold that frame. What was answered teaches its pace and its detour.
  bool finish(const FrameTask* task, SteadyTime now);
  std::size_t held() const noexcept { return holdings_.size(); }
  std::vector<FrameTaskPtr> take_all();

 private:
  struct Holding {
    FrameTaskPtr task;
    SteadyTime since;
    bool found_it_free;  ///< so that it did not wait for others there
  };
  void learn(const Holding& holding, SteadyTime now) noexcept;
  std::chrono::nanoseconds detour(SteadyTime now) const noexcept;

  // Given.
  WorkerCredit credit_;
  std::size_t limit_;
  // Owned.
  std::vector<Holding> holdings_;
  std::uint64_t bytes_ = 0;  ///< of input, in the holdings
  std::chrono::nanoseconds load_{0};
  // Measured.
  SteadyTime busy_since_{};  ///< with the frame that it works on now
  double pace_ = 1;
  double detour_ns_ = 0;
  SteadyTime detour_at_{};
};

}  // namespace framewright::engine
