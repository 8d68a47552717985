// Any text and any JSON is a pipeline or an error with printable mistakes; a pipeline reads back as itself in
// both forms and its plan, where it has one, keeps within the limits.
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/plan.hpp"

namespace framewright::engine {
namespace {

constexpr ImageLimits kLimits{.pixels = 1'000'000, .side_px = 4096};

bool is_printable(std::string_view text) {
  for (const char c : text) {
    if (c < ' ' || c > '~') return false;
  }
  return true;
}

void check_mistakes(const Error& error) {
  FW_CHECK(error.code == ErrorCode::UnknownFilter || error.code == ErrorCode::InvalidPipeline);
  FW_CHECK(!error.fields.empty() && is_printable(error.detail));
  for (const auto& [field, message] : error.fields) FW_CHECK(is_printable(field) && is_printable(message));
}

void check_plan(const Pipeline& pipeline) {
  const auto plan = Plan::make(pipeline, kLimits);
  FW_CHECK(plan.has_value());
  const auto output = (*plan)->output_geometry({640, 480, 3});
  if (!output) return check_mistakes(output.error());
  FW_CHECK(output->width_px >= 1 && output->height_px >= 1);
  FW_CHECK(output->width_px <= kLimits.side_px && output->height_px <= kLimits.side_px);
}

void check(const Result<Pipeline>& pipeline) {
  if (!pipeline) return check_mistakes(pipeline.error());
  FW_CHECK(Pipeline::parse(pipeline->to_text()).value() == *pipeline);
  FW_CHECK(Pipeline::from_json(pipeline->to_json()).value() == *pipeline);
  check_plan(*pipeline);
}

}  // namespace
}  // namespace framewright::engine

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace framewright::engine;
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  check(Pipeline::parse(text));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_discarded()) check(Pipeline::from_json(json));
  return 0;
}
