#include "config/loader.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "config/schema.hpp"
#include "config/yaml_reader.hpp"

namespace framewright::config {
namespace {

using engine::ErrorCode;
using engine::Result;

constexpr std::string_view kVariablePrefix = "FRAMEWRIGHT_";
constexpr std::size_t kMaxFileBytes = 1 << 20;

/// Collects the layers in any order; apply() puts them on top of each other.
struct Layers {
  YamlContent defaults, standard, environment, file, variables, overrides;
  std::vector<std::filesystem::path> files;
};

std::optional<std::string> read_text(const std::filesystem::path& path, std::string& failure) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad() || !in.is_open() || (in.gcount() == 0 && errno != 0)) {
    failure = std::string("cannot be read: ") + std::strerror(errno == 0 ? EIO : errno);
    return std::nullopt;
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxFileBytes) {
    failure = "is larger than 1MiB";
    return std::nullopt;
  }
  return text;
}

YamlContent read_file(const std::filesystem::path& path, std::vector<std::filesystem::path>& files) {
  std::string failure;
  const auto text = read_text(path, failure);
  if (!text) return {{}, {{path.string(), failure}}};
  files.push_back(path);
  return read_yaml(*text, path.string());
}

YamlContent read_file_if_there(const std::filesystem::path& path, std::vector<std::filesystem::path>& files) {
  std::error_code ignored;  // A folder that cannot be searched has no file for us.
  return std::filesystem::exists(path, ignored) ? read_file(path, files) : YamlContent{};
}

std::string_view trimmed(std::string_view text) noexcept {
  const auto first = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

/// Without what encloses it, if both ends are there.
std::string_view stripped(std::string_view text, char open, char close) noexcept {
  const bool enclosed = text.size() >= 2 && text.front() == open && text.back() == close;
  return enclosed ? text.substr(1, text.size() - 2) : text;
}

/// "a,b", or as files and `config show` have it, ["a", "b"].
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> elements;
  text = trimmed(stripped(trimmed(text), '[', ']'));
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    elements.emplace_back(stripped(trimmed(text.substr(0, comma)), '"', '"'));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return elements;
}

Assignment from_text(const Key& key, std::string_view text, std::string origin) {
  if (key.kind == Kind::List) return {std::string(key.name), split_list(text), std::move(origin)};
  return {std::string(key.name), std::string(text), std::move(origin)};
}

std::string unknown_key(std::string_view name, std::string_view nearest) {
  const auto hint = nearest.empty() ? "" : "; did you mean " + std::string(nearest) + "?";
  return std::string(name) + ": unknown key" + hint;
}

YamlContent read_variables(const std::vector<std::string>& variables) {
  YamlContent content;
  for (const auto& variable : variables) {
    if (!variable.starts_with(kVariablePrefix)) continue;
    const auto equals = std::min(variable.find('='), variable.size());
    const auto name = variable.substr(0, equals);
    const auto keys = all_keys();
    const auto key = std::find_if(keys.begin(), keys.end(),
                                  [&name](const Key& row) { return environment_name(row) == name; });
    if (key != keys.end()) {
      content.assignments.push_back(
          from_text(*key, variable.substr(std::min(equals + 1, variable.size())), name));
      continue;
    }
    auto dotted = name.substr(kVariablePrefix.size());
    std::transform(dotted.begin(), dotted.end(), dotted.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (const auto underscore = dotted.find('_'); underscore != std::string::npos) dotted[underscore] = '.';
    const auto nearest = find_key(nearest_key(dotted));
    content.mistakes.push_back(
        {name, unknown_key(name, nearest == nullptr ? "" : environment_name(*nearest))});
  }
  return content;
}

YamlContent read_overrides(const std::vector<std::string>& overrides) {
  YamlContent content;
  for (const auto& text : overrides) {
    const auto equals = text.find('=');
    if (equals == std::string::npos) {
      content.mistakes.push_back({"--set", text + ": expected key=value"});
      continue;
    }
    const auto name = text.substr(0, equals);
    if (const auto* key = find_key(name)) {
      content.assignments.push_back(from_text(*key, std::string_view(text).substr(equals + 1), "--set"));
    } else {
      content.mistakes.push_back({"--set", unknown_key(name, nearest_key(name))});
    }
  }
  return content;
}

std::optional<std::string_view> variable_named(const std::vector<std::string>& variables,
                                               std::string_view name) {
  for (const std::string_view variable : variables) {
    if (variable.starts_with(name) && variable.substr(name.size()).starts_with('=')) {
      return variable.substr(name.size() + 1);
    }
  }
  return std::nullopt;
}

/// What OpenTelemetry's own variables say, which are there for every program of a machine: where nothing but
/// default.yaml names the endpoint, and unless it is for gRPC.
YamlContent read_standard_variables(const std::vector<std::string>& variables, const Layers& layers) {
  constexpr std::string_view kEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
  const auto& key = *find_key("tracing.endpoint");
  for (const auto* layer : {&layers.environment, &layers.file, &layers.variables, &layers.overrides}) {
    for (const auto& assignment : layer->assignments) {
      if (assignment.key == key.name) return {};
    }
  }
  const auto endpoint = variable_named(variables, kEndpoint);
  if (!endpoint || variable_named(variables, "OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc") return {};
  return {{from_text(key, *endpoint, std::string(kEndpoint))}, {}};
}

/// The environment decides which file is read, so it is looked up before the layers are put together.
std::string chosen_environment(const Layers& layers) {
  Settings settings;
  for (const auto* layer : {&layers.defaults, &layers.file, &layers.variables, &layers.overrides}) {
    for (const auto& assignment : layer->assignments) {
      if (assignment.key != "environment") continue;
      // A wrong name is reported when the layers are applied.
      static_cast<void>(assign(settings, *find_key("environment"), assignment.value).has_value());
    }
  }
  return settings.environment;
}

Layers read_layers(const Sources& sources) {
  Layers layers;
  if (!sources.directory.empty()) {
    layers.defaults = read_file_if_there(sources.directory / "default.yaml", layers.files);
  }
  std::vector<std::filesystem::path> named;
  if (!sources.file.empty()) layers.file = read_file(sources.file, named);
  layers.variables = read_variables(sources.variables);
  layers.overrides = read_overrides(sources.overrides);
  if (!sources.directory.empty()) {
    const auto path = sources.directory / (chosen_environment(layers) + ".yaml");
    if (path.filename() != "default.yaml") layers.environment = read_file_if_there(path, layers.files);
    for (const auto& assignment : layers.environment.assignments) {
      if (assignment.key != "environment") continue;
      layers.environment.mistakes.push_back(
          {assignment.origin, "environment: was chosen before this file is read"});
    }
  }
  layers.standard = read_standard_variables(sources.variables, layers);
  layers.files.insert(layers.files.end(), named.begin(), named.end());
  return layers;
}

void apply(const YamlContent& layer, Configuration& configuration, Mistakes& mistakes) {
  mistakes.insert(mistakes.end(), layer.mistakes.begin(), layer.mistakes.end());
  for (const auto& assignment : layer.assignments) {
    const auto* key = find_key(assignment.key);
    if (key == nullptr) {
      mistakes.push_back({assignment.origin, unknown_key(assignment.key, nearest_key(assignment.key))});
      continue;
    }
    if (const auto assigned = assign(configuration.settings, *key, assignment.value); !assigned) {
      mistakes.push_back({assignment.origin, assignment.key + ": " + assigned.error().detail});
    }
    configuration.origins[assignment.key] = assignment.origin;
  }
}

std::string origin_of(const Configuration& configuration, std::string_view key) {
  const auto found = configuration.origins.find(key);
  return found == configuration.origins.end() ? "built-in default" : found->second;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

/// Whoever reaches a node without certificates owns it, so that only this machine may.
void check_cluster(const Configuration& configuration, Mistakes& mistakes) {
  const auto& cluster = configuration.settings.cluster;
  const auto given = [](const std::filesystem::path& file) { return file.empty() ? 0 : 1; };
  const int files = given(cluster.tls.authority) + given(cluster.tls.certificate) + given(cluster.tls.key);
  if (files == 3) return;
  if (files != 0) {
    const auto* name = cluster.tls.authority.empty()     ? "cluster.tls.authority"
                       : cluster.tls.certificate.empty() ? "cluster.tls.certificate"
                                                         : "cluster.tls.key";
    mistakes.push_back({origin_of(configuration, "cluster.tls.authority"),
                        std::string(name) + ": is missing; authority, certificate and key go together"});
    return;
  }
  const std::string why = " is not on this machine, and nodes meet over a network with cluster.tls only";
  if (!is_loopback(cluster.address)) {
    mistakes.push_back(
        {origin_of(configuration, "cluster.address"), "cluster.address: " + cluster.address + why});
  }
  for (const auto& node : cluster.join) {
    if (cluster.discovery == "dns") break;  // What a name stands for is looked at when it is known.
    if (is_loopback(std::string_view(node).substr(0, node.rfind(':')))) continue;
    mistakes.push_back(
        {origin_of(configuration, "cluster.join"), std::string("cluster.join: ").append(node).append(why)});
  }
}

void check_together(const Configuration& configuration, Mistakes& mistakes) {
  check_cluster(configuration, mistakes);
  const auto& tls = configuration.settings.tls;
  if (tls.certificate.empty() == tls.key.empty()) return;
  const auto given = tls.key.empty() ? "tls.certificate" : "tls.key";
  mistakes.push_back(
      {origin_of(configuration, given), "tls.certificate and tls.key: only one of the two is given"});
}

}  // namespace

Result<Configuration> load(const Sources& sources) {
  auto layers = read_layers(sources);
  Configuration configuration;
  Mistakes mistakes;
  for (const auto* layer : {&layers.defaults, &layers.standard, &layers.environment, &layers.file,
                            &layers.variables, &layers.overrides}) {
    apply(*layer, configuration, mistakes);
  }
  check_together(configuration, mistakes);
  if (!mistakes.empty()) {
    const auto count = std::to_string(mistakes.size()) + (mistakes.size() == 1 ? " mistake" : " mistakes");
    return engine::unexpected(
        {ErrorCode::InvalidArgument, count + " in the configuration", std::move(mistakes)});
  }
  configuration.files = std::move(layers.files);
  return configuration;
}

std::filesystem::path find_directory(const std::filesystem::path& executable) {
  // A development build lies in <source tree>/build/<preset>/.
  const auto source_tree = executable.parent_path().parent_path().parent_path();
  for (const auto& directory : {source_tree / "config", std::filesystem::path("/etc/framewright")}) {
    std::error_code ignored;  // A folder that cannot be searched has no file for us.
    if (std::filesystem::exists(directory / "default.yaml", ignored)) return directory;
  }
  return {};
}

std::vector<ShownSetting> effective_settings(const Configuration& configuration) {
  std::vector<ShownSetting> shown;
  for (const auto& key : all_keys()) {
    shown.push_back({std::string(key.name), shown_value(configuration.settings, key),
                     origin_of(configuration, key.name)});
  }
  return shown;
}

}  // namespace framewright::config
