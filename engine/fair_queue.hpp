// The FairQueue decides whose frame is worked on next: flows share the workers by the worker time they use.
//
// Start-time fair queueing (Goyal, Vin, Cheng 1996) with worker time as the cost: every flow has a virtual
// time that grows by the cost of its frames, and the flow that is furthest behind is served. A flow that was
// idle starts where the others are now, so that nobody saves up credit. Live flows as a class have
// kLiveWeight times the weight of jobs as a class: jobs get what live work leaves, and 1/9 of the workers
// when live work leaves nothing.
//
// Memory    at most limits.tasks entries and limits.bytes of input; push() refuses more. Entries of frames
//           that were dropped meanwhile are swept out when a flow's list has doubled, so they never outnumber
//           the rest.
// Threads   none: belongs to one actor.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/frame_task.hpp"

namespace framewright::engine {

struct FairQueueLimits {
  std::size_t tasks = 4096;
  std::uint64_t bytes = 256ULL << 20;
};

class FairQueue {
 public:
  static constexpr std::int64_t kLiveWeight = 8;
  /// How far a newcomer may start before its fair share, so that an endless row of new flows starves no old
  /// one.
  static constexpr std::chrono::milliseconds kNewcomerCredit{100};

  struct Popped {
    FrameTaskPtr task;                  ///< to be worked on, in phase Running; none when nothing waits
    std::vector<FrameTaskPtr> expired;  ///< given up on the way: Dropped, with `dropped` and `answer` set
  };

  explicit FairQueue(FairQueueLimits limits) noexcept : limits_(limits) {}

  /// Appends a frame in phase Queued to its flow. All frames of one flow have one work class.
  ///
  /// Errors   Overloaded when the queue holds its limit of frames or bytes; the frame is untouched.
  Result<void> push(FrameTaskPtr task, std::chrono::nanoseconds estimated_cost);

  /// Starts the first frame of the flow that has used least, charging it the estimate. O(log flows), plus the
  /// frames that were dropped or have expired on the way. While others wait, a frame that would be done only
  /// after its deadline has expired, too: the time for it would be lost. Down to Live: takes no job's.
  Popped pop(SteadyTime now, WorkClass down_to = WorkClass::Job);

  /// Corrects the estimate of a popped frame. Owed exactly once for each, also for those that failed.
  void charge(const FrameTask& task, std::chrono::nanoseconds measured_cost);

  /// Forgets a flow whose client has gone. Returns its waiting frames, Dropped as Closed.
  std::vector<FrameTaskPtr> drop_flow(FlowId id);

  /// Takes out everything that waits, still Queued and uncharged, flow by flow: their workers are gone.
  std::vector<FrameTaskPtr> take_all();

  /// Entries, with those of dropped frames that were not swept out yet.
  std::size_t size() const noexcept { return size_; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  /// Estimated worker time of all entries.
  std::chrono::nanoseconds cost() const noexcept { return cost_; }
  /// Flows that are remembered: those with frames waiting or running, and those that are ahead of the others.
  std::size_t flows() const noexcept { return flows_.size(); }

 private:
  struct Entry {
    FrameTaskPtr task;
    std::uint64_t bytes;
    std::chrono::nanoseconds cost;
  };
  struct Flow {
    WorkClass work_class = WorkClass::Live;
    std::int64_t virtual_ns = 0;
    std::size_t running = 0;
    std::size_t sweep_at = 16;
    bool closed = false;
    std::deque<Entry> waiting = {};
  };
  using ByVirtualTime = std::set<std::pair<std::int64_t, FlowId>>;
  struct Class {
    std::int64_t virtual_ns = 0;  ///< of the class among classes
    std::int64_t start_ns = 0;    ///< virtual time of the last flow served
    std::int64_t fair_ns = 0;     ///< what an even split among the active flows would have given each
    std::size_t flows = 0;
    ByVirtualTime ready = {};  ///< flows with frames waiting
    /// flows without any frame that have used more than newcomers start with
    ByVirtualTime ahead = {};
    std::int64_t newcomer_ns() const noexcept;
  };

  Class& class_of(const Flow& flow) noexcept { return classes_[static_cast<std::size_t>(flow.work_class)]; }
  Class* next_class(WorkClass down_to) noexcept;
  bool is_full(const FrameTask& task) const noexcept;
  Flow& detach(FlowId id, WorkClass work_class);
  void settle(FlowId id, Flow& flow);
  void forget(Class& group, ByVirtualTime::iterator ahead);
  void add_cost(Flow& flow, std::int64_t cost_ns) noexcept;
  SteadyTime expected_end(const FrameTask& task, SteadyTime now) const noexcept;
  FrameTaskPtr start_first(Flow& flow, SteadyTime now, std::vector<FrameTaskPtr>& expired);
  void sweep(Flow& flow);
  void count(const Entry& entry) noexcept;
  void discount(const Entry& entry) noexcept;
  void remove_front(Flow& flow);

  // Given.
  const FairQueueLimits limits_;
  // Owned.
  std::array<Class, 2> classes_;
  std::unordered_map<FlowId, Flow> flows_;
  std::int64_t class_start_ns_ = 0;
  // Measured.
  std::size_t size_ = 0;
  std::uint64_t bytes_ = 0;
  std::chrono::nanoseconds cost_{0};
};

}  // namespace framewright::engine
