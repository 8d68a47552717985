#include "app/filter_list.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

#include "engine/filter.hpp"
#include "engine/pipeline.hpp"

namespace framewright::app {
namespace {

using engine::ParameterDescriptor;
using engine::ParameterType;

std::string number(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

struct ValueText {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return number(value); }
  std::string operator()(const std::string& value) const { return value; }
};

std::string accepted(const ParameterDescriptor& parameter) {
  switch (parameter.type) {
    case ParameterType::Boolean: return "true or false";
    case ParameterType::Choice: {
      std::string options;
      for (const auto& option : parameter.options) options += (options.empty() ? "" : ", ") + option;
      return options;
    }
    case ParameterType::Integer:
    case ParameterType::Float: break;
  }
  const auto range = number(parameter.min_value) + " to " + number(parameter.max_value);
  const bool stepped = parameter.type == ParameterType::Integer && parameter.step > 1;
  return stepped ? range + " in steps of " + number(parameter.step) : range;
}

std::string names(const engine::FilterDescriptor& filter) {
  std::string text = filter.id;
  for (const auto& alias : filter.aliases) text += " (alias " + alias + ")";
  return text;
}

std::string accelerators(const engine::FilterDescriptor& filter) {
  std::string text;
  for (const auto accelerator : filter.accelerators) {
    text += (text.empty() ? "" : ", ") + std::string(engine::to_string(accelerator));
  }
  return text;
}

}  // namespace

std::string describe_filters(bool json) {
  if (json) return engine::filters_to_json().dump(2) + "\n";
  std::string text;
  for (const auto& filter : engine::builtin_filters()) {
    text += (text.empty() ? "" : "\n") + names(filter) + " [" + accelerators(filter) + "]\n  " +
            filter.description + "\n";
    for (const auto& parameter : filter.parameters) {
      text += "  " + parameter.id + ": " + accepted(parameter) + "; default " +
              std::visit(ValueText{}, parameter.default_value) + "\n";
    }
  }
  return text;
}

}  // namespace framewright::app
