#include "engine/png_chunks.hpp"

#include <string>

#include "engine/byte_reader.hpp"

namespace framewright::engine {

Result<PngChunk> PngChunks::next() {
  constexpr std::size_t kFrameBytes = 12;  // Length, type and checksum.
  const auto length = read_number<std::uint32_t>(bytes_, at_, ByteOrder::Big);
  if (!length || bytes_.size() - at_ < kFrameBytes || *length > bytes_.size() - at_ - kFrameBytes) {
    return unexpected(ErrorCode::CorruptMedia,
                      "PNG: the file ends in the chunk at byte " + std::to_string(at_));
  }
  const auto whole = bytes_.subspan(at_, kFrameBytes + *length);
  at_ += whole.size();
  const std::string_view type(reinterpret_cast<const char*>(whole.data()) + 4, 4);
  return PngChunk{type, whole.subspan(8, *length), whole};
}

}  // namespace framewright::engine
