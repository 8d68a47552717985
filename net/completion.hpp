// A Completion is something that a coroutine waits for and that somebody else announces, once.
//
// Threads   belongs to one io thread: another thread announces through asio::post.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include "engine/clock.hpp"

namespace framewright::net {

class Completion {
 public:
  explicit Completion(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  /// May be called before wait() and more than once.
  void announce() {
    done_ = true;
    timer_.cancel();
  }
  /// Returns when announced, or at `deadline`.
  boost::asio::awaitable<void> wait(engine::SteadyTime deadline = engine::SteadyTime::max());
  /// Whether it was announced; starts anew.
  bool take() noexcept { return std::exchange(done_, false); }

 private:
  boost::asio::steady_timer timer_;
  bool done_ = false;
};

}  // namespace framewright::net
