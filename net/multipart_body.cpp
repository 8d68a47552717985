#include "net/multipart_body.hpp"

#include <cstring>

#include "net/media_type.hpp"

namespace framewright::net {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;
using Kind = MultipartParser::Kind;

namespace {

constexpr std::size_t kBufferBytes = 64 << 10;
static_assert(kBufferBytes > 2 * MultipartParser::kMaxLookaheadBytes);

}  // namespace

Result<MultipartBody> MultipartBody::open(std::string_view content_type, BodySource& source) {
  const auto type = parse_media_type(content_type);
  if (type.type != "multipart/form-data") {
    return unexpected(ErrorCode::UnsupportedMedia, "Content-Type is not multipart/form-data");
  }
  const auto* boundary = type.parameter("boundary");
  if (boundary == nullptr || boundary->empty() || boundary->size() > MultipartParser::kMaxBoundaryBytes) {
    return unexpected(ErrorCode::InvalidArgument, "Content-Type needs a boundary of 1 to 70 characters");
  }
  return MultipartBody(*boundary, source);
}

Awaitable<Result<void>> MultipartBody::fill() {
  buffer_.resize(kBufferBytes);
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  const auto count = co_await source_->read_some(std::span(buffer_).subspan(end_));
  if (!count) co_return unexpected(count.error());
  if (*count == 0)
    co_return unexpected(ErrorCode::InvalidArgument, "the multipart body ends before its last boundary");
  end_ += *count;
  co_return Result<void>{};
}

Awaitable<Result<MultipartParser::Event>> MultipartBody::next_event() {
  while (true) {
    auto event = parser_.next(std::span(buffer_).subspan(begin_, end_ - begin_));
    if (!event) {
      broken_ = true;
      co_return unexpected(std::move(event).error());
    }
    begin_ += event->consumed;
    if (event->kind != Kind::NeedMore) co_return *event;
    if (event->consumed > 0) continue;
    auto filled = co_await fill();
    if (!filled) {
      broken_ = true;
      co_return unexpected(std::move(filled).error());
    }
  }
}

Awaitable<Result<std::optional<PartHeaders>>> MultipartBody::next_part() {
  while (true) {
    auto event = co_await next_event();
    if (!event) co_return unexpected(std::move(event).error());
    if (event->kind == Kind::End) break;
    if (event->kind == Kind::Part) co_return std::optional<PartHeaders>(parser_.headers());
  }
  // The rest is of no interest to the form, but the connection's next request is behind it.
  while (true) {
    const auto count = co_await source_->read_some(buffer_);
    if (!count) co_return unexpected(count.error());
    if (*count == 0) co_return std::optional<PartHeaders>{};
  }
}

Awaitable<Result<PooledBytes>> MultipartBody::read_part(engine::FramePool& pool, std::uint64_t limit_bytes) {
  PooledWriter writer(pool, limit_bytes);
  Result<void> taken;
  while (true) {
    auto event = co_await next_event();
    if (!event) co_return unexpected(std::move(event).error());
    if (event->kind != Kind::Data) break;
    if (taken) taken = writer.append(event->data);
    if (!taken) writer.take();
  }
  if (!taken) co_return unexpected(std::move(taken).error());
  co_return writer.take();
}

}  // namespace framewright::net
