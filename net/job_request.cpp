#include "net/job_request.hpp"

#include <nlohmann/json.hpp>

#include "net/json_fields.hpp"

namespace framewright::net {
namespace {

using engine::Result;
using engine::unexpected;
using nlohmann::json;

constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxIdBytes = 128;

void read_input(JsonFields& fields, JobRequest& request) {
  const json* object = fields.object("input");
  if (object == nullptr) return;
  JsonFields input(*object, "input.");
  input.require("image_id");
  const std::string* id = input.text("image_id");
  if (id != nullptr && (id->empty() || id->size() > kMaxIdBytes)) input.mistake("image_id", "is no id");
  if (id != nullptr) request.image_id = *id;
  input.refuse_unread();
  fields.take_mistakes_of(input);
}

void read_output(JsonFields& fields, JobRequest& request) {
  const json* object = fields.object("output");
  if (object == nullptr) return;
  JsonFields output(*object, "output.");
  if (!output.is_null("format")) {
    // In the order of ImageEncoding.
    if (const auto format = output.choice("format", {"raw", "jpeg", "png", "webp"})) {
      request.output.format = static_cast<engine::ImageEncoding>(*format);
    }
  }
  if (const auto quality = output.integer("quality", {1, 100}))
    request.output.quality = static_cast<int>(*quality);
  // In the order of Exactness.
  if (const auto exactness = output.choice("exactness", {"auto", "exact", "visual"})) {
    request.output.exactness = static_cast<engine::Exactness>(*exactness);
  }
  output.refuse_unread();
  fields.take_mistakes_of(output);
}

}  // namespace

std::string JobRequest::canonical() const {
  const json document = {{"image_id", image_id.value_or("")},
                         {"pipeline", pipeline.to_text()},
                         {"output",
                          {{"format", output.format ? engine::to_string(*output.format) : ""},
                           {"quality", output.quality.value_or(0)},
                           {"exactness", engine::to_string(output.exactness)}}},
                         {"accelerator", engine::to_string(accelerator)},
                         {"priority", priority}};
  return document.dump();
}

Result<JobRequest> parse_job_request(std::string_view text, std::size_t max_filters) {
  auto document = parse_json_object(text, kMaxDepth);
  if (!document) return unexpected(std::move(document).error());
  JobRequest request;
  JsonFields fields(*document);
  read_input(fields, request);
  read_output(fields, request);
  const json* pipeline = fields.find("pipeline");
  request.accelerator = fields.accelerator().value_or(engine::AcceleratorWish{});
  if (const auto priority = fields.integer("priority", {0, 9}))
    request.priority = static_cast<int>(*priority);
  fields.refuse_unread();
  if (auto checked = fields.finish(); !checked) return unexpected(std::move(checked).error());
  if (pipeline == nullptr) return request;
  auto parsed = engine::Pipeline::from_json(*pipeline, max_filters);
  if (!parsed) return unexpected(std::move(parsed).error());
  request.pipeline = std::move(*parsed);
  return request;
}

}  // namespace framewright::net
