// Reads one YAML file into flat assignments, each with its line. The only door to yaml-cpp.
#pragma once

#include <string>
#include <vector>

#include "config/schema.hpp"
#include "engine/error.hpp"

namespace framewright::config {

/// One key that was given a value, and where.
struct Assignment {
  std::string key;
  RawValue value;
  std::string origin;  ///< "config/default.yaml:12", "FRAMEWRIGHT_HTTP_PORT", "--set"
};

/// One or several mistakes: `field` is the place, `message` names the key and what is accepted.
using Mistakes = std::vector<engine::FieldError>;

struct YamlContent {
  std::vector<Assignment> assignments;
  Mistakes mistakes;
};

/// Flattens the sections of the schema to dotted keys. Keys that no schema row names are passed on, except
/// below unknown sections, which are one mistake each. Duplicate keys, sections without the form of one,
/// lists of anything but scalars, several documents and text that is not YAML are mistakes.
YamlContent read_yaml(const std::string& text, const std::string& file_name);

}  // namespace framewright::config
