#include "net/file_response.hpp"

#include "net/range.hpp"
#include "net/target.hpp"

namespace framewright::net {
namespace {

/// Ranges are for GET alone. These files have no validator, so no If-Range is about the file that is here now
/// (RFC 9110, sections 14.2 and 13.1.5).
std::string_view range_of(const Request& request) noexcept {
  const bool counts = request.method == "GET" && !request.headers.has("If-Range");
  return counts ? request.headers.get("Range") : std::string_view{};
}

}  // namespace

Response file_response(const Request& request, const StoredFile& file) {
  const auto choice = choose_range(range_of(request), file.size_bytes);
  const auto total = "/" + std::to_string(file.size_bytes);
  if (choice.state == RangeState::NotSatisfiable) {
    auto response =
        problem({engine::ErrorCode::InvalidArgument, "no byte of the file lies in the range"}, 416);
    response.headers.add("Content-Range", "bytes *" + total);
    return response;
  }
  FileSlice slice{file.path, 0, file.size_bytes};
  Response response;
  response.headers.add("Content-Type", file.media_type);
  response.headers.add("Accept-Ranges", "bytes");
  if (!file.filename.empty()) {
    response.headers.add("Content-Disposition",
                         "attachment; filename*=UTF-8''" + percent_encode(file.filename));
  }
  if (choice.state == RangeState::Part) {
    const auto [offset, size] = choice.range;
    response.status = 206;
    response.headers.add("Content-Range",
                         "bytes " + std::to_string(offset) + "-" + std::to_string(offset + size - 1) + total);
    slice.offset_bytes = offset;
    slice.size_bytes = size;
  }
  response.body = std::move(slice);
  return response;
}

}  // namespace framewright::net
