// Where pictures can come from: what every server has, then the images of the library, newest first.
#include <array>
#include <nlohmann/json.hpp>

#include "net/handlers.hpp"
#include "net/json_response.hpp"
#include "net/query_input.hpp"
#include "net/rest.hpp"

namespace framewright::net {
namespace {

using engine::Result;
using nlohmann::json;

constexpr int kMaxPage = 500;
constexpr int kDefaultPage = 50;

struct OwnSource {
  const char* id;
  const char* display_name;
  bool is_default;
};

/// Each is of the type that its id names.
constexpr std::array<OwnSource, 2> kOwnSources = {
    {{"test_pattern", "Test pattern", true}, {"camera", "Camera of the browser", false}}};

/// How many of kOwnSources come before a page that begins among them: "own1". Cursors of images are the
/// library's.
std::optional<std::size_t> own_sources_before(const std::optional<std::string>& cursor) {
  if (!cursor) return 0;
  for (std::size_t shown = 1; shown <= kOwnSources.size(); ++shown) {
    if (*cursor == "own" + std::to_string(shown)) return shown;
  }
  return std::nullopt;
}

json source_json(const engine::LibraryImage& image) {
  const auto path = "/api/v1/images/" + image.id;
  return {{"id", image.id}, {"display_name", image.display_name},    {"type", "static"},
          {"path", path},   {"thumbnail_path", path + "/thumbnail"}, {"is_default", image.is_default}};
}

Response page_response(json sources, const std::optional<std::string>& next) {
  return json_response(
      {{"sources", std::move(sources)}, {"next_cursor", next ? json(*next) : json(nullptr)}});
}

Response inputs(engine::ImageLibrary& images, const Request& request) {
  QueryInput query(request.query);
  const auto limit = static_cast<std::size_t>(query.integer("limit", {1, kMaxPage}).value_or(kDefaultPage));
  const auto cursor = query.text("cursor");
  if (auto checked = query.finish(); !checked) return problem(std::move(checked).error());

  auto sources = json::array();
  const auto before = own_sources_before(cursor);
  auto shown = before.value_or(kOwnSources.size());
  for (; shown < kOwnSources.size() && sources.size() < limit; ++shown) {
    const auto& own = kOwnSources[shown];
    sources.push_back({{"id", own.id},
                       {"display_name", own.display_name},
                       {"type", own.id},
                       {"is_default", own.is_default}});
  }
  if (sources.size() == limit) return page_response(std::move(sources), "own" + std::to_string(shown));
  const auto page = images.list(limit - sources.size(), before ? std::nullopt : cursor);
  if (!page) return problem(page.error());
  for (const auto& image : page->images) sources.push_back(source_json(image));
  return page_response(std::move(sources), page->next_cursor);
}

}  // namespace

void add_input_routes(Router& router, const RestDependencies& rest) {
  router.add(
      "GET", "/api/v1/config/inputs", "config",
      blocking(rest.blocking, [&rest](const Request& request) { return inputs(rest.images, request); }));
}

}  // namespace framewright::net
