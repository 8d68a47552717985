#include "app/job_client.hpp"

#include <nlohmann/json.hpp>
#include <random>

#include "app/files.hpp"

namespace framewright::app {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;
using nlohmann::json;

constexpr std::uint64_t kMaxFileBytes = 1ULL << 30;

std::string target_of(const std::string& id) { return "/api/v1/jobs/" + percent_encoded(id); }

engine::Unexpected not_understood() {
  return unexpected(ErrorCode::Internal,
                    "the server's answer does not describe a job: is it a framewright server?");
}

RemoteJob job_from(const json& object) {
  RemoteJob job;
  job.id = object.at("id").get<std::string>();
  job.state = object.at("state").get<std::string>();
  job.pipeline = object.at("pipeline").get<std::string>();
  job.created_at = object.at("created_at").get<std::string>();
  job.done = object.at("progress").at("done").get<std::uint64_t>();
  job.total = object.at("progress").at("total").get<std::uint64_t>();
  if (const auto error = object.find("error"); error != object.end() && error->is_object()) {
    job.error = error->at("code").get<std::string>() + ": " + error->at("detail").get<std::string>();
  }
  job.json = object.dump(2, ' ', false, json::error_handler_t::replace);
  return job;
}

Result<RemoteJob> job_in(const Result<HttpAnswer>& answer) {
  if (!answer) return unexpected(answer.error());
  try {
    return job_from(json::parse(answer->body));
  } catch (const json::exception&) {
    return not_understood();
  }
}

/// A line that occurs in no part, by the odds of 128 random bits.
std::string make_boundary() {
  std::random_device random;
  std::string boundary = "framewright";
  for (int i = 0; i < 4; ++i) boundary += "-" + std::to_string(random());
  return boundary;
}

/// As browsers write names into multipart headers (WHATWG HTML, "escape a multipart/form-data name").
std::string escaped_filename(const std::filesystem::path& file) {
  std::string escaped;
  for (const char c : file.filename().string()) {
    if (c == '"')
      escaped += "%22";
    else if (c == '\r')
      escaped += "%0D";
    else if (c == '\n')
      escaped += "%0A";
    else
      escaped += c;
  }
  return escaped;
}

std::string job_description(const JobRequest& request) {
  json output = json::object();
  if (request.quality) output["quality"] = *request.quality;
  if (!request.exactness.empty()) output["exactness"] = request.exactness;
  if (!request.format.empty()) output["format"] = request.format;
  json job = {{"pipeline", request.pipeline}, {"output", output}, {"priority", request.priority}};
  if (request.accelerator != engine::AcceleratorWish{}) {
    job["accelerator"] = engine::to_string(request.accelerator);
  }
  return job.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

Result<RemoteJob> JobClient::submit(const JobRequest& request, const std::filesystem::path& file) {
  auto bytes = read_file(file, kMaxFileBytes);
  if (!bytes) return unexpected(std::move(bytes).error());
  const auto boundary = make_boundary();
  std::string body =
      "--" + boundary +
      "\r\nContent-Disposition: form-data; name=\"job\"\r\nContent-Type: application/json\r\n\r\n" +
      job_description(request) + "\r\n--" + boundary +
      "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + escaped_filename(file) +
      "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
  body += *bytes;
  body += "\r\n--" + boundary + "--\r\n";
  return job_in(client_.post("/api/v1/jobs", "multipart/form-data; boundary=" + boundary, std::move(body)));
}

Result<std::vector<RemoteJob>> JobClient::list(int limit) {
  const auto answer = client_.get("/api/v1/jobs?limit=" + std::to_string(limit));
  if (!answer) return unexpected(answer.error());
  try {
    std::vector<RemoteJob> jobs;
    const auto page = json::parse(answer->body);
    for (const auto& object : page.at("jobs")) jobs.push_back(job_from(object));
    return jobs;
  } catch (const json::exception&) {
    return not_understood();
  }
}

Result<RemoteJob> JobClient::get(const std::string& id) { return job_in(client_.get(target_of(id))); }

Result<RemoteJob> JobClient::cancel(const std::string& id) { return job_in(client_.remove(target_of(id))); }

Result<HttpAnswer> JobClient::result(const std::string& id) { return client_.get(target_of(id) + "/result"); }

}  // namespace framewright::app
