// One io thread: an Asio context, the thread that runs it, and the HTTP sessions that live on it.
#pragma once

#include <pthread.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <thread>

#include "engine/time_slice.hpp"
#include "net/http_session.hpp"

namespace framewright::net {

class IoThread {
 public:
  IoThread() : work_(boost::asio::make_work_guard(context_)) {}

  void start() {
    thread_ = std::thread([this] {
      ::pthread_setname_np(::pthread_self(), "fw.io");
      engine::ask_for_time_slice(engine::kCoordinatingSlice);
      context_.run();
    });
  }
  /// Lets no further handler run; those that wait stay until the destructor.
  void stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

  boost::asio::io_context& context() noexcept { return context_; }
  /// For this thread's own handlers only.
  SessionSet& sessions() noexcept { return sessions_; }

 private:
  SessionSet sessions_;                 ///< outlives the context, whose end destroys the last sessions
  boost::asio::io_context context_{1};  // One thread runs it: Asio may spare its locks.
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace framewright::net
