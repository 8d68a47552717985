#include "engine/pipeline.hpp"

#include "engine/pipeline_builder.hpp"

namespace framewright::engine {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Cuts the part before `separator` off the front of `rest`, or all of it.
std::string_view next_part(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  return trimmed(part);
}

/// "sigma=1.5"; without '=' there is no value, which the builder reports.
std::pair<std::string_view, RawParameterValue> read_assignment(std::string_view text) {
  const bool has_value = text.find('=') != std::string_view::npos;
  const auto id = next_part(text, '=');
  if (!has_value) return {id, std::monostate{}};
  return {id, ParameterText{trimmed(text)}};
}

RawFilterCall read_call(std::string_view text) {
  const bool has_parameters = text.find(':') != std::string_view::npos;
  RawFilterCall call{next_part(text, ':'), {}};
  bool more = has_parameters;
  while (more) {
    more = text.find(',') != std::string_view::npos;
    call.parameters.push_back(read_assignment(next_part(text, ',')));
  }
  return call;
}

}  // namespace

Result<Pipeline> Pipeline::parse(std::string_view text, std::size_t max_filters) {
  PipelineBuilder builder;
  if (text.size() > kMaxPipelineTextBytes) {
    builder.mistake(ErrorCode::InvalidPipeline, "pipeline",
                    std::to_string(text.size()) + " bytes are too long; accepted: at most " +
                        std::to_string(kMaxPipelineTextBytes));
    return unexpected(std::move(builder).finish().error());
  }
  auto rest = trimmed(text);
  bool more = !rest.empty();
  for (std::size_t count = 0; more; ++count) {
    if (count == max_filters) {
      builder.mistake(ErrorCode::InvalidPipeline, "pipeline",
                      "too many filters; accepted: at most " + std::to_string(max_filters));
      break;
    }
    more = rest.find('|') != std::string_view::npos;
    const auto part = next_part(rest, '|');
    if (part.empty()) {
      builder.skip("the name of a filter is missing");
    } else {
      builder.add(read_call(part));
    }
  }
  auto calls = std::move(builder).finish();
  if (!calls) return unexpected(std::move(calls).error());
  Pipeline pipeline;
  pipeline.filters_ = std::move(*calls);
  return pipeline;
}

std::string Pipeline::to_text() const {
  std::string text;
  for (const auto& call : filters_) {
    if (!text.empty()) text += '|';
    text += call.filter;
    char separator = ':';
    for (const auto& [id, value] : call.parameters) {
      text.append(1, separator).append(id).append(1, '=').append(engine::to_text(value));
      separator = ',';
    }
  }
  return text;
}

}  // namespace framewright::engine
