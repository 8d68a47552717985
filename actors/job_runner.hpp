// The job_runner works off the job store: it leases jobs, sends their pictures to the dispatcher, writes the
// results, and says when a job has ended. It blocks on disk and store, so it has a thread of its own.
//
// Accepted jobs are in the store before they are answered; a job that was interrupted goes on with its first
// unfinished picture. While the store is out of reach the leased jobs go on, and what they have to record
// waits here.
//
// Messages  changed JobId       the store has news of that job: a new one to run, or a running one was
//                               cancelled
//           done ErrandPtr      a picture has been processed
//           tick                renew leases, try again what found no memory or no store, expire old jobs
#pragma once

#include <caf/all.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>

#include "actors/directory.hpp"
#include "actors/dispatcher.hpp"
#include "actors/messages.hpp"
#include "engine/clock.hpp"
#include "engine/frame_pool.hpp"
#include "engine/job_events.hpp"
#include "engine/job_files.hpp"
#include "engine/job_store.hpp"
#include "engine/metrics.hpp"
#include "engine/tracer.hpp"

namespace framewright::actors {

struct JobRunnerOptions {
  Directory& directory;
  engine::JobStore& store;
  engine::JobNotifier& notifier;
  const engine::JobFiles& files;
  engine::PlanCache& plans;
  engine::FramePool& pool;
  engine::Metrics& metrics;
  const engine::Clock& clock;
  const DispatcherGauges& gauges;
  std::string owner = {};  ///< of the leases: names this run of this process and no other
  int pictures_at_once = 2;
  engine::Tracer* tracer = nullptr;
};

struct JobRunnerState {
  static inline const char* name = "job_runner";

  /// Counts the leases of this runner. A job that is lost and leased again is another lease.
  using LeaseNumber = std::uint64_t;
  struct Ending {
    engine::JobState state = engine::JobState::Failed;
    std::optional<engine::Error> error = {};
  };
  /// A leased job: what is still to be sent, what is under way, what the store has not heard of yet.
  struct Running {
    engine::Job job;
    std::size_t next_item = 0;
    std::set<std::size_t> again = {};   ///< pictures that no worker could take
    engine::SteadyTime resume_at = {};  ///< when they are sent again
    std::size_t under_way = 0;
    bool over = false;  ///< ended or lost: what is under way is thrown away
    std::map<std::size_t, engine::JobItem> unrecorded = {};
    std::optional<Ending> unrecorded_ending = {};
  };
  /// One picture of a running job on its way through the workers.
  struct UnderWay {
    ErrandPtr errand;
    LeaseNumber lease = 0;
    std::size_t item = 0;
  };

  // Given.
  caf::actor dispatcher;
  // Owned.
  std::map<LeaseNumber, Running> leases;
  std::unordered_map<const engine::FrameTask*, UnderWay> under_way;
  LeaseNumber last_lease = 0;
  engine::SteadyTime renewed_at{};
  engine::SteadyTime expired_at{};
};

caf::behavior job_runner(caf::stateful_actor<JobRunnerState>* self, JobRunnerOptions options);

}  // namespace framewright::actors
