#include "app/store_watch.hpp"

#include <spdlog/spdlog.h>

#include <chrono>

namespace framewright::app {
namespace {

/// How long one look lasts; a stopping server waits that long at most.
constexpr std::chrono::milliseconds kLook{200};
constexpr std::chrono::milliseconds kPause{100};
constexpr const char* kName = "job_store";

}  // namespace

StoreWatch::StoreWatch(engine::PostgresJobListener& listener, engine::Readiness& readiness)
    : listener_(listener), readiness_(readiness) {
  readiness_.set(kName, true, false, "connecting");
  thread_ = std::thread([this] { run(); });
}

StoreWatch::~StoreWatch() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void StoreWatch::run() {
  while (!is_over()) {
    const auto heard = listener_.listen(kLook);
    note(heard);
    if (!heard && pause()) return;
  }
}

void StoreWatch::note(const engine::Result<void>& heard) {
  if (heard && !was_there_) {
    readiness_.set(kName, true, true, "connected");
    if (has_complained_) spdlog::info("jobs: the store is back");
  }
  // Once for each outage: what is said of it afterwards is the same again.
  if (!heard && (was_there_ || !has_complained_)) spdlog::warn("jobs: {}", heard.error().detail);
  if (!heard) readiness_.set(kName, true, false, heard.error().detail);
  was_there_ = heard.has_value();
  has_complained_ = has_complained_ || !heard;
}

bool StoreWatch::pause() {
  std::unique_lock lock(mutex_);
  return wake_.wait_for(lock, kPause, [this] { return over_; });
}

bool StoreWatch::is_over() {
  const std::lock_guard lock(mutex_);
  return over_;
}

}  // namespace framewright::app
