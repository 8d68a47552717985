#include "engine/jpeg_file.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <utility>

#include "engine/jpeg_zigzag.hpp"

namespace framewright::engine {
namespace {

using Bytes = std::span<const std::uint8_t>;

template <class Number>
constexpr std::uint8_t byte(Number value) noexcept {
  return static_cast<std::uint8_t>(value & 0xFF);
}

std::uint8_t* put_bytes(std::uint8_t* to, Bytes bytes) noexcept { return std::ranges::copy(bytes, to).out; }

std::span<const jpeg_component_info> components_of(const jpeg_compress_struct& info) noexcept {
  return {info.comp_info, static_cast<std::size_t>(info.num_components)};
}

/// Calls put(table, number) for each table once, in the order in which components first use them.
template <class Number, class Put>
void for_each_table(const jpeg_compress_struct& info, const Number& number_of, const Put& put) {
  std::array<bool, NUM_QUANT_TBLS> is_put{};
  for (const auto& component : components_of(info)) {
    const auto number = static_cast<std::size_t>(number_of(component));
    if (!std::exchange(is_put[number], true)) put(number);
  }
}

std::uint8_t* put_quantisation(const jpeg_compress_struct& info, std::size_t number,
                               std::uint8_t* to) noexcept {
  const std::array<std::uint8_t, 5> head{0xFF, 0xDB, 0, 67, byte(number)};
  to = put_bytes(to, head);
  for (const auto place : kJpegZigzag) *to++ = byte(info.quant_tbl_ptrs[number]->quantval[place]);
  return to;
}

std::uint8_t* put_frame(const jpeg_compress_struct& info, std::uint8_t* to) noexcept {
  const auto height = info.image_height;
  const auto width = info.image_width;
  const std::array<std::uint8_t, 10> head{0xFF,
                                          0xC0,
                                          0,
                                          byte(8 + 3 * info.num_components),
                                          8,
                                          byte(height >> 8),
                                          byte(height),
                                          byte(width >> 8),
                                          byte(width),
                                          byte(info.num_components)};
  to = put_bytes(to, head);
  for (const auto& component : components_of(info)) {
    const std::array<std::uint8_t, 3> entry{byte(component.component_id),
                                            byte(component.h_samp_factor << 4 | component.v_samp_factor),
                                            byte(component.quant_tbl_no)};
    to = put_bytes(to, entry);
  }
  return to;
}

std::uint8_t* put_codes(std::uint8_t* to, const JHUFF_TBL& table, std::size_t destination) noexcept {
  const auto count = std::accumulate(table.bits + 1, table.bits + 17, 0U);
  const std::array<std::uint8_t, 5> head{0xFF, 0xC4, 0, byte(19 + count), byte(destination)};
  to = put_bytes(to, head);
  to = put_bytes(to, {table.bits + 1, 16});
  return put_bytes(to, {table.huffval, count});
}

std::uint8_t* put_scan_header(const jpeg_compress_struct& info, std::uint8_t* to) noexcept {
  const std::array<std::uint8_t, 5> head{0xFF, 0xDA, 0, byte(6 + 2 * info.num_components),
                                         byte(info.num_components)};
  to = put_bytes(to, head);
  for (const auto& component : components_of(info)) {
    *to++ = byte(component.component_id);
    *to++ = byte(component.dc_tbl_no << 4 | component.ac_tbl_no);
  }
  constexpr std::array<std::uint8_t, 3> kAllCoefficients{0, 63, 0};
  return put_bytes(to, kAllCoefficients);
}

}  // namespace

std::uint8_t* put_jpeg_headers(const jpeg_compress_struct& info, std::uint8_t* to) noexcept {
  // Start of the picture; JFIF 1.1, pixels as wide as high.
  constexpr std::array<std::uint8_t, 20> kStart{0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F',
                                                0,    1,    1,    0,    0, 1,  0,   1,   0,   0};
  to = put_bytes(to, kStart);
  for_each_table(
      info, [](const auto& component) { return component.quant_tbl_no; },
      [&](std::size_t number) { to = put_quantisation(info, number, to); });
  to = put_frame(info, to);
  // Those of the first coefficient and of the others have the same numbers.
  for_each_table(
      info, [](const auto& component) { return component.dc_tbl_no; },
      [&](std::size_t number) {
        to = put_codes(to, *info.dc_huff_tbl_ptrs[number], number);
        to = put_codes(to, *info.ac_huff_tbl_ptrs[number], 0x10 | number);
      });
  return put_scan_header(info, to);
}

std::uint8_t* put_jpeg_end(std::uint8_t* to) noexcept {
  constexpr std::array<std::uint8_t, kJpegEndBytes> kEnd{0xFF, 0xD9};
  return put_bytes(to, kEnd);
}

std::uint8_t* put_jpeg_scan(std::span<const std::uint8_t> scan, std::uint8_t* to) noexcept {
  while (!scan.empty()) {
    const auto* const found = static_cast<const std::uint8_t*>(std::memchr(scan.data(), 0xFF, scan.size()));
    const auto count = found == nullptr ? scan.size() : static_cast<std::size_t>(found - scan.data()) + 1;
    std::memcpy(to, scan.data(), count);
    to += count;
    if (found != nullptr) *to++ = 0;
    scan = scan.subspan(count);
  }
  return to;
}

}  // namespace framewright::engine
