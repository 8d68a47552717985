#include "net/job_events_stream.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>

#include "net/job_json.hpp"
#include "net/server_events.hpp"

namespace framewright::net {
namespace {

constexpr std::size_t kEventsAtOnce = 64;

/// Wakes the stream: something happened to the job, or nobody listens any more.
struct Watch {
  explicit Watch(const boost::asio::any_io_executor& executor) : changed(executor) {}
  Completion changed;
  bool over = false;
};

/// Ends the subscription with the stream.
class Subscription {
 public:
  Subscription(engine::JobNotifier& notifier, engine::JobNotifier::Ticket ticket) noexcept
      : notifier_(notifier), ticket_(ticket) {}
  ~Subscription() { notifier_.unsubscribe(ticket_); }
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;

 private:
  engine::JobNotifier& notifier_;
  const engine::JobNotifier::Ticket ticket_;
};

struct Batch {
  std::string text;
  std::uint64_t last = 0;
  bool final = false;
  bool full = false;  ///< there may be more at once
};

/// The next events in words; a job that is gone has no more. A store that is away has none now, and tells
/// when it is back.
Batch read_batch(engine::JobStore& jobs, const std::string& id, std::uint64_t after) {
  Batch batch;
  batch.last = after;
  // Asked before the events are read: what was final by then has all of them, and a client that comes back
  // after the last one is not kept waiting for more.
  const auto job = jobs.get(id);
  const bool finished = job && engine::is_final(job->state);
  const auto events = jobs.events_after(id, after, kEventsAtOnce);
  if (!events) {
    batch.final = events.error().code != engine::ErrorCode::Overloaded;
    return batch;
  }
  for (const auto& event : *events) {
    batch.text += to_text({event.number, event.kind, event_json(event).dump()});
    batch.last = event.number;
    batch.final = batch.final || (event.kind == "state" && engine::is_final(event.state));
  }
  batch.full = events->size() == kEventsAtOnce;
  batch.final = batch.final || (finished && !batch.full);
  return batch;
}

Awaitable<void> wait_for_change(Watch& watch, std::chrono::milliseconds patience, BodyWriter& writer) {
  co_await watch.changed.wait(std::chrono::steady_clock::now() + patience);
  if (watch.over || watch.changed.take()) co_return;
  const bool heard = co_await writer.write(kKeepAliveComment);
  watch.over = !heard;
}

struct StreamOf {
  const RestDependencies& rest;
  std::string job_id;
  std::uint64_t after;

  Awaitable<void> operator()(BodyWriter& writer, Client& client) const {
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto watch = std::make_shared<Watch>(executor);
    auto ticket =
        rest.job_changes.subscribe(job_id, [weak = std::weak_ptr(watch), executor](const std::string&) {
          boost::asio::post(executor, [weak] {
            if (const auto alive = weak.lock()) alive->changed.announce();
          });
        });
    if (!ticket) co_return;  // Too many watchers: the client comes back.
    const Subscription subscription(rest.job_changes, *ticket);
    const auto leave = [watch] {
      watch->over = true;
      watch->changed.announce();
    };
    client.on_gone(leave);
    client.on_drain(leave);
    co_await send(writer, *watch);
    client.on_gone({});
    client.on_drain({});
  }

  Awaitable<void> send(BodyWriter& writer, Watch& watch) const {
    auto last = after;
    while (!watch.over) {
      const auto read = [this, last] { return read_batch(rest.jobs, job_id, last); };
      auto batch = co_await run_blocking(rest.blocking, read);
      if (!batch) co_return;  // The pool is overloaded: the client comes back with the last number it saw.
      last = batch->last;
      const bool heard = co_await writer.write(batch->text);
      if (!heard || batch->final) co_return;
      if (!batch->full) co_await wait_for_change(watch, rest.limits.event_silence, writer);
    }
  }
};

}  // namespace

StreamBody job_events_stream(const RestDependencies& rest, std::string job_id, std::uint64_t after) {
  return StreamOf{rest, std::move(job_id), after};
}

}  // namespace framewright::net
