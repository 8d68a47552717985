// What a person typed, as a value: one struct for each subcommand. The only door to CLI11.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/console.hpp"
#include "engine/media.hpp"

namespace framewright::app {

struct ConfigOptions {
  std::filesystem::path file;          ///< --config
  std::vector<std::string> overrides;  ///< --set key=value
};

struct PictureOptions {
  std::string pipeline;
  std::string format;  ///< "jpeg", "png", "webp", "raw"; empty: as the input
  std::optional<int> quality;
  std::string exactness;  ///< "auto", "exact", "visual"; empty: as configured
  engine::AcceleratorWish accelerator;
};

struct ServeCommand {
  ConfigOptions config;
  std::vector<std::string> join = {};  ///< HOST:PORT of other gateways, in place of cluster.join
  std::optional<int> workers;          ///< on the CPU; 0: other nodes do the work
};

struct WorkerCommand {
  ConfigOptions config;
  std::vector<std::string> join;  ///< HOST:PORT of gateways, in place of cluster.join
  std::optional<int> workers;
};

struct ProcessCommand {
  ConfigOptions config;
  PictureOptions picture;
  std::vector<std::filesystem::path> inputs;  ///< files and folders
  std::filesystem::path output;               ///< a folder, or a file when there is one input file
  bool explain = false;
};

struct ServerOptions {
  std::string url = "http://127.0.0.1:8080";
  bool json = false;
};

struct SubmitCommand {
  ServerOptions server;
  PictureOptions picture;
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path output;  ///< where --wait puts results; empty: nowhere
  int priority = 5;
  bool wait = false;
};

struct JobsCommand {
  enum class Action { List, Show, Cancel, Result };
  Action action = Action::List;
  ServerOptions server;
  std::string id;                ///< all but List
  std::filesystem::path output;  ///< Result; empty: standard output
  int limit = 50;                ///< List
};

struct FiltersCommand {
  bool json = false;
};

struct ConfigCommand {
  enum class Action { Check, Show };
  Action action = Action::Show;
  ConfigOptions config;
};

struct NodeCertificateCommand {
  std::vector<std::string> names;  ///< DNS names and IP addresses; the first names the files
  std::filesystem::path folder;
  int days = 365;
};

struct NodesCommand {
  enum class Action { List, Drain };
  Action action = Action::List;
  ServerOptions server;
  bool watch = false;  ///< List: again and again
  std::string id;      ///< Drain
  bool wait = false;   ///< Drain: until it has left
};

struct VersionCommand {
  bool json = false;
};

using Command =
    std::variant<ServeCommand, WorkerCommand, ProcessCommand, SubmitCommand, JobsCommand, FiltersCommand,
                 ConfigCommand, NodeCertificateCommand, NodesCommand, VersionCommand>;

/// Nothing to run: a help text for standard output, or a mistake for standard error.
struct Answer {
  int exit_status = kSuccess;
  std::string text;
};

std::variant<Command, Answer> parse_command_line(int argc, const char* const* argv);

}  // namespace framewright::app
