#include "net/job_json.hpp"

#include <nlohmann/json.hpp>

#include "net/json_response.hpp"

namespace framewright::net {
namespace {

using nlohmann::json;

json optional_time(const std::optional<engine::WallTime>& time) {
  return time ? json(rfc3339(*time)) : json(nullptr);
}

json output_json(const engine::OutputOptions& output) {
  return {{"format", output.format ? json(engine::to_string(*output.format)) : json(nullptr)},
          {"quality", output.quality_to_write()},
          {"exactness", engine::to_string(output.exactness)}};
}

json progress_json(const engine::JobProgress& progress) {
  return {{"done", progress.done}, {"total", progress.total}};
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

}  // namespace framewright::net
