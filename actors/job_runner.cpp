#include "actors/job_runner.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <fstream>
#include <utility>

#include "actors/quiet.hpp"
#include "engine/admission.hpp"

namespace framewright::actors {
namespace {

using Self = caf::stateful_actor<JobRunnerState>*;
using Running = JobRunnerState::Running;
using UnderWay = JobRunnerState::UnderWay;
using engine::JobState;

/// The data directory has one process at a time, so the name of its only runner may stay the same.
const std::string kOwner = "local";
constexpr std::chrono::seconds kLease{60};
constexpr std::chrono::milliseconds kTick{500};
constexpr std::chrono::minutes kExpireEvery{1};
/// Jobs share the workers under flows of their own, one for each job, below those of live clients.
constexpr engine::FlowId kJobFlows = engine::FlowId{1} << 63;

engine::Result<engine::EncodedFrame> read_input(const engine::JobItem& item, engine::FramePool& pool) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(item.input, failed);
  if (failed) {
    return engine::unexpected(engine::ErrorCode::Internal, item.input.string() + ": " + failed.message());
  }
  auto buffer = pool.lend_input(size);
  if (!buffer) return engine::unexpected(std::move(buffer).error());
  std::ifstream file(item.input, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(buffer->data()), static_cast<std::streamsize>(size))) {
    return engine::unexpected(engine::ErrorCode::Internal, item.input.string() + ": cannot be read");
  }
  return engine::EncodedFrame{.buffer = std::move(*buffer), .size_bytes = static_cast<std::size_t>(size)};
}

/// The picture as an errand that has its memory and may be sent.
engine::Result<ErrandPtr> make_errand(const engine::Job& job, std::size_t item,
                                      const JobRunnerOptions& options) {
  auto plan = options.plans.get(job.pipeline);
  if (!plan) return engine::unexpected(std::move(plan).error());
  auto input = read_input(job.items[item], options.pool);
  if (!input) return engine::unexpected(std::move(input).error());
  const auto seen = engine::inspect(input->payload(), (*plan)->limits());
  if (!seen) return engine::unexpected(seen.error());
  input->encoding = seen->encoding;
  auto errand = std::make_shared<Errand>();
  errand->flow = kJobFlows | std::hash<std::string>{}(job.id);
  errand->work_class = engine::WorkClass::Job;
  errand->plan = std::move(*plan);
  errand->output = job.output;
  errand->accelerator = job.accelerator;
  errand->admitted_at = options.clock.now();
  errand->input = std::move(*input);
  errand->input_bytes = errand->input.size_bytes;
  auto needs = engine::find_needs(*errand);
  if (!needs) return engine::unexpected(std::move(needs).error());
  if (auto reserved = engine::reserve_for(*errand, *needs, options.pool.budget()); !reserved) {
    return engine::unexpected(std::move(reserved).error());
  }
  return errand;
}

/// Frames that have not started end here; those that run come back and are thrown away then.
void throw_away_under_way(Self self, Running& running) {
  std::erase_if(self->state.under_way, [&](const auto& entry) {
    const UnderWay& picture = entry.second;
    if (picture.job_id != running.job.id) return false;
    picture.errand->cancelled = true;
    if (!picture.errand->drop()) return false;
    --running.under_way;
    return true;
  });
}

/// Ends a job in the store; the runner forgets it once nothing of it is under way.
void end_job(Self self, Running& running, JobState state, std::optional<engine::Error> error,
             const JobRunnerOptions& options) {
  running.ended = true;
  throw_away_under_way(self, running);
  const auto ended = options.store.finish(running.job.id, kOwner, state, std::move(error));
  if (!ended && ended.error().code != engine::ErrorCode::NotFound) {
    spdlog::error("job {}: {}", running.job.id, ended.error().detail);
    state = JobState::Failed;
  }
  options.metrics.job_finished(to_string(state));
}

void fail_job(Self self, Running& running, std::size_t item, engine::Error error,
              const JobRunnerOptions& options) {
  const auto& name = running.job.items[item].filename;
  if (running.job.items.size() > 1)
    error.detail = "file " + std::to_string(item + 1) + " (" + name + "): " + error.detail;
  end_job(self, running, JobState::Failed, std::move(error), options);
}

/// Sends the next unfinished picture of a job. False when there is no memory now: try again later.
bool send_next(Self self, Running& running, const JobRunnerOptions& options) {
  auto& items = running.job.items;
  while (running.next_item < items.size() && !items[running.next_item].result.empty()) ++running.next_item;
  if (running.next_item == items.size()) return true;
  const std::size_t item = running.next_item;
  auto errand = make_errand(running.job, item, options);
  if (!errand) {
    if (errand.error().code == engine::ErrorCode::Overloaded) return false;
    fail_job(self, running, item, std::move(errand).error(), options);
    return true;
  }
  ++running.next_item;
  ++running.under_way;
  (*errand)->reply_to = self;
  self->state.under_way.emplace(errand->get(), UnderWay{*errand, running.job.id, item});
  self->send(self->state.dispatcher, submit_atom_v, *errand);
  return true;
}

bool has_more(const Running& running) {
  return !running.ended && running.next_item < running.job.items.size();
}

/// Ends jobs whose last picture has arrived, and forgets those that ended.
void settle(Self self, const JobRunnerOptions& options) {
  auto& jobs = self->state.jobs;
  for (auto& [id, running] : jobs) {
    if (!running.ended && running.under_way == 0 && !has_more(running)) {
      end_job(self, running, JobState::Succeeded, std::nullopt, options);
    }
  }
  std::erase_if(jobs, [](const auto& entry) { return entry.second.ended && entry.second.under_way == 0; });
}

/// The job whose picture is sent next: the first leased one that has more, or a newly leased one.
Running* next_job(Self self, const JobRunnerOptions& options) {
  auto& jobs = self->state.jobs;
  const auto more =
      std::find_if(jobs.begin(), jobs.end(), [](const auto& entry) { return has_more(entry.second); });
  if (more != jobs.end()) return &more->second;
  auto leased = options.store.lease_next(kOwner, kLease);
  if (!leased) {
    spdlog::error("jobs: cannot lease: {}", leased.error().detail);
    return nullptr;
  }
  if (!*leased) return nullptr;
  auto id = (*leased)->id;
  return &jobs.insert_or_assign(std::move(id), Running{.job = std::move(**leased)}).first->second;
}

/// Keeps `pictures_at_once` pictures under way.
void fill(Self self, const JobRunnerOptions& options) {
  settle(self, options);
  while (self->state.under_way.size() < static_cast<std::size_t>(options.pictures_at_once)) {
    Running* running = next_job(self, options);
    if (running == nullptr || !send_next(self, *running, options)) return;
    settle(self, options);
  }
}

/// Writes a finished picture.
engine::Result<void> store_result(const Running& running, std::size_t item,
                                  const engine::EncodedFrame& answer, const JobRunnerOptions& options) {
  auto written = options.files.write_result(running.job.id, item, answer.payload());
  if (!written) return written;
  engine::JobItem result = running.job.items[item];
  result.result_media_type = media_type_of(answer.encoding);
  result.result_bytes = answer.size_bytes;
  return options.store.item_done(running.job.id, kOwner, item, result);
}

void picture_done(Self self, const ErrandPtr& errand, const JobRunnerOptions& options) {
  auto& state = self->state;
  const auto found = state.under_way.find(errand.get());
  if (found == state.under_way.end()) return;
  const auto picture = std::move(found->second);
  state.under_way.erase(found);
  Running& running = state.jobs.at(picture.job_id);
  --running.under_way;
  if (!running.ended) {
    if (!errand->answer) {
      fail_job(self, running, picture.item, errand->answer.error(), options);
    } else if (auto stored = store_result(running, picture.item, *errand->answer, options); !stored) {
      fail_job(self, running, picture.item, stored.error(), options);
    } else {
      options.metrics.frame_answered(measurement_of(*errand, "job", options.clock));
    }
  }
  errand->answer = engine::unexpected(engine::ErrorCode::Internal, "handed out");
  fill(self, options);
}

/// A job that was cancelled while it ran: what is under way is thrown away.
void changed(Self self, const std::string& job_id, const JobRunnerOptions& options) {
  const auto found = self->state.jobs.find(job_id);
  if (found != self->state.jobs.end() && !found->second.ended) {
    const auto job = options.store.get(job_id);
    if (!job || job->state != JobState::Running) {
      found->second.ended = true;
      throw_away_under_way(self, found->second);
    }
  }
  fill(self, options);
}

void tick(Self self, const JobRunnerOptions& options) {
  for (auto& [id, running] : self->state.jobs) {
    if (running.ended) continue;
    if (!options.store.renew(id, kOwner, kLease)) {
      running.ended = true;
      throw_away_under_way(self, running);
    }
  }
  const auto now = options.clock.now();
  if (now - self->state.expired_at >= kExpireEvery) {
    self->state.expired_at = now;
    if (auto expired = options.store.expire(); !expired) spdlog::warn("jobs: {}", expired.error().detail);
  }
  fill(self, options);
  self->delayed_send(self, kTick, tick_atom_v);
}

/// Finds the dispatcher, fails with it, and takes back what an earlier runner held.
bool start(Self self, const JobRunnerOptions& options) {
  auto& state = self->state;
  state.dispatcher = options.directory.dispatcher();
  const auto released = options.store.release(kOwner);
  const caf::actor me{self};
  auto ticket = options.notifier.subscribe_all(
      [me](const std::string& job_id) { caf::anon_send(me, changed_atom_v, job_id); });
  if (!state.dispatcher || !released || !ticket) {
    self->quit(caf::make_error(caf::sec::runtime_error, "the job runner cannot start"));
    return false;
  }
  state.ticket = *ticket;
  self->monitor(state.dispatcher);
  self->set_down_handler([=](caf::down_msg& down) { self->quit(down.reason); });
  self->attach_functor([&notifier = options.notifier, taken = *ticket] { notifier.unsubscribe(taken); });
  return true;
}

}  // namespace

caf::behavior job_runner(Self self, JobRunnerOptions options) {
  quiet(self);
  if (!start(self, options)) return {};
  self->send(self, tick_atom_v);
  return {
      [=](changed_atom, const std::string& job_id) { changed(self, job_id, options); },
      [=](done_atom, const ErrandPtr& errand) { picture_done(self, errand, options); },
      [=](tick_atom) { tick(self, options); },
  };
}

}  // namespace framewright::actors
