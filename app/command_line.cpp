#include "app/command_line.hpp"

#include <CLI/CLI.hpp>

namespace framewright::app {
namespace {

void add_config_options(CLI::App& command, ConfigOptions& options) {
  command
      .add_option("--config", options.file, "configuration file, over default.yaml and <environment>.yaml")
      ->type_name("FILE");
  command
      .add_option("--set", options.overrides, "one setting, over everything else; may be given several times")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
}

void add_picture_options(CLI::App& command, PictureOptions& options) {
  command
      .add_option("-p,--pipeline", options.pipeline,
                  "filters in order, such as grayscale|gaussian_blur:sigma=2")
      ->type_name("P")
      ->required();
  command.add_option("--format", options.format, "format of the results; as the input when absent")
      ->check(CLI::IsMember({"jpeg", "png", "webp", "raw"}));
  command
      .add_option("--quality", options.quality,
                  "of JPEG and WebP, 1 to 100, 80 when absent; beyond 80 PNG is small rather than fast")
      ->check(CLI::Range(1, 100));
  command
      .add_option(
          "--exactness", options.exactness,
          "exact: as if decoded to RGB and filtered step by step; visual: that within a stated bound, "
          "faster; auto: visual between lossy formats only")
      ->check(CLI::IsMember({"auto", "exact", "visual"}));
  const auto read_accelerator = [&options](const std::string& text) {
    const auto wish = engine::parse_accelerator_wish(text);
    const std::string accepted{engine::kAcceleratorsAccepted};
    if (!wish) throw CLI::ValidationError("--accelerator", text + ": " + accepted);
    options.accelerator = *wish;
  };
  command
      .add_option_function<std::string>("--accelerator", read_accelerator,
                                        "what runs the filters; cuda:N is one of several GPUs, from 0")
      ->default_str("auto")
      ->type_name("{auto,cpu,cuda,cuda:N}");
}

void add_server_options(CLI::App& command, ServerOptions& options) {
  command.add_option("--server", options.url, "address of the server")
      ->capture_default_str()
      ->type_name("URL");
  command.add_flag("--json", options.json, "print the server's answers as JSON");
}

/// Every subcommand with the values that parsing fills in.
class Grammar {
 public:
  Grammar() {
    app_.require_subcommand(1);
    add_serve();
    add_worker();
    add_process();
    add_submit();
    add_jobs();
    add_filters();
    add_config();
    add_node();
    add_version();
  }

  std::variant<Command, Answer> parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
      return chosen_;
    } catch (const CLI::CallForHelp&) {
      return Answer{kSuccess, help()};
    } catch (const CLI::ParseError& error) {
      // CLI11 would say that a command is required, and not which word is none.
      const bool names_none = innermost() == &app_ && argc > 1;
      if (names_none)
        return Answer{kWrongUsage, std::string(argv[1]) + " is no command; see framewright --help"};
      return Answer{kWrongUsage, std::string(error.what()) + "; see framewright" + path() + " --help"};
    }
  }

 private:
  /// The innermost subcommand that was named so far.
  const CLI::App* innermost() const {
    const CLI::App* command = &app_;
    while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
    return command;
  }

  std::string help() const {
    const auto* command = innermost();
    return command->help(command == &app_ ? "" : "framewright" + parents_of(*command));
  }

  std::string path() const {
    const auto* command = innermost();
    return command == &app_ ? "" : parents_of(*command) + " " + command->get_name();
  }

  std::string parents_of(const CLI::App& command) const {
    std::string names;
    for (const auto* parent = command.get_parent(); parent != nullptr && parent != &app_;
         parent = parent->get_parent()) {
      names.insert(0, " " + parent->get_name());
    }
    return names;
  }

  static void add_join(CLI::App& command, std::vector<std::string>& into, const char* what) {
    command.add_option("--join", into, what)->type_name("HOST:PORT")->expected(1)->take_all();
  }

  void add_serve() {
    auto* command = app_.add_subcommand("serve", "run the engine with its network front");
    add_config_options(*command, serve_.config);
    command->add_option("--workers", serve_.workers, "workers on the CPU; 0: nodes that join do the work")
        ->check(CLI::Range(0, 1024));
    add_join(*command, serve_.join, "another gateway, whose workers it shares; may be given several times");
    command->callback([this] { chosen_ = serve_; });
  }

  void add_worker() {
    auto* command = app_.add_subcommand("worker", "work for a gateway, without a network front");
    add_join(*command, worker_.join, "a gateway; may be given several times");
    command->add_option("--workers", worker_.workers, "workers on the CPU")->check(CLI::Range(1, 1024));
    add_config_options(*command, worker_.config);
    command->callback([this] { chosen_ = worker_; });
  }

  void add_process() {
    auto* command =
        app_.add_subcommand("process", "run files and folders through a pipeline, without a server");
    command->add_option("INPUT", process_.inputs, "files and folders of pictures")->required();
    command->add_option("-o,--output", process_.output, "folder for the results, or a file for a single one")
        ->type_name("OUT");
    add_picture_options(*command, process_.picture);
    command->add_flag("--explain", process_.explain, "print the plan and why it is so");
    add_config_options(*command, process_.config);
    command->callback([this] {
      if (process_.output.empty() && !process_.explain) throw CLI::RequiredError("-o,--output");
      chosen_ = process_;
    });
  }

  void add_submit() {
    auto* command = app_.add_subcommand("submit", "send pictures to a server as jobs, one for each file");
    command->add_option("INPUT", submit_.inputs, "files of pictures")->required();
    add_picture_options(*command, submit_.picture);
    command->add_option("--priority", submit_.priority, "0 (last) to 9 (first)")
        ->capture_default_str()
        ->check(CLI::Range(0, 9));
    command->add_flag("--wait", submit_.wait, "wait until all are done and show progress");
    command->add_option("-o,--output", submit_.output, "with --wait: folder for the results")
        ->type_name("OUT");
    add_server_options(*command, submit_.server);
    command->callback([this] {
      if (!submit_.output.empty() && !submit_.wait) throw CLI::RequiredError("--wait (by --output)");
      chosen_ = submit_;
    });
  }

  CLI::App* add_jobs_action(CLI::App& jobs, const std::string& name, const std::string& text,
                            JobsCommand::Action action) {
    auto* command = jobs.add_subcommand(name, text);
    if (action != JobsCommand::Action::List) command->add_option("ID", jobs_.id, "of the job")->required();
    add_server_options(*command, jobs_.server);
    command->callback([this, action] { jobs_.action = action; });
    return command;
  }

  void add_jobs() {
    auto* command = app_.add_subcommand("jobs", "look after the jobs of a server");
    command->require_subcommand(0, 1);
    add_server_options(*command, jobs_.server);
    auto* list = add_jobs_action(*command, "ls", "the newest jobs (the default)", JobsCommand::Action::List);
    list->add_option("--limit", jobs_.limit, "how many")->capture_default_str()->check(CLI::Range(1, 1000));
    add_jobs_action(*command, "show", "one job in full", JobsCommand::Action::Show);
    add_jobs_action(*command, "cancel", "stop a job", JobsCommand::Action::Cancel);
    auto* result =
        add_jobs_action(*command, "result", "fetch the result of a job", JobsCommand::Action::Result);
    result->add_option("-o,--output", jobs_.output, "file for it; standard output when absent")
        ->type_name("OUT");
    command->final_callback([this] { chosen_ = jobs_; });
  }

  void add_filters() {
    auto* command = app_.add_subcommand("filters", "list the filters and their parameters");
    command->add_flag("--json", filters_.json, "as JSON");
    command->callback([this] { chosen_ = filters_; });
  }

  void add_config() {
    auto* command = app_.add_subcommand("config", "check or show the configuration");
    command->require_subcommand(0, 1);
    add_config_options(*command, config_.config);
    auto* check = command->add_subcommand("check", "list every mistake");
    check->callback([this] { config_.action = ConfigCommand::Action::Check; });
    auto* show = command->add_subcommand("show", "every value and where it comes from (the default)");
    show->callback([this] { config_.action = ConfigCommand::Action::Show; });
    for (auto* action : {check, show}) add_config_options(*action, config_.config);
    command->final_callback([this] { chosen_ = config_; });
  }

  void add_node() {
    auto* node = app_.add_subcommand("node", "look after the nodes of a cluster");
    node->require_subcommand(1);
    add_node_list(*node);
    add_node_drain(*node);
    auto* command = node->add_subcommand("certificate", "make the files of cluster.tls for a small cluster");
    command->add_option("NAME", certificate_.names, "names and addresses that others dial")->required();
    command->add_option("-o,--output", certificate_.folder, "folder, with its authority or for a new one")
        ->type_name("FOLDER")
        ->required();
    command->add_option("--days", certificate_.days, "how long it is good")
        ->capture_default_str()
        ->check(CLI::Range(1, 3650));
    command->callback([this] { chosen_ = certificate_; });
  }

  void add_node_list(CLI::App& node) {
    auto* command = node.add_subcommand("ls", "the server and the nodes that work for it");
    command->add_flag("--watch", nodes_.watch, "show it again every second, until interrupted");
    add_server_options(*command, nodes_.server);
    command->callback([this] { chosen_ = nodes_; });
  }

  void add_node_drain(CLI::App& node) {
    auto* command = node.add_subcommand("drain", "let a worker finish what it has, and leave");
    command->add_option("ID", nodes_.id, "of the node, as node ls shows it")->required();
    command->add_flag("--wait", nodes_.wait, "until it has left");
    add_server_options(*command, nodes_.server);
    command->callback([this] {
      nodes_.action = NodesCommand::Action::Drain;
      chosen_ = nodes_;
    });
  }

  void add_version() {
    auto* command = app_.add_subcommand("version", "version, build and accelerators");
    command->add_flag("--json", version_.json, "as JSON");
    command->callback([this] { chosen_ = version_; });
  }

  CLI::App app_{"Runs pictures and live video through pipelines of filters, on CPU and CUDA.", "framewright"};
  ServeCommand serve_;
  WorkerCommand worker_;
  ProcessCommand process_;
  SubmitCommand submit_;
  JobsCommand jobs_;
  FiltersCommand filters_;
  ConfigCommand config_;
  NodeCertificateCommand certificate_;
  NodesCommand nodes_;
  VersionCommand version_;
  Command chosen_;
};

}  // namespace

std::variant<Command, Answer> parse_command_line(int argc, const char* const* argv) {
  return Grammar().parse(argc, argv);
}

}  // namespace framewright::app
