#include "app/process.hpp"

#include <set>
#include <thread>

#include "app/console.hpp"
#include "app/input_files.hpp"
#include "app/progress.hpp"

namespace framewright::app {
namespace {

using engine::Error;
using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

/// Two frames for each worker: one that runs and one that is being read.
std::size_t in_flight(const config::Settings& settings) {
  const auto cores = std::max(1U, std::thread::hardware_concurrency());
  return 2 * (settings.workers.cpu > 0 ? static_cast<std::size_t>(settings.workers.cpu) : cores);
}

bool is_same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code ignored;  // A result that is not there yet is no input.
  return std::filesystem::equivalent(a, b, ignored);
}

/// Why this input is left alone; none when it is not.
std::optional<Error> refusal(const FileTask& task, std::set<std::filesystem::path>& results) {
  if (is_video(task.source)) {
    return Error{ErrorCode::UnsupportedMedia, "video is not yet supported by this build"};
  }
  if (is_same_file(task.source, task.result)) {
    return Error{ErrorCode::Conflict, "the result would overwrite it: choose another folder"};
  }
  if (!results.insert(task.result.lexically_normal()).second) {
    return Error{ErrorCode::Conflict, "another input has the same result " + task.result.string()};
  }
  return std::nullopt;
}

void add_tasks(const std::vector<InputFile>& inputs, const ProcessCommand& command, const std::string& format,
               ProcessPlan& plan) {
  const bool output_is_file = names_a_file(command.output, command.inputs);
  std::set<std::filesystem::path> results;
  for (const auto& input : inputs) {
    FileTask task{input.source, result_path(input, command.output, output_is_file, format)};
    if (auto error = refusal(task, results)) {
      plan.refused.push_back({task.source, std::move(*error)});
    } else {
      plan.tasks.push_back(std::move(task));
    }
  }
}

/// The format that was asked for, by --format or by the name of the output file; empty: as the input.
std::string asked_format(const ProcessCommand& command) {
  if (!command.picture.format.empty() || !names_a_file(command.output, command.inputs))
    return command.picture.format;
  return format_by_name(command.output).value_or("");
}

}  // namespace

Result<ProcessPlan> plan_process(const ProcessCommand& command, const config::Settings& settings) {
  auto pipeline = engine::Pipeline::parse(command.picture.pipeline,
                                          static_cast<std::size_t>(settings.limits.pipeline_filters));
  if (!pipeline) return unexpected(std::move(pipeline).error());
  const auto inputs = find_input_files(command.inputs);
  if (!inputs) return unexpected(inputs.error());
  if (inputs->empty()) return unexpected(ErrorCode::NotFound, "no pictures below what was named");
  const auto format = asked_format(command);
  ProcessPlan plan;
  plan.first_input = inputs->front().source;
  plan.work.pipeline = std::move(*pipeline);
  plan.work.accelerator = command.picture.accelerator;
  plan.work.output = {engine::parse_encoding(format), command.picture.quality,
                      engine::parse_exactness(command.picture.exactness).value_or(engine::Exactness::Auto)};
  plan.work.default_exactness =
      engine::parse_exactness(settings.output.exactness).value_or(engine::Exactness::Auto);
  plan.work.limits = {settings.limits.image_pixels, settings.limits.image_side};
  plan.work.in_flight = in_flight(settings);
  if (!command.output.empty()) add_tasks(*inputs, command, format, plan);
  return plan;
}

int run_process(const ProcessPlan& plan, actors::FrameService& frames, engine::FramePool& pool) {
  auto failures = plan.refused;
  {
    Progress progress(plan.tasks.size());
    FileRun run(frames, pool, plan.work);
    for (auto& failure : run.run(plan.tasks, [&progress] { progress.advance(); }))
      failures.push_back(failure);
  }
  const auto total = plan.tasks.size() + plan.refused.size();
  const auto count = std::to_string(total - failures.size()) + " of " + std::to_string(total);
  const int said = print(count + (total == 1 ? " picture" : " pictures") + " processed\n");
  if (failures.empty()) return said;
  Error summary{ErrorCode::Internal,
                std::to_string(failures.size()) + " of " + std::to_string(total) + " failed"};
  for (const auto& failure : failures) {
    summary.fields.push_back({failure.file.string(), failure.error.detail});
    for (const auto& field : failure.error.fields) summary.fields.push_back(field);
  }
  complain(summary);
  return kFailure;
}

}  // namespace framewright::app
