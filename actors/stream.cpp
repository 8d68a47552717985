#include "actors/stream.hpp"

#include <utility>

#include "actors/quiet.hpp"
#include "engine/admission.hpp"

namespace framewright::actors {
namespace {

constexpr std::chrono::seconds kStatisticsEvery{1};

engine::FrameTaskPtr make_errand() { return std::make_shared<Errand>(); }

/// The window was given make_errand(), so each of its tasks is one.
ErrandPtr errand_of(engine::FrameTaskPtr task) { return std::static_pointer_cast<Errand>(std::move(task)); }

}  // namespace

StreamActor::StreamActor(caf::actor_config& config, Post post, StreamServices services, StreamUpdate opening,
                         engine::FlowId flow, std::shared_ptr<StreamLink> link)
    : ExecutorActor(config, std::move(post)),
      services_(services),
      link_(std::move(link)),
      dispatcher_(services.directory.dispatcher()),
      window_(std::move(opening.settings), std::move(opening.plan), flow, make_errand) {}

caf::behavior StreamActor::make_behavior() {
  quiet(this);
  services_.metrics.streams_changed(+1);
  set_down_handler([this](caf::down_msg& down) {
    if (down.source == dispatcher_) dispatcher_lost();
  });
  set_exit_handler([this](caf::exit_msg& exit) { quit(exit.reason); });
  if (dispatcher_) {
    monitor(dispatcher_);
    link_->events->on_opened(window_.settings());
  } else {
    end(std::string{to_string(engine::ErrorCode::Overloaded)});
  }
  return {
      [this](submit_atom, const InboundFramePtr& frame) { submit(std::move(*frame)); },
      [this](done_atom, const ErrandPtr& errand) { done(errand); },
      [this](acknowledge_atom, std::uint64_t count) {
        window_.acknowledge(count);
        deliver();
      },
      [this](update_atom, const StreamUpdate& changed) { update(changed); },
      [this](close_atom, const std::string& reason) {
        window_.close(reason);
        end_if_closed();
      },
      [this](granted_atom, const ReservationPtr& reservation) { granted(reservation); },
      [this](tick_atom) { tick(); },
  };
}

void StreamActor::on_exit() {
  services_.budget.cancel_wait(memory_ticket_);
  services_.metrics.streams_changed(-1);
  window_.abandon();
  link_->events.reset();
  waiting_for_memory_.clear();
  dispatcher_ = nullptr;
}

void StreamActor::submit(engine::InboundFrame frame) {
  const auto frame_id = frame.frame_id;
  auto admitted = window_.admit(std::move(frame), services_.clock.now());
  if (!admitted) {
    const bool closing = admitted.error().code == engine::ErrorCode::Conflict;
    tell_dropped({frame_id}, closing ? engine::DropReason::Closed : engine::DropReason::Overloaded);
    return;
  }
  if (!admitted->dropped.empty()) tell_dropped(std::move(admitted->dropped), engine::DropReason::WindowFull);
  if (admitted->task) enter(errand_of(std::move(admitted->task)));
  if (!ticking_) {
    ticking_ = true;
    delayed_send(this, kStatisticsEvery, tick_atom_v);
  }
}

/// Memory and limits: the frame goes on to the dispatcher, waits for memory, or is answered here.
void StreamActor::enter(const ErrandPtr& errand) {
  engine::begin_span(services_.tracer, *errand, engine::FrameEntry::WebSocket);
  auto needs = engine::find_needs(*errand);
  if (!needs) return refuse(errand, std::move(needs).error());
  auto reserved = engine::reserve_for(*errand, *needs, services_.budget);
  if (reserved) {
    dispatch(errand);
  } else if (reserved.error().code != engine::ErrorCode::Overloaded) {
    refuse(errand, std::move(reserved).error());
  } else if (window_.settings().delivery == engine::Delivery::Lossless) {
    wait_for_memory(errand, *needs);
  } else {
    give_up(errand, engine::DropReason::Overloaded);
  }
}

void StreamActor::refuse(const ErrandPtr& errand, engine::Error error) {
  errand->answer = engine::unexpected(std::move(error));
  done(errand);
}

void StreamActor::give_up(const ErrandPtr& errand, engine::DropReason reason) {
  const auto frame_id = errand->frame_id;
  if (window_.drop(*errand, reason)) {
    engine::end_span(*errand);
    tell_dropped({frame_id}, reason);
  }
  deliver();
}

void StreamActor::done(const ErrandPtr& errand) {
  if (errand->answer) services_.metrics.frame_answered(measurement_of(*errand, "websocket", services_.clock));
  engine::end_span(*errand);
  const auto dropped = window_.finish(errand, services_.clock.now());
  if (dropped) tell_dropped({errand->frame_id}, *dropped);
  deliver();
}

/// What follows when a frame is finished or a place is free.
void StreamActor::deliver() {
  while (auto answer = window_.next_answer()) {
    if (link_->events) link_->events->on_answer(std::move(*answer));
  }
  if (const auto kept = window_.take_kept()) enter(errand_of(kept));
  end_if_closed();
}

void StreamActor::wait_for_memory(const ErrandPtr& errand, std::uint64_t bytes) {
  waiting_for_memory_.push_back({errand, bytes});
  if (waiting_for_memory_.size() == 1) line_up();
}

void StreamActor::line_up() {
  const auto self = caf::actor{this};
  const auto bytes = waiting_for_memory_.front().bytes;
  memory_ticket_ = services_.budget.wait_for(bytes, [self](engine::Reservation granted) {
    caf::anon_send(self, granted_atom_v, std::make_shared<engine::Reservation>(std::move(granted)));
  });
}

void StreamActor::granted(const ReservationPtr& reservation) {
  const auto errand = std::move(waiting_for_memory_.front().errand);
  waiting_for_memory_.pop_front();
  if (!waiting_for_memory_.empty()) line_up();
  if (errand->phase != engine::TaskPhase::Queued) return;
  if (const auto lapsed = errand->lapsed(services_.clock.now())) return give_up(errand, *lapsed);
  errand->reservation = std::move(*reservation);
  dispatch(errand);
}

void StreamActor::dispatch(const ErrandPtr& errand) {
  errand->reply_to = this;
  send(dispatcher_, submit_atom_v, errand);
}

void StreamActor::update(const StreamUpdate& changed) {
  window_.update(changed.settings, changed.plan);
  if (link_->events) link_->events->on_updated(window_.settings());
  deliver();
}

/// Frames that the old dispatcher held may never be answered, so the stream ends, and each is named.
void StreamActor::dispatcher_lost() {
  dispatcher_ = nullptr;
  tell_dropped(window_.abandon(), engine::DropReason::Closed);
  end(std::string{to_string(engine::ErrorCode::Internal)});
}

void StreamActor::tick() {
  const auto statistics = window_.statistics(services_.clock.now());
  if (link_->events) link_->events->on_statistics(window_.settings().stream_id, statistics);
  ticking_ = statistics.frames_in != frames_at_last_tick_ || statistics.queue_depth > 0;
  frames_at_last_tick_ = statistics.frames_in;
  if (ticking_) delayed_send(this, kStatisticsEvery, tick_atom_v);
}

void StreamActor::tell_dropped(std::vector<std::uint64_t> frame_ids, engine::DropReason reason) {
  if (frame_ids.empty()) return;
  services_.metrics.frames_dropped(reason, frame_ids.size());
  link_->places -= std::min(link_->places, frame_ids.size());
  if (link_->events) link_->events->on_dropped(window_.settings().stream_id, std::move(frame_ids), reason);
}

void StreamActor::end_if_closed() {
  if (const auto reason = window_.closed()) end(*reason);
}

void StreamActor::end(const std::string& reason) {
  if (auto events = std::exchange(link_->events, nullptr)) {
    events->on_closed(window_.settings().stream_id, reason, window_.statistics(services_.clock.now()));
  }
  quit();
}

}  // namespace framewright::actors
