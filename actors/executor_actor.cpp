#include "actors/executor_actor.hpp"

#include <vector>

namespace framewright::actors {
namespace {

/// Messages handled in one go before others on the executor get their turn.
constexpr std::size_t kMaxThroughput = 32;

thread_local bool on_actor_thread = false;

/// What is to run on this thread while something that was given to run_in_turn() does.
struct Turn {
  bool under_way = false;
  std::vector<std::function<void()>> waiting = {};
};

/// Runs the function now, or after the one that is running.
void run_in_turn(std::function<void()> function) {
  thread_local Turn turn;
  if (turn.under_way) {
    turn.waiting.push_back(std::move(function));
    return;
  }
  turn.under_way = true;
  function();
  while (!turn.waiting.empty()) {
    for (const auto& next : std::exchange(turn.waiting, {})) next();
  }
  turn.under_way = false;
}

}  // namespace

void note_actor_thread() noexcept { on_actor_thread = true; }

bool ExecutorUnit::sender_runs_it() const { return on_actor_thread || (is_quiet_ && is_quiet_()); }

void ExecutorUnit::exec_later(caf::resumable* work) {
  if (work != owner_ || (!post_ && !sender_runs_it())) {
    system().scheduler().enqueue(work);
    return;
  }
  // CAF hands over one reference. Two plain pointers fit into std::function without an allocation.
  const auto resume_it = [this, work] { resume(work); };
  post_ ? post_(resume_it) : run_in_turn(resume_it);
}

void ExecutorUnit::resume(caf::resumable* work) {
  // The reference may be the last one: the unit lives inside the actor, so nothing of it is touched
  // afterwards.
  const caf::intrusive_ptr<caf::resumable> hold{work, false};
  if (work->resume(this, kMaxThroughput) == caf::resumable::resume_later) {
    caf::intrusive_ptr_add_ref(work);
    exec_later(work);
  }
}

}  // namespace framewright::actors
