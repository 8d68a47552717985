#include "app/job_commands.hpp"

#include <thread>

#include "app/console.hpp"
#include "app/files.hpp"
#include "app/input_files.hpp"
#include "app/job_client.hpp"
#include "app/progress.hpp"

namespace framewright::app {
namespace {

constexpr std::chrono::milliseconds kPollInterval{200};

struct Submitted {
  InputFile input;
  RemoteJob job;
};

int fail(const engine::Error& error, int exit_status = kFailure) {
  complain(error);
  return exit_status;
}

std::string list_json(const std::vector<RemoteJob>& jobs) {
  std::string text = "[";
  for (const auto& job : jobs) text += (text.size() > 1 ? ",\n" : "\n") + job.json;
  return text + (jobs.empty() ? "]\n" : "\n]\n");
}

std::string list_table(const std::vector<RemoteJob>& jobs) {
  std::vector<std::vector<std::string>> rows = {{"ID", "STATE", "DONE", "CREATED", "PIPELINE"}};
  for (const auto& job : jobs) {
    const auto done = std::to_string(job.done) + "/" + std::to_string(job.total);
    rows.push_back({job.id, job.state, done, job.created_at, job.pipeline});
  }
  return table(rows);
}

int say_job(const engine::Result<RemoteJob>& job) {
  return job ? print(job->json + "\n") : fail(job.error());
}

std::string extension_for(const std::string& media_type) {
  if (media_type == "image/jpeg") return "jpeg";
  if (media_type == "image/png") return "png";
  if (media_type == "image/webp") return "webp";
  return "raw";
}

int fetch_result(JobClient& client, const std::string& id, const std::filesystem::path& output) {
  const auto answer = client.result(id);
  if (!answer) return fail(answer.error());
  if (output.empty()) return print(answer->body);
  const auto written = write_file(output, answer->body);
  return written ? kSuccess : fail(written.error());
}

/// Polls one unfinished job after the other, so that a server with many jobs is asked no more often than with
/// one.
engine::Result<void> wait_for_all(JobClient& client, std::vector<Submitted>& all) {
  Progress progress(all.size());
  for (auto& submitted : all) {
    while (!submitted.job.is_final()) {
      std::this_thread::sleep_for(kPollInterval);
      auto job = client.get(submitted.job.id);
      if (!job) return engine::unexpected(std::move(job).error());
      submitted.job = std::move(*job);
    }
    progress.advance();
  }
  return {};
}

/// Whether the job succeeded and its result, where one is wanted, is on disk.
bool finish(JobClient& client, const Submitted& submitted, const std::filesystem::path& output) {
  const auto& job = submitted.job;
  if (job.state != "succeeded") {
    complain(submitted.input.source.string() + ": job " + job.id + " " + job.state +
             (job.error.empty() ? "" : ": " + job.error));
    return false;
  }
  if (output.empty()) return true;
  const auto answer = client.result(job.id);
  if (!answer) {
    complain(answer.error());
    return false;
  }
  const auto path = result_path(submitted.input, output, false, extension_for(answer->media_type));
  const auto written = write_file(path, answer->body);
  if (!written) complain(written.error());
  return written.has_value();
}

/// Waits for every job; false when one did not succeed or the server is gone.
bool finish_all(JobClient& client, std::vector<Submitted>& all, const std::filesystem::path& output) {
  if (const auto waited = wait_for_all(client, all); !waited) {
    complain(waited.error());
    return false;
  }
  bool all_well = true;
  for (const auto& submitted : all) all_well = finish(client, submitted, output) && all_well;
  return all_well;
}

/// The jobs that the server took; of the others it is said why not.
std::vector<Submitted> submit_all(JobClient& client, const std::vector<InputFile>& inputs,
                                  const SubmitCommand& command) {
  const auto& picture = command.picture;
  const JobRequest request{picture.pipeline, picture.format,    picture.quality,
                           command.priority, picture.exactness, picture.accelerator};
  std::vector<Submitted> all;
  for (const auto& input : inputs) {
    auto job = client.submit(request, input.source);
    if (job) {
      all.push_back({input, std::move(*job)});
    } else {
      auto error = std::move(job).error();
      error.detail = input.source.string() + ": " + error.detail;
      complain(error);
    }
  }
  return all;
}

int report(const std::vector<Submitted>& all, bool json) {
  if (json) {
    std::vector<RemoteJob> jobs;
    jobs.reserve(all.size());
    for (const auto& submitted : all) jobs.push_back(submitted.job);
    return print(list_json(jobs));
  }
  std::vector<std::vector<std::string>> rows;
  rows.reserve(all.size());
  for (const auto& submitted : all)
    rows.push_back({submitted.job.id, submitted.job.state, submitted.input.source});
  return print(table(rows));
}

}  // namespace

int run_submit(const SubmitCommand& command) {
  auto address = ServerAddress::parse(command.server.url);
  if (!address) return fail(address.error(), kWrongUsage);
  const auto inputs = find_input_files(command.inputs);
  if (!inputs) return fail(inputs.error());
  if (inputs->empty()) return fail({engine::ErrorCode::NotFound, "no pictures below what was named"});
  JobClient client{RestClient(std::move(*address))};
  auto all = submit_all(client, *inputs, command);
  bool all_well = all.size() == inputs->size();
  if (command.wait) all_well = finish_all(client, all, command.output) && all_well;
  const int reported = report(all, command.server.json);
  return all_well ? reported : kFailure;
}

int run_jobs(const JobsCommand& command) {
  auto address = ServerAddress::parse(command.server.url);
  if (!address) return fail(address.error(), kWrongUsage);
  JobClient client{RestClient(std::move(*address))};
  switch (command.action) {
    case JobsCommand::Action::Show: return say_job(client.get(command.id));
    case JobsCommand::Action::Cancel: return say_job(client.cancel(command.id));
    case JobsCommand::Action::Result: return fetch_result(client, command.id, command.output);
    case JobsCommand::Action::List: break;
  }
  const auto jobs = client.list(command.limit);
  if (!jobs) return fail(jobs.error());
  return print(command.server.json ? list_json(*jobs) : list_table(*jobs));
}

}  // namespace framewright::app
