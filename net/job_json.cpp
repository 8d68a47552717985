#include "net/job_json.hpp"

#include <nlohmann/json.hpp>

#include "net/json_fields.hpp"
#include "net/json_response.hpp"

namespace framewright::net {
namespace {

using engine::Result;
using engine::unexpected;
using nlohmann::json;

constexpr int kMaxDepth = 8;
constexpr std::size_t kMaxIdBytes = 128;

json optional_time(const std::optional<engine::WallTime>& time) {
  return time ? json(rfc3339(*time)) : json(nullptr);
}

json output_json(const engine::OutputOptions& output) {
  return {{"format", output.format ? json(engine::to_string(*output.format)) : json(nullptr)},
          {"quality", output.quality}};
}

json progress_json(const engine::JobProgress& progress) {
  return {{"done", progress.done}, {"total", progress.total}};
}

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
  output.refuse_unread();
  fields.take_mistakes_of(output);
}

}  // namespace

json job_json(const engine::Job& job) {
  json document = {{"id", job.id},
                   {"state", engine::to_string(job.state)},
                   {"priority", job.priority},
                   {"pipeline", job.pipeline},
                   {"output", output_json(job.output)},
                   {"accelerator", engine::to_string(job.accelerator)},
                   {"progress", progress_json(job.progress)},
                   {"created_at", rfc3339(job.created_at)},
                   {"started_at", optional_time(job.started_at)},
                   {"finished_at", optional_time(job.finished_at)},
                   {"error", nullptr}};
  if (job.image_id) document["input"] = {{"image_id", *job.image_id}};
  if (job.error)
    document["error"] = {{"code", engine::to_string(job.error->code)}, {"detail", job.error->detail}};
  return document;
}

json event_json(const engine::JobEvent& event) {
  return {{"state", engine::to_string(event.state)},
          {"progress", progress_json(event.progress)},
          {"at", rfc3339(event.at)}};
}

json image_json(const engine::LibraryImage& image) {
  return {{"id", image.id},
          {"display_name", image.display_name},
          {"path", image.path},
          {"is_default", image.is_default},
          {"width", image.width_px},
          {"height", image.height_px},
          {"format", image.format},
          {"size_bytes", image.size_bytes},
          {"created_at", rfc3339(image.created_at)},
          {"thumbnail_path", image.thumbnail_path},
          {"metadata", image.metadata.is_object() ? image.metadata : json::object()}};
}

std::string JobRequest::canonical() const {
  const json document = {{"image_id", image_id.value_or("")},
                         {"pipeline", pipeline.to_text()},
                         {"output", output_json(output)},
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
  if (const auto accelerator = fields.choice("accelerator", {"auto", "cpu", "cuda"})) {
    request.accelerator = static_cast<engine::Accelerator>(*accelerator);
  }
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
