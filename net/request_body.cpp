#include "net/request_body.hpp"

#include <array>

namespace framewright::net {

using engine::Result;
using engine::unexpected;

namespace {

constexpr std::uint64_t kUnknownSizeBytes = 64 << 10;

}  // namespace

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
