#include "engine/jpeg_scan_writer.hpp"

#include "engine/jpeg_file.hpp"

namespace framewright::engine {

JpegCodeWords::JpegCodeWords(const JHUFF_TBL& table) noexcept {
  std::uint16_t code = 0;
  std::size_t at = 0;
  for (std::uint8_t length = 1; length <= 16; ++length) {
    for (int i = 0; i < table.bits[length]; ++i) {
      bits[table.huffval[at]] = code++;
      lengths[table.huffval[at++]] = length;
    }
    code = static_cast<std::uint16_t>(code << 1);
  }
}

GrayScanWriter::GrayScanWriter(const jpeg_compress_struct& info) noexcept
    : info_(info),
      dc_(*info.dc_huff_tbl_ptrs[0]),
      ac_(*info.ac_huff_tbl_ptrs[0]),
      begin_(info.dest->next_output_byte + info.dest->free_in_buffer / 2),
      end_(info.dest->next_output_byte + info.dest->free_in_buffer),
      next_(begin_) {}

std::size_t GrayScanWriter::end() noexcept {
  if (!has_room()) return 0;
  const int padding = -count_ & 7;
  if (padding > 0) put_bits((1U << padding) - 1, padding);
  auto* const out = info_.dest->next_output_byte;
  if (static_cast<std::size_t>(begin_ - out) < kMostJpegHeaderBytes) return 0;
  auto* to = put_jpeg_headers(info_, out);
  // Each 0xFF is followed by a 0. The scan moves forward: it must not come upon itself.
  for (const auto* from = begin_; from != next_;) {
    const auto left = static_cast<std::size_t>(next_ - from);
    const auto* const found = static_cast<const std::uint8_t*>(std::memchr(from, 0xFF, left));
    const auto count = found == nullptr ? left : static_cast<std::size_t>(found - from) + 1;
    if (to + count + 1 > from + count) return 0;
    std::memmove(to, from, count);
    to += count;
    from += count;
    if (found != nullptr) *to++ = 0;
  }
  return static_cast<std::size_t>(put_jpeg_end(to) - out);
}

}  // namespace framewright::engine
