#include "net/request_body.hpp"

#include <algorithm>
#include <cstring>

namespace framewright::net {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

namespace {

constexpr std::uint64_t kFirstBufferBytes = 1 << 20;  // Most pictures fit: they are never copied.
constexpr std::uint64_t kUnknownSizeBytes = 64 << 10;

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

Awaitable<Result<PooledBytes>> read_body(BodySource& source, engine::FramePool& pool,
                                         std::uint64_t limit_bytes) {
  const auto declared = source.declared_bytes();
  if (declared && *declared > limit_bytes) co_return unexpected(body_too_large(limit_bytes));
  PooledWriter writer(pool, limit_bytes);
  std::array<std::uint8_t, 1> beyond;
  while (!declared || writer.size_bytes() < *declared) {
    std::span<std::uint8_t> space = beyond;
    const bool full = writer.size_bytes() == limit_bytes;
    if (!full) {
      auto prepared = writer.prepare(declared ? *declared - writer.size_bytes() : kUnknownSizeBytes);
      if (!prepared) co_return unexpected(std::move(prepared).error());
      space = *prepared;
    }
    const auto count = co_await source.read_some(space);
    if (!count) co_return unexpected(count.error());
    if (*count == 0) break;
    if (full) co_return unexpected(body_too_large(limit_bytes));
    writer.commit(*count);
  }
  co_return writer.take();
}

}  // namespace framewright::net
