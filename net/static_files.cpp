#include "net/static_files.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <system_error>

#include "net/handlers.hpp"
#include "net/rest.hpp"

namespace framewright::net {
namespace {

namespace fs = std::filesystem;
using engine::Result;

// What the pages may load: nothing but this server's own files, and pictures and frames that they made
// themselves.
constexpr const char* kContentSecurityPolicy =
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri "
    "'none'; "
    "form-action 'self'; frame-ancestors 'none'";

engine::Unexpected not_found() {
  return engine::unexpected(engine::ErrorCode::NotFound, "there is nothing at this address");
}

bool is_plain_name(const std::string& segment) noexcept {
  return !segment.empty() && segment.front() != '.' && segment.find_first_of("/\\") == std::string::npos &&
         segment.find('\0') == std::string::npos;
}

bool lies_within(const fs::path& file, const fs::path& root) {
  return std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first == root.end();
}

/// Changes whenever the file does: size and time of the last change.
Result<std::string> entity_tag(const fs::path& file, std::uint64_t& size_bytes) {
  std::error_code failed;
  size_bytes = fs::file_size(file, failed);
  if (failed) return not_found();
  const auto changed = fs::last_write_time(file, failed);
  if (failed) return not_found();
  char tag[64];
  std::snprintf(tag, sizeof tag, "\"%llx-%llx\"", static_cast<unsigned long long>(size_bytes),
                static_cast<unsigned long long>(changed.time_since_epoch().count()));
  return std::string(tag);
}

bool client_has(const Request& request, const std::string& tag) {
  return request.headers.has_word("If-None-Match", tag) ||
         request.headers.has_word("If-None-Match", "W/" + tag) ||
         request.headers.has_word("If-None-Match", "*");
}

}  // namespace

std::string_view media_type_of_file(const fs::path& file) noexcept {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kTypes = {{
      {".css", "text/css; charset=utf-8"},
      {".html", "text/html; charset=utf-8"},
      {".ico", "image/x-icon"},
      {".jpeg", "image/jpeg"},
      {".jpg", "image/jpeg"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".png", "image/png"},
      {".svg", "image/svg+xml"},
      {".txt", "text/plain; charset=utf-8"},
      {".wasm", "application/wasm"},
      {".webmanifest", "application/manifest+json"},
      {".webp", "image/webp"},
      {".woff2", "font/woff2"},
  }};
  const auto extension = file.extension();
  for (const auto& [known, type] : kTypes) {
    if (extension == known) return type;
  }
  return "application/octet-stream";
}

StaticFiles::StaticFiles(fs::path root) {
  std::error_code failed;  // A folder that is not there is one without files.
  root_ = fs::canonical(root, failed);
}

Result<fs::path> StaticFiles::find(const std::vector<std::string>& segments) const {
  if (root_.empty()) return not_found();
  auto path = root_;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool names_folder = i + 1 == segments.size() && segments[i].empty();
    if (!names_folder && !is_plain_name(segments[i])) return not_found();
    path /= names_folder ? "index.html" : segments[i];
  }
  std::error_code failed;
  path = fs::canonical(path, failed);
  if (failed || !lies_within(path, root_) || !fs::is_regular_file(path, failed)) return not_found();
  return path;
}

Response StaticFiles::answer(const Request& request) const {
  const auto file = find(request.segments);
  if (!file) return problem(file.error());
  if (request.method != "GET" && request.method != "HEAD") return other_method(request, "GET, HEAD, OPTIONS");
  FileSlice slice{*file, 0, 0};
  const auto tag = entity_tag(*file, slice.size_bytes);
  if (!tag) return problem(tag.error());

  Response response;
  response.headers.add("ETag", *tag);
  response.headers.add("Cache-Control", "no-cache");
  response.headers.add("Content-Security-Policy", kContentSecurityPolicy);
  response.headers.add("Referrer-Policy", "no-referrer");
  if (client_has(request, *tag)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", std::string(media_type_of_file(*file)));
  response.body = std::move(slice);
  return response;
}

void add_static_files(Router& router, const RestDependencies& rest) {
  const auto files = std::make_shared<const StaticFiles>(rest.web_directory);
  router.set_fallback(
      "web", blocking(rest.blocking, [files](const Request& request) { return files->answer(request); }));
}

}  // namespace framewright::net
