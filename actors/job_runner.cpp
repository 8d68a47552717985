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
using LeaseNumber = JobRunnerState::LeaseNumber;
using engine::JobState;

/// How long the jobs of a gateway that hangs wait before another one takes them; five heartbeats may be
/// missed. Of one that is gone a shared store knows sooner.
constexpr std::chrono::seconds kLease{10};
constexpr std::chrono::seconds kRenewEvery{2};
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
  errand->accelerator = job.accelerator.accelerator;
  errand->device = job.accelerator.device;
  errand->admitted_at = options.clock.now();
  errand->input = std::move(*input);
  errand->input_bytes = errand->input.size_bytes;
  if (options.tracer != nullptr) options.tracer->begin_job_picture(*errand, job.id);
  auto needs = engine::find_needs(*errand);
  if (!needs) return engine::unexpected(std::move(needs).error());
  if (auto reserved = engine::reserve_for(*errand, *needs, options.pool.budget()); !reserved) {
    return engine::unexpected(std::move(reserved).error());
  }
  return errand;
}

/// Whether the store, or a worker, may take this later.
bool is_away(const engine::Error& error) { return error.code == engine::ErrorCode::Overloaded; }

/// Frames that have not started end here; those that run come back and are thrown away then.
void throw_away_under_way(Self self, LeaseNumber lease) {
  auto& running = self->state.leases.at(lease);
  running.over = true;
  std::erase_if(self->state.under_way, [&](const auto& entry) {
    const UnderWay& picture = entry.second;
    if (picture.lease != lease) return false;
    picture.errand->cancelled = true;
    if (!picture.errand->drop()) return false;
    --running.under_way;
    return true;
  });
}

/// The job is another's now, or cancelled: nothing more of it is recorded.
void lose(Self self, LeaseNumber lease) {
  auto& running = self->state.leases.at(lease);
  running.unrecorded.clear();
  running.unrecorded_ending.reset();
  throw_away_under_way(self, lease);
}

/// Ends a job in the store, where that can be reached.
void record_ending(Running& running, const JobRunnerOptions& options) {
  auto state = running.unrecorded_ending->state;
  const auto ended =
      options.store.finish(running.job.id, options.owner, state, running.unrecorded_ending->error);
  if (!ended && is_away(ended.error())) return;
  running.unrecorded_ending.reset();
  if (!ended && ended.error().code == engine::ErrorCode::NotFound) return;
  if (!ended) {
    spdlog::error("job {}: {}", running.job.id, ended.error().detail);
    state = JobState::Failed;
  }
  options.metrics.job_finished(to_string(state));
}

/// Ends a job; the runner forgets it once nothing of it is under way and the store knows.
void end_job(Self self, LeaseNumber lease, JobRunnerState::Ending ending, const JobRunnerOptions& options) {
  auto& running = self->state.leases.at(lease);
  throw_away_under_way(self, lease);
  running.unrecorded.clear();
  running.unrecorded_ending = std::move(ending);
  record_ending(running, options);
}

void fail_job(Self self, LeaseNumber lease, std::size_t item, engine::Error error,
              const JobRunnerOptions& options) {
  const auto& items = self->state.leases.at(lease).job.items;
  if (items.size() > 1)
    error.detail = "file " + std::to_string(item + 1) + " (" + items[item].filename + "): " + error.detail;
  end_job(self, lease, {JobState::Failed, std::move(error)}, options);
}

/// The next picture to be sent; none when all have been.
std::optional<std::size_t> take_next_item(Running& running) {
  if (!running.again.empty()) return running.again.extract(running.again.begin()).value();
  const auto& items = running.job.items;
  while (running.next_item < items.size() && !items[running.next_item].result.empty()) ++running.next_item;
  if (running.next_item == items.size()) return std::nullopt;
  return running.next_item++;
}

/// Sends the next unfinished picture of a job. False when there is no memory now: try again later.
bool send_next(Self self, LeaseNumber lease, const JobRunnerOptions& options) {
  auto& running = self->state.leases.at(lease);
  const auto item = take_next_item(running);
  if (!item) return true;
  auto errand = make_errand(running.job, *item, options);
  if (!errand && errand.error().code == engine::ErrorCode::Overloaded) {
    running.again.insert(*item);
    return false;
  }
  if (!errand) {
    fail_job(self, lease, *item, std::move(errand).error(), options);
    return true;
  }
  ++running.under_way;
  (*errand)->reply_to = self;
  self->state.under_way.emplace(errand->get(), UnderWay{*errand, lease, *item});
  self->send(self->state.dispatcher, submit_atom_v, *errand);
  return true;
}

bool has_more(const Running& running) {
  return !running.over && (!running.again.empty() || running.next_item < running.job.items.size());
}

/// Ends jobs whose last picture has arrived, and forgets those that ended.
void settle(Self self, const JobRunnerOptions& options) {
  auto& leases = self->state.leases;
  for (auto& [lease, running] : leases) {
    if (!running.over && running.under_way == 0 && running.unrecorded.empty() && !has_more(running)) {
      end_job(self, lease, {JobState::Succeeded}, options);
    }
  }
  std::erase_if(leases, [](const auto& entry) {
    return entry.second.over && entry.second.under_way == 0 && !entry.second.unrecorded_ending;
  });
}

/// Every lease of one job: the one that holds, and lost ones whose pictures are still under way.
std::vector<LeaseNumber> leases_of(const JobRunnerState& state, const std::string& job_id) {
  std::vector<LeaseNumber> found;
  for (const auto& [lease, running] : state.leases) {
    if (running.job.id == job_id) found.push_back(lease);
  }
  return found;
}

/// The job whose picture is sent next: the first leased one that has more, or a newly leased one.
std::optional<LeaseNumber> next_job(Self self, const JobRunnerOptions& options) {
  auto& state = self->state;
  const auto more =
      std::find_if(state.leases.begin(), state.leases.end(), [now = options.clock.now()](const auto& entry) {
        return has_more(entry.second) && entry.second.resume_at <= now;
      });
  if (more != state.leases.end()) return more->first;
  // Those that wait for a worker are leases, too.
  if (state.leases.size() >= static_cast<std::size_t>(options.pictures_at_once)) return std::nullopt;
  auto leased = options.store.lease_next(options.owner, kLease);
  if (!leased && !is_away(leased.error())) spdlog::error("jobs: cannot lease: {}", leased.error().detail);
  if (!leased || !*leased) return std::nullopt;
  // This runner held it and was too late to renew it.
  for (const LeaseNumber late : leases_of(state, (*leased)->id)) lose(self, late);
  const LeaseNumber lease = ++state.last_lease;
  state.leases.emplace(lease, Running{.job = std::move(**leased)});
  return lease;
}

/// No worker is in service here: another gateway may have some.
void give_leases_back(Self self, const JobRunnerOptions& options) {
  auto& leases = self->state.leases;
  const bool is_busy = std::any_of(leases.begin(), leases.end(), [](const auto& entry) {
    return entry.second.over || entry.second.under_way > 0 || !entry.second.unrecorded.empty();
  });
  if (leases.empty() || is_busy) return;
  // A store that is away is asked again, or lets the leases run out.
  if (options.store.release(options.owner)) leases.clear();
}

/// Keeps `pictures_at_once` pictures under way.
void fill(Self self, const JobRunnerOptions& options) {
  settle(self, options);
  if (!options.gauges.has_workers.load(std::memory_order_relaxed)) return give_leases_back(self, options);
  while (self->state.under_way.size() < static_cast<std::size_t>(options.pictures_at_once)) {
    const auto lease = next_job(self, options);
    if (!lease || !send_next(self, *lease, options)) return;
    settle(self, options);
  }
}

/// Records finished pictures until none is left or the store is away.
void record_items(Self self, LeaseNumber lease, const JobRunnerOptions& options) {
  auto& running = self->state.leases.at(lease);
  while (!running.unrecorded.empty()) {
    const auto& [item, result] = *running.unrecorded.begin();
    const auto recorded = options.store.item_done(running.job.id, options.owner, item, result);
    if (!recorded && is_away(recorded.error())) return;
    if (!recorded && recorded.error().code == engine::ErrorCode::NotFound) return lose(self, lease);
    if (!recorded) return fail_job(self, lease, item, recorded.error(), options);
    running.unrecorded.erase(running.unrecorded.begin());
  }
}

/// Writes a finished picture.
void store_result(Self self, const UnderWay& picture, const engine::EncodedFrame& answer,
                  const JobRunnerOptions& options) {
  Running& running = self->state.leases.at(picture.lease);
  const auto written = options.files.write_result(running.job.id, picture.item, answer.payload());
  if (!written) return fail_job(self, picture.lease, picture.item, written.error(), options);
  engine::JobItem result = running.job.items[picture.item];
  result.result_media_type = media_type_of(answer.encoding);
  result.result_bytes = answer.size_bytes;
  running.unrecorded.emplace(picture.item, std::move(result));
  options.metrics.frame_answered(measurement_of(*picture.errand, "job", options.clock));
  record_items(self, picture.lease, options);
}

void picture_done(Self self, const ErrandPtr& errand, const JobRunnerOptions& options) {
  auto& state = self->state;
  const auto found = state.under_way.find(errand.get());
  if (found == state.under_way.end()) return;
  const auto picture = std::move(found->second);
  state.under_way.erase(found);
  engine::end_span(*errand);
  Running& running = state.leases.at(picture.lease);
  --running.under_way;
  if (!running.over) {
    if (!errand->answer && is_away(errand->answer.error())) {
      // An accepted job waits for a worker, however long that takes.
      running.again.insert(picture.item);
      running.resume_at = options.clock.now() + kTick;
    } else if (!errand->answer) {
      fail_job(self, picture.lease, picture.item, errand->answer.error(), options);
    } else {
      store_result(self, picture, *errand->answer, options);
    }
  }
  errand->answer = engine::unexpected(engine::ErrorCode::Internal, "handed out");
  fill(self, options);
}

/// A job that was cancelled while it ran: what is under way is thrown away.
void changed(Self self, const std::string& job_id, const JobRunnerOptions& options) {
  for (const LeaseNumber lease : leases_of(self->state, job_id)) {
    if (self->state.leases.at(lease).over) continue;
    const auto job = options.store.get(job_id);
    const bool gone = !job && job.error().code == engine::ErrorCode::NotFound;
    if (gone || (job && job->state != JobState::Running)) lose(self, lease);
  }
  fill(self, options);
}

/// Tells the store again what it has not heard.
void record_all(Self self, const JobRunnerOptions& options) {
  for (auto& [lease, running] : self->state.leases) {
    record_items(self, lease, options);
    if (running.unrecorded_ending) record_ending(running, options);
  }
}

void renew_all(Self self, const JobRunnerOptions& options) {
  for (auto& [lease, running] : self->state.leases) {
    if (running.over && !running.unrecorded_ending) continue;
    const auto renewed = options.store.renew(running.job.id, options.owner, kLease);
    if (!renewed && renewed.error().code == engine::ErrorCode::NotFound) lose(self, lease);
  }
}

void tick(Self self, const JobRunnerOptions& options) {
  const auto now = options.clock.now();
  record_all(self, options);
  if (now - self->state.renewed_at >= kRenewEvery) {
    self->state.renewed_at = now;
    renew_all(self, options);
  }
  if (now - self->state.expired_at >= kExpireEvery) {
    self->state.expired_at = now;
    const auto expired = options.store.expire();
    if (!expired && !is_away(expired.error())) spdlog::warn("jobs: {}", expired.error().detail);
  }
  fill(self, options);
  self->delayed_send(self, kTick, tick_atom_v);
}

/// Hears of every change until this ends: the store's notifier keeps the runner so long. False when the
/// notifier takes no more watchers.
bool follow_changes(Self self, engine::JobNotifier& notifier) {
  const caf::actor me{self};
  const auto ticket =
      notifier.subscribe_all([me](const std::string& job_id) { caf::anon_send(me, changed_atom_v, job_id); });
  if (!ticket) return false;
  self->attach_functor([&notifier, taken = *ticket] { notifier.unsubscribe(taken); });
  return true;
}

/// Finds the dispatcher, fails with it, and gives back what an earlier runner held.
bool start(Self self, const JobRunnerOptions& options) {
  auto& state = self->state;
  state.dispatcher = options.directory.dispatcher();
  // A store that is away lets those leases run out.
  const auto released = options.store.release(options.owner);
  if (!state.dispatcher || (!released && !is_away(released.error())) ||
      !follow_changes(self, options.notifier)) {
    self->quit(caf::make_error(caf::sec::runtime_error, "the job runner cannot start"));
    return false;
  }
  self->monitor(state.dispatcher);
  self->set_down_handler([=](caf::down_msg& down) { self->quit(down.reason); });
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
