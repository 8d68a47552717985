#include "actors/executor_actor.hpp"

namespace framewright::actors {
namespace {

/// Messages handled in one go before others on the executor get their turn.
constexpr std::size_t kMaxThroughput = 32;

}  // namespace

void ExecutorUnit::exec_later(caf::resumable* work) {
  if (work != owner_) {
    system().scheduler().enqueue(work);
    return;
  }
  // CAF hands over one reference. Two plain pointers fit into std::function without an allocation.
  post_([this, work] { resume(work); });
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
