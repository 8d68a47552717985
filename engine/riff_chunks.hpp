// RiffChunks walks the chunks of a WebP file.
//
// Lifetime  borrows the bytes; so do the chunks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/result.hpp"

namespace framewright::engine {

inline constexpr std::size_t kRiffHeaderBytes = 12;

struct RiffChunk {
  std::string_view type = {};  ///< four characters
  std::span<const std::uint8_t> payload = {};
  std::span<const std::uint8_t> whole = {};  ///< type, length, payload and padding
};

class RiffChunks {
 public:
  /// `bytes` begin with "RIFF", a length and "WEBP".
  explicit RiffChunks(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {}

  bool at_end() const noexcept { return at_ >= bytes_.size(); }
  /// The next chunk.
  ///
  /// Errors   CorruptMedia when the bytes end within it.
  Result<RiffChunk> next();

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = kRiffHeaderBytes;
};

/// The bytes of the file that its header accounts for: what follows is not part of it.
///
/// Errors   CorruptMedia when there are fewer.
Result<std::span<const std::uint8_t>> riff_extent(std::span<const std::uint8_t> bytes);

}  // namespace framewright::engine
