// The stream actor: one open stream of one client, on the io thread of its session.
//
// Its state is an engine::StreamWindow; the actor adds memory (admission), the way to the dispatcher, and the
// once a second statistics.
//
// Messages  submit InboundFramePtr   a frame from the session
//           done ErrandPtr           from a worker, or from the dispatcher that refused or gave up a frame
//           acknowledge count        answers were written
//           update StreamUpdate      new settings, for later frames
//           close reason             finish what was submitted, then end
//           granted Reservation      the memory that the first waiting frame needs
#pragma once

#include <caf/all.hpp>
#include <deque>
#include <memory>

#include "actors/directory.hpp"
#include "actors/executor_actor.hpp"
#include "actors/frame_service.hpp"
#include "actors/messages.hpp"
#include "engine/clock.hpp"
#include "engine/metrics.hpp"
#include "engine/stream_window.hpp"
#include "engine/tracer.hpp"

namespace framewright::actors {

/// What the session's handle and the stream actor share. Both live on one executor, so nothing is locked.
struct StreamLink {
  std::shared_ptr<StreamEvents> events;  ///< empty once the session has gone
  std::size_t places = 0;                ///< frames submitted and neither dropped nor acknowledged
};

/// Settings of a stream with their plan.
struct StreamUpdate {
  engine::StreamSettings settings;
  std::shared_ptr<const engine::Plan> plan;
};

using InboundFramePtr = std::shared_ptr<engine::InboundFrame>;

/// What every stream of a process is given.
struct StreamServices {
  Directory& directory;
  engine::FrameBudget& budget;
  engine::Metrics& metrics;
  const engine::Clock& clock;
  engine::Tracer* tracer = nullptr;
};

class StreamActor final : public ExecutorActor {
 public:
  StreamActor(caf::actor_config& config, Post post, StreamServices services, StreamUpdate opening,
              engine::FlowId flow, std::shared_ptr<StreamLink> link);
  const char* name() const override { return "stream"; }
  caf::behavior make_behavior() override;
  void on_exit() override;

 private:
  void submit(engine::InboundFrame frame);
  void enter(const ErrandPtr& errand);
  void dispatch(const ErrandPtr& errand);
  void refuse(const ErrandPtr& errand, engine::Error error);
  void give_up(const ErrandPtr& errand, engine::DropReason reason);
  void done(const ErrandPtr& errand);
  void deliver();
  void wait_for_memory(const ErrandPtr& errand, std::uint64_t bytes);
  void line_up();
  void granted(const ReservationPtr& reservation);
  void update(const StreamUpdate& update);
  void dispatcher_lost();
  void tick();
  void tell_dropped(std::vector<std::uint64_t> frame_ids, engine::DropReason reason);
  void end_if_closed();
  void end(const std::string& reason);

  // Given.
  const StreamServices services_;
  const std::shared_ptr<StreamLink> link_;
  caf::actor dispatcher_;
  // Owned.
  engine::StreamWindow window_;
  struct Waiting {
    ErrandPtr errand;
    std::uint64_t bytes;
  };
  std::deque<Waiting> waiting_for_memory_;  ///< at most one window of them
  std::uint64_t memory_ticket_ = 0;
  bool ticking_ = false;
  // Measured.
  std::uint64_t frames_at_last_tick_ = 0;
};

}  // namespace framewright::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::InboundFramePtr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::StreamUpdate)
