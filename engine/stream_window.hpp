// A StreamWindow is one stream without its actor: who gets a place, what is dropped, and in which order
// answers leave.
//
// A frame holds its place from admit() until it is dropped or its answer is acknowledged, so that a client
// that does not read its answers stops its own stream and nothing else. When every place of a Latest stream
// is held by a frame that has started, the newest one is kept beyond the window until a place is free.
//
// Memory    at most `window` frames and the kept one, dropped ones not counted (they hold no bytes).
// Threads   none: belongs to one actor; it races with workers only through FrameTask::phase.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/latency_window.hpp"
#include "engine/sequencer.hpp"
#include "engine/stream.hpp"

namespace framewright::engine {

class StreamWindow {
 public:
  /// `settings.window` has been checked to be 1 to kMaxStreamWindow; `plan` is that of settings.pipeline.
  /// `make_task` gives an empty task, perhaps of a derived type.
  using MakeTask = FrameTaskPtr (*)();
  StreamWindow(
      StreamSettings settings, std::shared_ptr<const Plan> plan, FlowId flow,
      MakeTask make_task = [] { return std::make_shared<FrameTask>(); });

  /// What became of one submitted frame.
  struct Admission {
    FrameTaskPtr task;                   ///< queued, holding a place; none when the frame is kept
    std::vector<std::uint64_t> dropped;  ///< frame ids that gave way (WindowFull)
  };

  /// Gives a frame its place in the order. The caller adds what it finds out (header, reservation) and passes
  /// the task on, or ends it by drop() or finish(). The last-frame flag closes the stream as "last_frame".
  ///
  /// Errors   Overloaded (Lossless and no room: the session read ahead), Conflict (the stream is closing).
  Result<Admission> admit(InboundFrame frame, SteadyTime now);

  /// The frame that admit() kept, once there is a place for it: it is passed on as one from admit(). To be
  /// asked for whenever a place may have become free.
  FrameTaskPtr take_kept();

  /// Whether admit() would give a place and drop nothing: a Lossless session reads on only then.
  bool has_room() const noexcept {
    return !closing_ && places_used() < static_cast<std::size_t>(settings_.window);
  }

  /// Drops a frame that holds a place; false when it has started, so that finish() will follow.
  bool drop(FrameTask& task, DropReason reason);

  /// Takes a frame back from whoever worked on it, or from the queue that gave it up. Returns why it was
  /// dropped, if it was: such a frame leaves the order silently and its place is free again.
  std::optional<DropReason> finish(const FrameTaskPtr& task, SteadyTime now);

  /// The next answer in the order of submission; none while its frame is not finished.
  std::optional<OutboundFrame> next_answer();

  /// `count` answers were written or discarded: their places are free.
  void acknowledge(std::size_t count);

  /// For frames that are submitted from now on. A smaller window takes nothing from those that hold places.
  void update(StreamSettings settings, std::shared_ptr<const Plan> plan);

  /// Takes no more frames; what was submitted is finished. The first reason stands.
  void close(std::string reason);
  /// The reason once the stream is closing and every answer has left.
  std::optional<std::string> closed() const;
  /// The client has gone: drops what waits, tells running frames that nobody waits. Nothing comes out any
  /// more.
  /// Returns the ids of the frames that get no answer.
  std::vector<std::uint64_t> abandon();

  const StreamSettings& settings() const noexcept { return settings_; }
  StreamStatistics statistics(SteadyTime now) const;

 private:
  std::size_t places_used() const noexcept { return order_.size() + unacknowledged_; }
  bool drop_oldest_waiting(std::vector<std::uint64_t>& dropped);
  void give_place(const FrameTaskPtr& task);
  FrameTaskPtr task_of(InboundFrame frame, SteadyTime now);
  void forget(const FrameTask& task);

  // Given.
  StreamSettings settings_;
  std::shared_ptr<const Plan> plan_;
  const FlowId flow_;
  const MakeTask make_task_;
  // Owned.
  Sequencer<FrameTaskPtr> order_{kMaxStreamWindow};
  std::vector<FrameTaskPtr> unfinished_;  ///< those with a place, in the order of submission
  FrameTaskPtr kept_;                     ///< waits for a place; newer than all that have one
  std::size_t unacknowledged_ = 0;
  std::uint64_t next_sequence_ = 0;
  std::optional<std::string> closing_;
  bool abandoned_ = false;
  // Measured.
  LatencyWindow latency_;
  std::uint64_t frames_in_ = 0;
  std::uint64_t frames_out_ = 0;
  std::uint64_t frames_dropped_ = 0;
};

}  // namespace framewright::engine
