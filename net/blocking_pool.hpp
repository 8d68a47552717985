// The BlockingPool runs what waits for the disk or the database, so that no io thread does.
//
// Memory    a bounded queue of small closures.
// Threads   every method may be called from any thread.
// Lifetime  stop() before the io threads that its work answers to are destroyed.
#pragma once

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include "engine/result.hpp"
#include "net/completion.hpp"

namespace framewright::net {

class BlockingPool {
 public:
  BlockingPool(std::size_t threads, std::size_t queue_limit);
  ~BlockingPool();
  BlockingPool(const BlockingPool&) = delete;
  BlockingPool& operator=(const BlockingPool&) = delete;

  /// Queues `work`, which lets no exception out; false when the queue is full or the pool has stopped.
  bool post(std::function<void()> work);
  /// Finishes what is queued, takes nothing more, and joins the threads.
  void stop();
  std::size_t queued() const;

 private:
  void run();

  // Given.
  const std::size_t queue_limit_;
  // Owned.
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

/// Runs `work` (no exceptions, no arguments, a value) on the pool and resumes the caller on its own io
/// thread.
///
/// Lifetime  `work` is borrowed until then.
/// Errors    Overloaded when the pool's queue is full.
template <class Work>
boost::asio::awaitable<engine::Result<std::invoke_result_t<const Work&>>> run_blocking(BlockingPool& pool,
                                                                                       const Work& work) {
  struct State {
    explicit State(const boost::asio::any_io_executor& executor) : done(executor) {}
    Completion done;
    std::optional<std::invoke_result_t<const Work&>> value;
  };
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto state = std::make_shared<State>(executor);
  const bool queued = pool.post([state, executor, &work]() mutable {
    state->value.emplace(work());
    boost::asio::post(executor, [state = std::move(state)] { state->done.announce(); });
  });
  if (!queued) {
    co_return engine::unexpected(engine::ErrorCode::Overloaded, "too much work waits for the disk");
  }
  co_await state->done.wait();
  co_return std::move(*state->value);
}

}  // namespace framewright::net
