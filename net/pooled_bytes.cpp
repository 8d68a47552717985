#include "net/pooled_bytes.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "net/base64.hpp"

namespace framewright::net {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

namespace {

constexpr std::uint64_t kFirstBufferBytes = 1 << 20;  // Most pictures fit: they are never copied.

}  // namespace

engine::Error body_too_large(std::uint64_t limit_bytes) {
  return {ErrorCode::BodyTooLarge, "the body is larger than " + std::to_string(limit_bytes) + " bytes"};
}

Result<std::span<std::uint8_t>> PooledWriter::prepare(std::uint64_t expected) {
  const auto used = static_cast<std::uint64_t>(written_.size_bytes);
  if (used >= limit_bytes_) return unexpected(body_too_large(limit_bytes_));
  const auto capacity = static_cast<std::uint64_t>(written_.buffer.capacity());
  if (used == capacity) {
    const auto first = std::min(std::max(expected, std::uint64_t{1}), kFirstBufferBytes);
    const auto wanted = std::min(std::max(capacity * 2, first), limit_bytes_);
    auto larger = pool_.lend_input(static_cast<std::size_t>(wanted));
    if (!larger) return unexpected(std::move(larger).error());
    if (used > 0) std::memcpy(larger->data(), written_.buffer.data(), written_.size_bytes);
    written_.buffer = std::move(*larger);
  }
  const auto end = std::min<std::uint64_t>(written_.buffer.capacity(), limit_bytes_);
  return written_.buffer.bytes().subspan(written_.size_bytes, static_cast<std::size_t>(end - used));
}

Result<void> PooledWriter::append(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    auto space = prepare(bytes.size());
    if (!space) return unexpected(std::move(space).error());
    const auto count = std::min(space->size(), bytes.size());
    std::memcpy(space->data(), bytes.data(), count);
    commit(count);
    bytes = bytes.subspan(count);
  }
  return {};
}

Result<PooledBytes> decode_base64(std::string_view text, std::string_view field, std::uint64_t limit_bytes,
                                  engine::FramePool& pool) {
  const auto bad_text = engine::Error{ErrorCode::InvalidArgument, std::string(field) + ": not base64"};
  const auto size = base64_decoded_bytes(text);
  if (!size) return unexpected(bad_text);
  if (*size > limit_bytes) return unexpected(body_too_large(limit_bytes));
  auto buffer = pool.lend_input(*size);
  if (!buffer) return unexpected(std::move(buffer).error());
  PooledBytes bytes{std::move(*buffer), *size};
  if (!decode_base64(text, bytes.buffer.bytes())) return unexpected(bad_text);
  return bytes;
}

}  // namespace framewright::net
