// PngChunks walks the chunks of a PNG file.
//
// Lifetime  borrows the bytes; so do the chunks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/result.hpp"

namespace framewright::engine {

inline constexpr std::size_t kPngSignatureBytes = 8;

struct PngChunk {
  std::string_view type = {};  ///< four characters
  std::span<const std::uint8_t> payload = {};
  std::span<const std::uint8_t> whole = {};  ///< length, type, payload and checksum

  /// Whether a reader that does not know the type must refuse the file: it begins with a capital letter.
  bool is_critical() const noexcept { return (type[0] & 0x20) == 0; }
  bool has_right_checksum() const noexcept;
};

class PngChunks {
 public:
  /// `bytes` begin with the signature.
  explicit PngChunks(std::span<const std::uint8_t> bytes) noexcept : bytes_(bytes) {}

  /// The next chunk; its checksum is not looked at. Not to be called again after IEND.
  ///
  /// Errors   CorruptMedia when the bytes end within it, or its type is no four letters.
  Result<PngChunk> next();

 private:
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = kPngSignatureBytes;
};

}  // namespace framewright::engine
