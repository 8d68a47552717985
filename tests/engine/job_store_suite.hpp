// One suite for every JobStore: a store's own test file says how to open it, and gets all of the tests.
#pragma once

#include <gtest/gtest.h>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/clock.hpp"
#include "engine/job_events.hpp"
#include "engine/job_files.hpp"
#include "engine/job_store.hpp"

namespace framewright::engine {

/// A store in a place of its own, with a clock that the test moves.
class JobStoreBench {
 public:
  virtual ~JobStoreBench() = default;
  virtual JobStore& store() = 0;
  virtual JobFiles& files() = 0;
  /// Ends the store and opens it again, as a restart of the process does.
  virtual void restart(JobStoreLimits limits = {}) = 0;
  /// Lets the store know that the process of this owner is there, where it wants to know.
  virtual void attend(const std::string& owner) { static_cast<void>(owner); }

  ManualClock clock;
  JobNotifier notifier;
};

struct JobStoreMaker {
  std::string name;
  std::function<std::unique_ptr<JobStoreBench>()> make;
  bool is_absent = false;  ///< what the store needs is not installed
};

class JobStoreSuite : public testing::TestWithParam<JobStoreMaker> {
 protected:
  /// A request with the pictures of `contents`, already written.
  NewJob request(const std::vector<std::string>& contents = {"pixels"});
  Job create(NewJob job);
  Job create() { return create(request()); }
  Job lease(const std::string& owner = "worker");
  /// Writes and records the result of one item.
  void complete_item(const Job& job, std::size_t item, const std::string& bytes = "result");
  /// Creates, leases, completes and finishes a job of one picture.
  Job succeed();
  std::vector<JobEvent> events(const Job& job, std::uint64_t after = 0);
  Job now(const Job& job);
  bool has_files(const Job& job);

  void SetUp() override {
    if (GetParam().is_absent) GTEST_SKIP() << GetParam().name << " is not installed";
    bench_ = GetParam().make();
  }

  std::unique_ptr<JobStoreBench> bench_;
  JobStore& store() { return bench_->store(); }
};

}  // namespace framewright::engine
