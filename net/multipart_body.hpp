// A multipart/form-data body, read part by part from the connection.
#pragma once

#include <optional>
#include <vector>

#include "net/http_exchange.hpp"
#include "net/multipart.hpp"
#include "net/request_body.hpp"

namespace framewright::net {

class MultipartBody {
 public:
  /// Errors   UnsupportedMedia when `content_type` is not multipart/form-data, InvalidArgument without a
  ///          boundary.
  static engine::Result<MultipartBody> open(std::string_view content_type, BodySource& source);

  /// The next part; none after the last one. What was not read of the part before is passed over.
  ///
  /// Errors   InvalidArgument (malformed, or it ends early), and those of the source.
  Awaitable<engine::Result<std::optional<PartHeaders>>> next_part();

  /// All data of the current part. A part beyond `limit_bytes` is read to its end and is then BodyTooLarge;
  /// the next part can be read all the same.
  ///
  /// Errors   BodyTooLarge, Overloaded (memory); broken() tells those after which nothing more can be read.
  Awaitable<engine::Result<PooledBytes>> read_part(engine::FramePool& pool, std::uint64_t limit_bytes);
  bool broken() const noexcept { return broken_; }

 private:
  MultipartBody(std::string_view boundary, BodySource& source) : parser_(boundary), source_(&source) {}

  Awaitable<engine::Result<MultipartParser::Event>> next_event();
  Awaitable<engine::Result<void>> fill();

  MultipartParser parser_;
  BodySource* source_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;  ///< of what was not consumed
  std::size_t end_ = 0;
  bool broken_ = false;
};

}  // namespace framewright::net
