// `framewright process`: files and folders through the same actors as a server, without one.
#pragma once

#include "actors/frame_service.hpp"
#include "app/command_line.hpp"
#include "app/file_run.hpp"
#include "config/settings.hpp"
#include "engine/frame_pool.hpp"

namespace framewright::app {

/// What is to be done, after everything that can be wrong with the command line was checked.
struct ProcessPlan {
  FileWork work;
  std::filesystem::path first_input;
  std::vector<FileTask> tasks;
  std::vector<FileFailure> refused;  ///< inputs that will not be processed, and why
};

/// Errors   InvalidPipeline and UnknownFilter; NotFound for an input.
engine::Result<ProcessPlan> plan_process(const ProcessCommand& command, const config::Settings& settings);

/// Runs the plan, says what failed on standard error and how much was done on standard output; returns the
/// exit status.
int run_process(const ProcessPlan& plan, actors::FrameService& frames, engine::FramePool& pool);

}  // namespace framewright::app
