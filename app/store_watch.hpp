// The StoreWatch listens to the shared job store for as long as the server runs: it passes on what other
// gateways change, and turns readiness off while the database is away.
//
// Threads   one of its own, because listening blocks.
// Lifetime  the listener and the readiness outlive it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/postgres_job_listener.hpp"
#include "engine/readiness.hpp"

namespace framewright::app {

class StoreWatch {
 public:
  StoreWatch(engine::PostgresJobListener& listener, engine::Readiness& readiness);
  ~StoreWatch();
  StoreWatch(const StoreWatch&) = delete;
  StoreWatch& operator=(const StoreWatch&) = delete;

 private:
  void run();
  void note(const engine::Result<void>& heard);
  /// True when it is time to end.
  bool pause();
  bool is_over();

  // Given.
  engine::PostgresJobListener& listener_;
  engine::Readiness& readiness_;
  // Owned.
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  bool was_there_ = false;
  bool has_complained_ = false;
  std::thread thread_;
};

}  // namespace framewright::app
