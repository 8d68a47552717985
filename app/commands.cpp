#include "app/commands.hpp"

#include <unistd.h>

#include "app/console.hpp"
#include "app/engine_runtime.hpp"
#include "app/explain.hpp"
#include "app/filter_list.hpp"
#include "app/job_commands.hpp"
#include "app/logging.hpp"
#include "app/node_certificate.hpp"
#include "app/node_commands.hpp"
#include "app/process.hpp"
#include "app/serve.hpp"
#include "app/version.hpp"
#include "app/worker.hpp"
#include "config/loader.hpp"

namespace framewright::app {
namespace {

std::vector<std::string> process_variables() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  return variables;
}

engine::Result<config::Configuration> load_configuration(const ConfigOptions& options) {
  std::error_code ignored;  // Without /proc there is no development folder to find.
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return config::load({.directory = config::find_directory(executable),
                       .file = options.file,
                       .variables = process_variables(),
                       .overrides = options.overrides});
}

/// Calls `work` with the configuration, or says what is wrong with it.
template <class Work>
int with_configuration(const ConfigOptions& options, Work work) {
  const auto configuration = load_configuration(options);
  if (configuration) return work(*configuration);
  complain(configuration.error());
  return kFailure;
}

std::string shown(const config::Configuration& configuration) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& setting : config::effective_settings(configuration)) {
    rows.push_back({setting.key + ": " + setting.value, "# " + setting.origin});
  }
  return table(rows);
}

std::string checked(const config::Configuration& configuration) {
  std::string text = "configuration is valid";
  for (const auto& file : configuration.files) text += "\n  " + file.string();
  return text + "\n";
}

/// Wrong words on the command line are wrong usage; an input that is not there is not.
int fail(const engine::Error& error) {
  complain(error);
  return error.code == engine::ErrorCode::NotFound ? kFailure : kWrongUsage;
}

int process(const ProcessCommand& command, const config::Settings& settings) {
  const auto plan = plan_process(command, settings);
  if (!plan) return fail(plan.error());
  if (command.explain) {
    const auto text = explain(*plan, known_choice(settings));
    if (!text) return fail(text.error());
    if (print(*text) != kSuccess) return kFailure;
  }
  if (command.output.empty()) return kSuccess;
  start_logging(settings.log.level, settings.log.format);
  const auto status = with_engine(settings, [&plan](actors::FrameService& frames, engine::FramePool& pool) {
    return run_process(*plan, frames, pool);
  });
  if (status) return *status;
  complain(status.error());
  return kFailure;
}

/// --join stands over cluster.join, and is checked as that is.
template <class JoiningCommand>
ConfigOptions with_join(const JoiningCommand& command) {
  ConfigOptions options = command.config;
  std::string all;
  for (const auto& gateway : command.join) all += (all.empty() ? "" : ",") + gateway;
  if (!all.empty()) options.overrides.push_back("cluster.join=" + all);
  return options;
}

struct Run {
  int operator()(const ServeCommand& command) const {
    return with_configuration(with_join(command), [&command](const config::Configuration& configuration) {
      return run_serve(configuration, command.workers);
    });
  }
  int operator()(const WorkerCommand& command) const {
    return with_configuration(with_join(command), [&command](const config::Configuration& configuration) {
      return run_worker(configuration, command.workers);
    });
  }
  int operator()(const ProcessCommand& command) const {
    return with_configuration(command.config, [&command](const config::Configuration& configuration) {
      return process(command, configuration.settings);
    });
  }
  int operator()(const SubmitCommand& command) const { return run_submit(command); }
  int operator()(const JobsCommand& command) const { return run_jobs(command); }
  int operator()(const FiltersCommand& command) const { return print(describe_filters(command.json)); }
  int operator()(const NodeCertificateCommand& command) const { return run_node_certificate(command); }
  int operator()(const NodesCommand& command) const { return run_nodes(command); }
  int operator()(const VersionCommand& command) const { return print(describe_version(command.json)); }
  int operator()(const ConfigCommand& command) const {
    return with_configuration(command.config, [&command](const config::Configuration& configuration) {
      return print(command.action == ConfigCommand::Action::Show ? shown(configuration)
                                                                 : checked(configuration));
    });
  }
};

}  // namespace

int run(const Command& command) { return std::visit(Run{}, command); }

}  // namespace framewright::app
