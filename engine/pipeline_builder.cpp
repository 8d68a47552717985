#include "engine/pipeline_builder.hpp"

#include <algorithm>

#include "engine/suggestion.hpp"

namespace framewright::engine {
namespace {

std::vector<std::string> filter_names() {
  std::vector<std::string> names;
  for (const auto& filter : builtin_filters()) {
    names.push_back(filter.id);
    names.insert(names.end(), filter.aliases.begin(), filter.aliases.end());
  }
  return names;
}

std::vector<std::string> parameter_names(const FilterDescriptor& filter) {
  std::vector<std::string> names;
  for (const auto& parameter : filter.parameters) names.push_back(parameter.id);
  return names;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

}  // namespace

void PipelineBuilder::add(const RawFilterCall& call) {
  if (const auto* filter = find_filter(call.filter)) {
    add_parameters(*filter, call);
  } else {
    const auto names = filter_names();
    mistake(ErrorCode::UnknownFilter, here(),
            "unknown filter \"" + printable(call.filter) + "\"" + suggestion_for(call.filter, names) +
                "; accepted: " + joined(names));
  }
  position_ += 1;
}

void PipelineBuilder::skip(std::string message) {
  mistake(ErrorCode::InvalidPipeline, here(), std::move(message));
  position_ += 1;
}

void PipelineBuilder::add_parameters(const FilterDescriptor& filter, const RawFilterCall& raw) {
  FilterCall call{filter.id, {}};
  for (const auto& parameter : filter.parameters)
    call.parameters.emplace_back(parameter.id, parameter.default_value);
  std::vector<bool> is_set(filter.parameters.size());
  for (const auto& [id, value] : raw.parameters) {
    const auto field = here() + "." + filter.id + "." + printable(id);
    const auto descriptor = std::ranges::find(filter.parameters, id, &ParameterDescriptor::id);
    if (descriptor == filter.parameters.end()) {
      const auto names = parameter_names(filter);
      mistake(ErrorCode::InvalidPipeline, field,
              "unknown parameter" + suggestion_for(id, names) + "; accepted: " + joined(names));
      continue;
    }
    const auto index = static_cast<std::size_t>(descriptor - filter.parameters.begin());
    if (is_set[index]) mistake(ErrorCode::InvalidPipeline, field, "given twice");
    is_set[index] = true;
    auto read = read_parameter(*descriptor, value);
    if (read) {
      call.parameters[index].second = std::move(*read);
    } else {
      mistake(ErrorCode::InvalidPipeline, field, read.error().detail);
    }
  }
  calls_.push_back(std::move(call));
}

void PipelineBuilder::mistake(ErrorCode code, std::string field, std::string message) {
  mistake_count_ += 1;
  if (code == ErrorCode::UnknownFilter) code_ = code;
  if (mistakes_.size() < kMaxMistakes) mistakes_.push_back({std::move(field), std::move(message)});
}

Result<std::vector<FilterCall>> PipelineBuilder::finish() && {
  if (mistakes_.empty()) return std::move(calls_);
  auto detail = mistakes_.front().field + ": " + mistakes_.front().message;
  if (mistake_count_ > 1) detail += " (and " + std::to_string(mistake_count_ - 1) + " more)";
  return unexpected(Error{code_, std::move(detail), std::move(mistakes_)});
}

}  // namespace framewright::engine
