// The library of still images.
#include <nlohmann/json.hpp>

#include "net/accept.hpp"
#include "net/file_response.hpp"
#include "net/handlers.hpp"
#include "net/image_uploads.hpp"
#include "net/job_json.hpp"
#include "net/json_response.hpp"
#include "net/query_input.hpp"
#include "net/rest.hpp"

namespace framewright::net {
namespace {

using nlohmann::json;

constexpr int kMaxPage = 500;
constexpr int kDefaultPage = 50;

Response list(engine::ImageLibrary& images, const Request& request) {
  QueryInput query(request.query);
  const auto limit = query.integer("limit", {1, kMaxPage}).value_or(kDefaultPage);
  const auto cursor = query.text("cursor");
  if (auto checked = query.finish(); !checked) return problem(std::move(checked).error());
  const auto page = images.list(static_cast<std::size_t>(limit), cursor);
  if (!page) return problem(page.error());
  auto documents = json::array();
  for (const auto& image : page->images) documents.push_back(image_json(image));
  return json_response({{"images", std::move(documents)},
                        {"next_cursor", page->next_cursor ? json(*page->next_cursor) : json(nullptr)}});
}

/// The picture itself for `Accept: image/...`, what is known about it for all others.
Response get(engine::ImageLibrary& images, const Request& request) {
  const auto& id = request.captures.front();
  const auto image = images.get(id);
  if (!image) return problem(image.error());
  const Accept accept(request.headers);
  const auto bytes_weight = accept.weight_named("image/");
  const bool wants_bytes = bytes_weight > 0 && bytes_weight >= accept.weight_of("application/json");
  auto response = json_response(image_json(*image));
  if (wants_bytes) {
    const auto file = images.file_of(id);
    if (!file) return problem(file.error());
    response = file_response(request, {*file, image->size_bytes, "image/" + image->format, ""});
  }
  response.headers.add("Vary", "Accept");
  return response;
}

Response thumbnail(engine::ImageLibrary& images, const Request& request) {
  const auto file = images.thumbnail_of(request.captures.front());
  if (!file) return problem(file.error());
  std::error_code failed;
  const auto size_bytes = std::filesystem::file_size(*file, failed);
  if (failed)
    return problem({engine::ErrorCode::Internal, "the thumbnail cannot be read: " + failed.message()});
  return file_response(request, {*file, size_bytes, "image/jpeg", ""});
}

Response remove(engine::ImageLibrary& images, const Request& request) {
  if (auto removed = images.remove(request.captures.front()); !removed)
    return problem(std::move(removed).error());
  Response response;
  response.status = 204;
  return response;
}

}  // namespace

void add_image_routes(Router& router, const RestDependencies& rest) {
  const auto with_images = [&rest](Response (*answer)(engine::ImageLibrary&, const Request&)) {
    return blocking(rest.blocking,
                    [&rest, answer](const Request& request) { return answer(rest.images, request); });
  };
  router.add("GET", "/api/v1/images", "images", with_images(list));
  router.add("POST", "/api/v1/images/upload", "images_upload",
             [&rest](Exchange& exchange) { return upload_images(rest, exchange); });
  router.add("GET", "/api/v1/images/{id}", "images", with_images(get));
  router.add("DELETE", "/api/v1/images/{id}", "images", with_images(remove));
  router.add("GET", "/api/v1/images/{id}/thumbnail", "images", with_images(thumbnail));
}

}  // namespace framewright::net
