// POST /api/v1/jobs: a job about an image of the library (JSON), or with pictures of its own (multipart).
#include <nlohmann/json.hpp>

#include "engine/codec.hpp"
#include "net/digest.hpp"
#include "net/handlers.hpp"
#include "net/job_json.hpp"
#include "net/job_request.hpp"
#include "net/json_response.hpp"
#include "net/media_type.hpp"
#include "net/multipart_body.hpp"
#include "net/rest.hpp"

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

constexpr std::uint64_t kMaxJobTextBytes = 256 << 10;
constexpr std::size_t kMaxKeyBytes = 255;

/// A job on its way into the store.
struct Submission {
  std::optional<JobRequest> request;
  std::optional<std::string> idempotency_key;
  std::shared_ptr<engine::JobUpload> upload;
  Digest digest;
};

Result<void> read_key(const Request& request, Submission& submission) {
  if (!request.headers.has("Idempotency-Key")) return {};
  const auto key = request.headers.get("Idempotency-Key");
  if (key.empty() || key.size() > kMaxKeyBytes) {
    return unexpected(ErrorCode::InvalidArgument, "Idempotency-Key must have 1 to 255 characters");
  }
  submission.idempotency_key = std::string(key);
  return {};
}

Result<void> begin_upload(const RestDependencies& rest, Submission& submission) {
  if (submission.upload) return {};
  auto upload = rest.job_files.begin_upload();
  if (!upload) return unexpected(std::move(upload).error());
  submission.upload = std::move(*upload);
  return {};
}

Result<void> link_library_image(const RestDependencies& rest, Submission& submission) {
  const auto& id = *submission.request->image_id;
  const auto image = rest.images.get(id);
  if (!image) return unexpected(image.error());
  const auto file = rest.images.file_of(id);
  if (!file) return unexpected(file.error());
  if (auto begun = begin_upload(rest, submission); !begun) return begun;
  return submission.upload->link(image->display_name, *file);
}

/// Looks at one picture and writes it to the disk.
Result<void> add_file(const RestDependencies& rest, Submission& submission, const PartHeaders& part,
                      const PooledBytes& file) {
  const auto header = engine::inspect(file.bytes(), rest.limits.images);
  if (!header) {
    auto error = header.error();
    error.fields.push_back({part.filename, error.detail});
    return unexpected(std::move(error));
  }
  submission.digest.add(part.filename);
  submission.digest.add(file.bytes());
  if (auto begun = begin_upload(rest, submission); !begun) return begun;
  return submission.upload->add(part.filename, file.bytes());
}

Response create(const RestDependencies& rest, Submission& submission) {
  if (!submission.request) return problem({ErrorCode::InvalidArgument, "the part \"job\" is missing"});
  const auto& request = *submission.request;
  if (request.image_id.has_value() == (submission.upload != nullptr)) {
    return problem({ErrorCode::InvalidArgument,
                    "a job takes either input.image_id or files",
                    {{"input", "name one image of the library, or send parts \"file\""}}});
  }
  if (request.image_id) {
    if (auto linked = link_library_image(rest, submission); !linked)
      return problem(std::move(linked).error());
  }
  submission.digest.add(request.canonical());
  engine::NewJob job;
  job.priority = request.priority;
  job.pipeline = request.pipeline.to_text();
  job.output = request.output;
  job.accelerator = request.accelerator;
  job.image_id = request.image_id;
  job.idempotency_key = submission.idempotency_key;
  job.request_fingerprint = submission.digest.finish();
  job.upload = submission.upload;
  const auto stored = rest.jobs.create(std::move(job));
  if (!stored) return problem(stored.error());
  auto response = json_response(job_json(*stored), 202);
  response.headers.add("Location", "/api/v1/jobs/" + stored->id);
  return response;
}

/// What was uploaded in vain is removed from the disk, so a submission ends on the pool.
Response end(const RestDependencies& rest, Submission& submission, const engine::Error* error) {
  auto response = error != nullptr ? problem(*error) : create(rest, submission);
  submission.upload.reset();
  return response;
}

Awaitable<Response> refuse(const RestDependencies& rest, Submission& submission, const engine::Error& error) {
  const std::function<Response()> ending = [&] { return end(rest, submission, &error); };
  co_return co_await respond_blocking(rest.blocking, ending);
}

Awaitable<Response> accept(const RestDependencies& rest, Submission& submission) {
  const std::function<Response()> ending = [&] { return end(rest, submission, nullptr); };
  co_return co_await respond_blocking(rest.blocking, ending);
}

Awaitable<Result<void>> take_part(const RestDependencies& rest, MultipartBody& body, const PartHeaders& part,
                                  Submission& submission) {
  const bool is_file = part.name == "file";
  if (!is_file && part.name != "job") {
    co_return unexpected(ErrorCode::InvalidArgument,
                         "part \"" + part.name + "\": accepted are \"job\" and \"file\"");
  }
  if (!is_file && submission.request)
    co_return unexpected(ErrorCode::InvalidArgument, "the part \"job\" stands twice");
  const auto limit = is_file ? rest.limits.body_bytes : kMaxJobTextBytes;
  auto content = co_await body.read_part(rest.frame_pool, limit);
  if (!content) co_return unexpected(std::move(content).error());
  if (!is_file) {
    auto request = parse_job_request(content->text(), rest.limits.pipeline_filters);
    if (!request) co_return unexpected(std::move(request).error());
    submission.request = std::move(*request);
    co_return Result<void>{};
  }
  auto added =
      co_await run_blocking(rest.blocking, [&] { return add_file(rest, submission, part, *content); });
  if (!added) co_return unexpected(std::move(added).error());
  co_return std::move(*added);
}

Awaitable<Response> submit_multipart(const RestDependencies& rest, Exchange& exchange,
                                     Submission& submission) {
  auto body = MultipartBody::open(exchange.request.headers.get("Content-Type"), exchange.body);
  if (!body) co_return problem(std::move(body).error());
  const auto most = rest.limits.files_per_request;
  const engine::Error too_many = {ErrorCode::InvalidArgument, "more than " + std::to_string(most) + " files"};
  for (std::size_t parts = 0;; ++parts) {
    auto part = co_await body->next_part();
    if (!part) co_return co_await refuse(rest, submission, part.error());
    if (!*part) co_return co_await accept(rest, submission);
    if (parts == most + 1) co_return co_await refuse(rest, submission, too_many);
    auto taken = co_await take_part(rest, *body, **part, submission);
    if (!taken) co_return co_await refuse(rest, submission, taken.error());
  }
}

Awaitable<Response> submit_json(const RestDependencies& rest, Exchange& exchange, Submission& submission) {
  auto body = co_await read_body(exchange.body, rest.frame_pool, kMaxJobTextBytes);
  if (!body) co_return problem(std::move(body).error());
  auto request = parse_job_request(body->text(), rest.limits.pipeline_filters);
  if (!request) co_return problem(std::move(request).error());
  submission.request = std::move(*request);
  co_return co_await accept(rest, submission);
}

Awaitable<Response> submit(const RestDependencies& rest, Exchange& exchange) {
  Submission submission;
  auto key = read_key(exchange.request, submission);
  if (!key) co_return problem(std::move(key).error());
  const auto type = parse_media_type(exchange.request.headers.get("Content-Type")).type;
  if (type == "application/json") co_return co_await submit_json(rest, exchange, submission);
  if (type == "multipart/form-data") co_return co_await submit_multipart(rest, exchange, submission);
  co_return problem({ErrorCode::UnsupportedMedia,
                     "Content-Type is \"" + type + "\"; accepted: application/json, multipart/form-data"});
}

}  // namespace

void add_job_submission_route(Router& router, const RestDependencies& rest) {
  router.add("POST", "/api/v1/jobs", "jobs", [&rest](Exchange& exchange) { return submit(rest, exchange); });
}

}  // namespace framewright::net
