// Reads the configuration from all its layers and checks it as a whole.
//
// default.yaml < <environment>.yaml < --config FILE < FRAMEWRIGHT_* variables < --set key=value
//
// Right above default.yaml comes OpenTelemetry's OTEL_EXPORTER_OTLP_ENDPOINT, as tracing.endpoint.
//
// Every file is optional but the one that was named: without any, the built-in defaults apply.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "engine/result.hpp"

namespace framewright::config {

/// Where the layers come from.
struct Sources {
  std::filesystem::path directory = {};     ///< of default.yaml and <environment>.yaml; empty: none
  std::filesystem::path file = {};          ///< --config; empty: none
  std::vector<std::string> variables = {};  ///< "NAME=VALUE"; FRAMEWRIGHT_* and OTEL_EXPORTER_OTLP_* count
  std::vector<std::string> overrides = {};  ///< --set, "key=value"
};

struct Configuration {
  Settings settings;
  /// Where each value comes from; keys that no layer names are "built-in default".
  std::map<std::string, std::string, std::less<>> origins;
  /// The files that were read, lowest layer first.
  std::vector<std::filesystem::path> files;
};

/// Errors   InvalidArgument with every mistake of every layer in `fields`: where (file and line, variable or
///          --set), and the key with what it accepts.
engine::Result<Configuration> load(const Sources& sources);

/// The folder of default.yaml for this executable: that of the source tree it was built in, or
/// /etc/framewright; empty when there is neither.
std::filesystem::path find_directory(const std::filesystem::path& executable);

/// One line of `config show`.
struct ShownSetting {
  std::string key;
  std::string value;  ///< as in YAML; passwords and keys masked
  std::string origin;
};
std::vector<ShownSetting> effective_settings(const Configuration& configuration);

}  // namespace framewright::config
