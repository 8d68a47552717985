// Bytes of a body in pooled buffers, paid from the frame budget.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "engine/frame_pool.hpp"

namespace framewright::net {

struct PooledBytes {
  engine::BufferLease buffer;
  std::size_t size_bytes = 0;

  std::span<const std::uint8_t> bytes() const noexcept { return {buffer.data(), size_bytes}; }
  std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(buffer.data()), size_bytes};
  }
};

/// Grows buffers as bytes arrive, so that a declared length alone takes no memory.
class PooledWriter {
 public:
  PooledWriter(engine::FramePool& pool, std::uint64_t limit_bytes) : pool_(pool), limit_bytes_(limit_bytes) {}

  /// Room for more bytes, `expected` of them if the limit allows; of which commit() takes over how many came.
  ///
  /// Errors   BodyTooLarge when the limit is reached and `expected` is not 0; Overloaded (memory).
  engine::Result<std::span<std::uint8_t>> prepare(std::uint64_t expected);
  void commit(std::size_t bytes) noexcept { written_.size_bytes += bytes; }
  engine::Result<void> append(std::span<const std::uint8_t> bytes);

  std::uint64_t size_bytes() const noexcept { return written_.size_bytes; }
  PooledBytes take() { return std::exchange(written_, {}); }

 private:
  engine::FramePool& pool_;
  const std::uint64_t limit_bytes_;
  PooledBytes written_;
};

/// What base64 text stands for.
///
/// Errors   InvalidArgument (naming `field`), BodyTooLarge, Overloaded (memory).
engine::Result<PooledBytes> decode_base64(std::string_view text, std::string_view field,
                                          std::uint64_t limit_bytes, engine::FramePool& pool);

engine::Error body_too_large(std::uint64_t limit_bytes);

}  // namespace framewright::net
