#include "engine/riff_chunks.hpp"

#include <algorithm>
#include <string>

#include "engine/byte_reader.hpp"

namespace framewright::engine {

Result<RiffChunk> RiffChunks::next() {
  constexpr std::size_t kFrameBytes = 8;  // Type and length.
  const auto length = read_number<std::uint32_t>(bytes_, at_ + 4, ByteOrder::Little);
  if (!length || *length > bytes_.size() - at_ - kFrameBytes) {
    return unexpected(ErrorCode::CorruptMedia,
                      "WebP: the file ends in the chunk at byte " + std::to_string(at_));
  }
  const auto rest = bytes_.subspan(at_);
  const auto whole = rest.first(std::min<std::size_t>(rest.size(), kFrameBytes + *length + *length % 2));
  at_ += whole.size();
  const std::string_view type(reinterpret_cast<const char*>(whole.data()), 4);
  return RiffChunk{type, whole.subspan(kFrameBytes, *length), whole};
}

Result<std::span<const std::uint8_t>> riff_extent(std::span<const std::uint8_t> bytes) {
  const auto length = read_number<std::uint32_t>(bytes, 4, ByteOrder::Little);
  if (!length || std::uint64_t{*length} + 8 > bytes.size()) {
    return unexpected(ErrorCode::CorruptMedia, "WebP: the file is shorter than its header says");
  }
  return bytes.first(std::size_t{*length} + 8);
}

}  // namespace framewright::engine
