// The job_runner works off the job store: it leases jobs, sends their pictures to the dispatcher, writes the
// results, and says when a job has ended. It blocks on the disk, so it has a thread of its own.
//
// Accepted jobs are on the disk before they are answered; a job that was interrupted goes on with its first
// unfinished picture.
//
// Messages  changed JobId       the store has news of that job: a new one to run, or a running one was
//           cancelled done ErrandPtr      a picture has been processed
//           tick                renew leases, try again what found no memory, expire old jobs
#pragma once

#include <caf/all.hpp>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "actors/directory.hpp"
#include "actors/messages.hpp"
#include "engine/clock.hpp"
#include "engine/frame_pool.hpp"
#include "engine/job.hpp"
#include "engine/job_events.hpp"
#include "engine/job_files.hpp"
#include "engine/metrics.hpp"

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
  int pictures_at_once = 2;
};

struct JobRunnerState {
  static inline const char* name = "job_runner";

  /// A leased job: what is still to be sent, and what is under way.
  struct Running {
    engine::Job job;
    std::size_t next_item = 0;
    std::size_t under_way = 0;
    bool ended = false;  ///< failed or cancelled: what is under way is thrown away
  };
  /// One picture of a running job on its way through the workers.
  struct UnderWay {
    ErrandPtr errand;
    std::string job_id;
    std::size_t item = 0;
  };

  // Given.
  caf::actor dispatcher;
  // Owned.
  std::map<std::string, Running> jobs;
  std::unordered_map<const engine::FrameTask*, UnderWay> under_way;
  engine::JobNotifier::Ticket ticket = 0;
  engine::SteadyTime expired_at{};
};

caf::behavior job_runner(caf::stateful_actor<JobRunnerState>* self, JobRunnerOptions options);

}  // namespace framewright::actors
