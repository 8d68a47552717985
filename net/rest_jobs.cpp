// Reading, watching and cancelling jobs.
#include <nlohmann/json.hpp>

#include "net/file_response.hpp"
#include "net/handlers.hpp"
#include "net/job_events_stream.hpp"
#include "net/job_json.hpp"
#include "net/json_response.hpp"
#include "net/query_input.hpp"
#include "net/rest.hpp"
#include "net/server_events.hpp"

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::JobState;
using nlohmann::json;

constexpr int kMaxPage = 500;
constexpr int kDefaultPage = 50;

Response list(engine::JobStore& jobs, const Request& request) {
  QueryInput query(request.query);
  const auto limit = query.integer("limit", {1, kMaxPage}).value_or(kDefaultPage);
  const auto cursor = query.text("cursor");
  const auto state = query.choice("state", {"queued", "running", "succeeded", "failed", "cancelled"});
  if (auto checked = query.finish(); !checked) return problem(std::move(checked).error());
  const auto wanted = state ? engine::parse_job_state(*state) : std::nullopt;
  const auto page = jobs.list(static_cast<std::size_t>(limit), cursor, wanted);
  if (!page) return problem(page.error());
  auto documents = json::array();
  for (const auto& job : page->jobs) documents.push_back(job_json(job));
  return json_response({{"jobs", std::move(documents)},
                        {"next_cursor", page->next_cursor ? json(*page->next_cursor) : json(nullptr)}});
}

Response job_response(const engine::Result<engine::Job>& job) {
  if (!job) return problem(job.error());
  return json_response(job_json(*job));
}

Response result(engine::JobStore& jobs, const Request& request) {
  const auto job = jobs.get(request.captures.front());
  if (!job) return problem(job.error());
  const auto state = std::string(engine::to_string(job->state));
  if (!engine::is_final(job->state)) return problem({ErrorCode::NotReady, "the job is " + state});
  if (!job->result) return problem({ErrorCode::Conflict, "the job has no result: it is " + state});
  const auto& finished = *job->result;
  return file_response(request, {finished.file, finished.size_bytes, finished.media_type, finished.filename});
}

Response events(const RestDependencies& rest, const Request& request) {
  const auto& id = request.captures.front();
  const auto after = last_event_id(request.headers);
  if (!after) return problem(after.error());
  if (const auto job = rest.jobs.get(id); !job) return problem(job.error());
  Response response;
  response.headers.add("Content-Type", "text/event-stream");
  response.headers.add("Cache-Control", "no-store");
  response.body = job_events_stream(rest, id, *after);
  return response;
}

}  // namespace

void add_job_routes(Router& router, const RestDependencies& rest) {
  router.add("GET", "/api/v1/jobs", "jobs",
             blocking(rest.blocking, [&rest](const Request& request) { return list(rest.jobs, request); }));
  router.add("GET", "/api/v1/jobs/{id}", "jobs", blocking(rest.blocking, [&rest](const Request& request) {
               return job_response(rest.jobs.get(request.captures.front()));
             }));
  router.add("DELETE", "/api/v1/jobs/{id}", "jobs", blocking(rest.blocking, [&rest](const Request& request) {
               return job_response(rest.jobs.cancel(request.captures.front()));
             }));
  router.add("GET", "/api/v1/jobs/{id}/events", "job_events",
             blocking(rest.blocking, [&rest](const Request& request) { return events(rest, request); }));
  router.add("GET", "/api/v1/jobs/{id}/result", "job_result",
             blocking(rest.blocking, [&rest](const Request& request) { return result(rest.jobs, request); }));
}

}  // namespace framewright::net
