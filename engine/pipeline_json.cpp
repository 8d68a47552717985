#include <nlohmann/json.hpp>

#include "engine/pipeline.hpp"
#include "engine/pipeline_builder.hpp"
#include "engine/suggestion.hpp"

namespace framewright::engine {
namespace {

using nlohmann::json;

RawParameterValue raw_value(const json& value) {
  if (value.is_boolean()) return ParameterValue{value.get<bool>()};
  if (value.is_string()) return ParameterValue{value.get<std::string>()};
  // An unsigned number beyond int64 stays a number, so that it is refused as out of range.
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX}) {
    return ParameterValue{value.get<double>()};
  }
  if (value.is_number_integer()) return ParameterValue{value.get<std::int64_t>()};
  if (value.is_number_float()) return ParameterValue{value.get<double>()};
  return std::monostate{};
}

/// Reports fields that no filter call has.
void refuse_unknown_fields(const json& call, PipelineBuilder& builder) {
  for (auto field = call.begin(); field != call.end(); ++field) {
    if (field.key() == "filter" || field.key() == "params") continue;
    builder.mistake(ErrorCode::InvalidPipeline, builder.here() + "." + printable(field.key()),
                    "unknown field; accepted: filter, params");
  }
}

void read_call(const json& call, PipelineBuilder& builder) {
  if (!call.is_object()) return builder.skip("must be an object with filter and params");
  refuse_unknown_fields(call, builder);
  const auto filter = call.find("filter");
  if (filter == call.end() || !filter->is_string())
    return builder.skip("filter must be the name of a filter");
  RawFilterCall raw{filter->get_ref<const std::string&>(), {}};
  const auto params = call.find("params");
  if (params != call.end()) {
    if (!params->is_object()) return builder.skip("params must be an object");
    for (auto it = params->begin(); it != params->end(); ++it) {
      raw.parameters.emplace_back(it.key(), raw_value(*it));
    }
  }
  builder.add(raw);
}

json value_to_json(const ParameterValue& value) {
  return std::visit([](const auto& held) { return json(held); }, value);
}

std::string_view type_name(ParameterType type) {
  switch (type) {
    case ParameterType::Boolean: return "boolean";
    case ParameterType::Integer: return "integer";
    case ParameterType::Float: return "float";
    case ParameterType::Choice: return "choice";
  }
  check_failed("a ParameterType outside its list", __FILE__, __LINE__);
}

json parameter_to_json(const ParameterDescriptor& parameter) {
  const bool is_number = parameter.type == ParameterType::Integer || parameter.type == ParameterType::Float;
  const auto number = [&](double value) {
    if (!is_number) return json(nullptr);
    return parameter.type == ParameterType::Integer ? json(static_cast<std::int64_t>(value)) : json(value);
  };
  auto metadata = json::object();
  if (!parameter.unit.empty()) metadata["unit"] = parameter.unit;
  return {{"id", parameter.id},
          {"name", parameter.name},
          {"description", parameter.description},
          {"type", type_name(parameter.type)},
          {"options", parameter.options},
          {"default_value", value_to_json(parameter.default_value)},
          {"min_value", number(parameter.min_value)},
          {"max_value", number(parameter.max_value)},
          {"step", number(parameter.step)},
          {"metadata", std::move(metadata)}};
}

}  // namespace

Result<Pipeline> Pipeline::from_json(const json& value, std::size_t max_filters) {
  if (value.is_string()) return parse(value.get_ref<const std::string&>(), max_filters);
  PipelineBuilder builder;
  if (!value.is_array()) {
    builder.mistake(ErrorCode::InvalidPipeline, "pipeline", "must be a list of filters, or their text form");
  } else if (value.size() > max_filters) {
    builder.mistake(ErrorCode::InvalidPipeline, "pipeline",
                    std::to_string(value.size()) + " filters are too many; accepted: at most " +
                        std::to_string(max_filters));
  } else {
    for (const auto& call : value) read_call(call, builder);
  }
  auto calls = std::move(builder).finish();
  if (!calls) return unexpected(std::move(calls).error());
  Pipeline pipeline;
  pipeline.filters_ = std::move(*calls);
  return pipeline;
}

json Pipeline::to_json() const {
  auto list = json::array();
  for (const auto& call : filters_) {
    auto params = json::object();
    for (const auto& [id, value] : call.parameters) params[id] = value_to_json(value);
    list.push_back({{"filter", call.filter}, {"params", std::move(params)}});
  }
  return list;
}

json filters_to_json() {
  auto list = json::array();
  for (const auto& filter : builtin_filters()) {
    auto parameters = json::array();
    for (const auto& parameter : filter.parameters) parameters.push_back(parameter_to_json(parameter));
    auto accelerators = json::array();
    for (const auto accelerator : filter.accelerators) accelerators.push_back(to_string(accelerator));
    list.push_back({{"id", filter.id},
                    {"aliases", filter.aliases},
                    {"name", filter.name},
                    {"description", filter.description},
                    {"parameters", std::move(parameters)},
                    {"supported_accelerators", std::move(accelerators)}});
  }
  return list;
}

}  // namespace framewright::engine
