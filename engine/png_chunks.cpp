#include "engine/png_chunks.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <string>

#include "engine/byte_reader.hpp"

namespace framewright::engine {
namespace {

bool is_letter(char c) noexcept { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

}  // namespace

bool PngChunk::has_right_checksum() const noexcept {
  const auto summed = whole.subspan(4, 4 + payload.size());
  return libdeflate_crc32(0, summed.data(), summed.size()) ==
         *read_number<std::uint32_t>(whole, whole.size() - 4, ByteOrder::Big);
}

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
  if (!std::ranges::all_of(type, is_letter)) {
    return unexpected(ErrorCode::CorruptMedia, "PNG: what should be the type of a chunk is no four letters");
  }
  return PngChunk{type, whole.subspan(8, *length), whole};
}

}  // namespace framewright::engine
