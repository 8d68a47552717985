// An ExecutorActor drains its mailbox on a thread that is not CAF's choice: the io thread of the session that
// it serves, or that of the actor that sends to it. This is the one place where an Asio thread meets an
// actor, and it knows Asio only as a function that posts.
//
// Threads   handlers run where `post` runs them, one at a time; senders may be anywhere. Nobody waits.
//           Without `post` they run on the sender's thread if that is one of the actors' or `is_quiet` says
//           so, within the send and so before the sender goes on, and otherwise on CAF's scheduler. That is
//           for handlers that are short, and saves waking a thread for them.
// Lifetime  the executor behind `post` must still run when the actor ends, and outlives it.
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <utility>

#include "actors/post.hpp"

namespace framewright::actors {

/// To be called once on every thread that CAF starts.
void note_actor_thread() noexcept;

/// What CAF schedules an ExecutorActor with: brings its owner to its thread, and every other actor to the
/// scheduler.
class ExecutorUnit final : public caf::execution_unit {
 public:
  ExecutorUnit(caf::actor_system* system, Post post, std::function<bool()> is_quiet)
      : caf::execution_unit(system), post_(std::move(post)), is_quiet_(std::move(is_quiet)) {}
  void set_owner(caf::resumable* owner) noexcept { owner_ = owner; }
  void exec_later(caf::resumable* work) override;

 private:
  bool sender_runs_it() const;
  void resume(caf::resumable* work);

  Post post_;
  std::function<bool()> is_quiet_;
  caf::resumable* owner_ = nullptr;
};

class ExecutorActor : public caf::event_based_actor {
 public:
  /// `is_quiet` is called on any thread.
  ExecutorActor(caf::actor_config& config, Post post, std::function<bool()> is_quiet = {})
      : caf::event_based_actor(config), unit_(&system(), std::move(post), std::move(is_quiet)) {
    unit_.set_owner(this);
    context(&unit_);
  }
  void enqueue(caf::mailbox_element_ptr message, caf::execution_unit*) override {
    caf::event_based_actor::enqueue(std::move(message), &unit_);
  }
  void launch(caf::execution_unit*, bool lazy, bool hide) override {
    caf::event_based_actor::launch(&unit_, lazy, hide);
  }

 private:
  ExecutorUnit unit_;
};

}  // namespace framewright::actors
