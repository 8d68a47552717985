#include "engine/jpeg_scan_writer.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "engine/jpeg_zigzag.hpp"

namespace framewright::engine {
namespace {

constexpr std::size_t kMostHeaderBytes = 1024;

constexpr std::array<std::uint8_t, 2> kEnd{0xFF, 0xD9};

constexpr std::uint8_t high_byte(JDIMENSION side) noexcept { return static_cast<std::uint8_t>(side >> 8); }
constexpr std::uint8_t low_byte(JDIMENSION side) noexcept { return static_cast<std::uint8_t>(side & 0xFF); }

std::uint8_t* put_bytes(std::uint8_t* to, std::span<const std::uint8_t> bytes) noexcept {
  return std::ranges::copy(bytes, to).out;
}

std::uint8_t* put_table(std::uint8_t* to, const JHUFF_TBL& table, std::uint8_t destination) noexcept {
  const auto count = std::accumulate(table.bits + 1, table.bits + 17, 0U);
  const std::array<std::uint8_t, 5> head{0xFF, 0xC4, 0, static_cast<std::uint8_t>(19 + count), destination};
  to = put_bytes(to, head);
  to = put_bytes(to, {table.bits + 1, 16});
  return put_bytes(to, {table.huffval, count});
}

/// All that stands before the scan.
std::uint8_t* put_header(const jpeg_compress_struct& info, std::uint8_t* to) noexcept {
  // Start of the picture; JFIF 1.1, pixels as wide as high.
  constexpr std::array<std::uint8_t, 20> kStart{0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F',
                                                0,    1,    1,    0,    0, 1,  0,   1,   0,   0};
  constexpr std::array<std::uint8_t, 5> kQuantisation{0xFF, 0xDB, 0, 67, 0};
  const auto height = info.image_height;
  const auto width = info.image_width;
  const std::array<std::uint8_t, 13> frame{
      0xFF, 0xC0, 0,    11, 8, high_byte(height), low_byte(height), high_byte(width), low_byte(width),
      1,    1,    0x11, 0};
  constexpr std::array<std::uint8_t, 10> kScan{0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0};
  to = put_bytes(to, kStart);
  to = put_bytes(to, kQuantisation);
  for (const auto place : kJpegZigzag) {
    *to++ = static_cast<std::uint8_t>(info.quant_tbl_ptrs[0]->quantval[place]);
  }
  to = put_bytes(to, frame);
  to = put_table(to, *info.dc_huff_tbl_ptrs[0], 0x00);
  to = put_table(to, *info.ac_huff_tbl_ptrs[0], 0x10);
  return put_bytes(to, kScan);
}

}  // namespace

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
  if (static_cast<std::size_t>(begin_ - out) < kMostHeaderBytes) return 0;
  auto* to = put_header(info_, out);
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
  to = put_bytes(to, kEnd);
  return static_cast<std::size_t>(to - out);
}

}  // namespace framewright::engine
