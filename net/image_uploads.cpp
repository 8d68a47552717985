#include "net/image_uploads.hpp"

#include <nlohmann/json.hpp>

#include "net/job_json.hpp"
#include "net/json_bodies.hpp"
#include "net/json_response.hpp"
#include "net/media_type.hpp"
#include "net/multipart_body.hpp"
#include "net/query_input.hpp"

namespace framewright::net {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;
using nlohmann::json;

/// What became of the files so far.
struct Uploads {
  json images = json::array();
  json errors = json::array();
  std::optional<engine::Error> first_error;

  void add(const std::string& filename, const Result<engine::LibraryImage>& image) {
    if (image) {
      images.push_back(image_json(*image));
      return;
    }
    const auto& error = image.error();
    errors.push_back(
        {{"filename", filename}, {"code", engine::to_string(error.code)}, {"detail", error.detail}});
    if (!first_error) first_error = engine::Error{error.code, error.detail};
    first_error->fields.push_back({filename, error.detail});
  }

  Response response() const {
    if (images.empty() && first_error) return problem(*first_error);
    return json_response({{"images", images}, {"errors", errors}}, errors.empty() ? 201 : 207);
  }
};

Awaitable<Result<engine::LibraryImage>> store(const RestDependencies& rest, const PooledBytes& file,
                                              const std::string& filename) {
  auto image = co_await run_blocking(rest.blocking, [&] { return rest.images.add(file.bytes(), filename); });
  if (!image) co_return unexpected(std::move(image).error());
  co_return std::move(*image);
}

/// One part of the form; a file is one under whatever name its field has. An error of the file alone goes
/// into `uploads`; one of the request is returned.
Awaitable<Result<void>> take_part(const RestDependencies& rest, MultipartBody& body, const PartHeaders& part,
                                  Uploads& uploads) {
  if (part.name != "file" && !part.has_filename) {
    co_return unexpected(ErrorCode::InvalidArgument,
                         "part \"" + part.name + "\": accepted are files, and \"file\" without a name");
  }
  auto content = co_await body.read_part(rest.frame_pool, rest.limits.upload_image_bytes);
  if (!content && body.broken()) co_return unexpected(std::move(content).error());
  if (!content) {
    uploads.add(part.filename, unexpected(std::move(content).error()));
    co_return Result<void>{};
  }
  const auto image = co_await store(rest, *content, part.filename);
  uploads.add(part.filename, image);
  co_return Result<void>{};
}

Awaitable<Response> upload_form(const RestDependencies& rest, Exchange& exchange) {
  auto body = MultipartBody::open(exchange.request.headers.get("Content-Type"), exchange.body);
  if (!body) co_return problem(std::move(body).error());
  Uploads uploads;
  for (std::size_t files = 0;; ++files) {
    auto part = co_await body->next_part();
    if (!part) co_return problem(std::move(part).error());
    if (!*part && files == 0)
      co_return problem({ErrorCode::InvalidArgument, "the form holds no part \"file\""});
    if (!*part) co_return uploads.response();
    if (files == rest.limits.files_per_request) {
      const auto most = std::to_string(rest.limits.files_per_request);
      co_return problem({ErrorCode::InvalidArgument, "more than " + most + " files in one request"});
    }
    auto taken = co_await take_part(rest, *body, **part, uploads);
    if (!taken) co_return problem(std::move(taken).error());
  }
}

Result<JsonFile> parse(const RestDependencies& rest, const PooledBytes& body) {
  // The parsed document holds the text a second time.
  engine::Reservation reservation;
  auto document_bytes = rest.frame_pool.charge(body.size_bytes + 1, reservation);
  if (!document_bytes) return unexpected(std::move(document_bytes).error());
  return parse_file(body.text(), rest.limits.upload_image_bytes, rest.frame_pool);
}

Awaitable<Response> upload_json(const RestDependencies& rest, Exchange& exchange) {
  // Base64 takes four characters for three bytes; the rest is room for the name.
  const auto limit = rest.limits.upload_image_bytes / 3 * 4 + 4096;
  auto body = co_await read_body(exchange.body, rest.frame_pool, limit);
  if (!body) co_return problem(std::move(body).error());
  auto file = co_await run_blocking(rest.blocking, [&rest, &body] { return parse(rest, *body); });
  if (!file) co_return problem(std::move(file).error());
  if (!*file) co_return problem(std::move(*file).error());
  Uploads uploads;
  const auto image = co_await store(rest, (*file)->content, (*file)->filename);
  uploads.add((*file)->filename, image);
  co_return uploads.response();
}

Awaitable<Response> upload_raw(const RestDependencies& rest, Exchange& exchange) {
  QueryInput query(exchange.request.query);
  const auto filename = query.text("filename").value_or("image");
  auto checked = query.finish();
  if (!checked) co_return problem(std::move(checked).error());
  auto body = co_await read_body(exchange.body, rest.frame_pool, rest.limits.upload_image_bytes);
  if (!body) co_return problem(std::move(body).error());
  Uploads uploads;
  const auto image = co_await store(rest, *body, filename);
  uploads.add(filename, image);
  co_return uploads.response();
}

}  // namespace

Awaitable<Response> upload_images(const RestDependencies& rest, Exchange& exchange) {
  const auto type = parse_media_type(exchange.request.headers.get("Content-Type")).type;
  if (type == "multipart/form-data") return upload_form(rest, exchange);
  if (type == "application/json") return upload_json(rest, exchange);
  return upload_raw(rest, exchange);
}

}  // namespace framewright::net
