// An ExecutorActor drains its mailbox on somebody else's thread: the io thread of the session that it serves.
// This is the one place where an Asio thread meets an actor, and it knows Asio only as a function that posts.
//
// Threads   handlers run where `post` runs them, one at a time; senders may be anywhere. Nobody waits.
// Lifetime  the executor behind `post` must still run when the actor ends, and outlives it.
#pragma once

#include <caf/all.hpp>
#include <utility>

#include "actors/post.hpp"

namespace framewright::actors {

/// What CAF schedules an ExecutorActor with: posts its owner, passes every other actor to the scheduler.
class ExecutorUnit final : public caf::execution_unit {
 public:
  ExecutorUnit(caf::actor_system* system, Post post) : caf::execution_unit(system), post_(std::move(post)) {}
  void set_owner(caf::resumable* owner) noexcept { owner_ = owner; }
  void exec_later(caf::resumable* work) override;

 private:
  void resume(caf::resumable* work);

  Post post_;
  caf::resumable* owner_ = nullptr;
};

class ExecutorActor : public caf::event_based_actor {
 public:
  ExecutorActor(caf::actor_config& config, Post post)
      : caf::event_based_actor(config), unit_(&system(), std::move(post)) {
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
