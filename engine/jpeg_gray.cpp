#include "engine/jpeg_gray.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "engine/check.hpp"
#include "engine/jpeg_library.hpp"

namespace framewright::engine {
namespace {

// What the Huffman tables can code of 8-bit samples (ITU-T T.81, F.1.2).
constexpr int kMostAc = 1023;
constexpr int kLeastDc = -1024;

using Factors = std::array<float, DCTSIZE2>;

Factors factors_between(const JQUANT_TBL& from, const JQUANT_TBL& to) noexcept {
  Factors factors;
  for (std::size_t i = 0; i < factors.size(); ++i)
    factors[i] = static_cast<float>(from.quantval[i]) / static_cast<float>(to.quantval[i]);
  return factors;
}

/// To nearest, halves away from zero, as the library quantises.
void quantise_anew(JCOEF* block, const Factors& factors) noexcept {
  const int dc = block[0];
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const float value = static_cast<float>(block[i]) * factors[i];
    const int rounded = static_cast<int>(value + (value < 0 ? -0.5F : 0.5F));
    block[i] = static_cast<JCOEF>(std::clamp(rounded, -kMostAc, kMostAc));
  }
  const float value = static_cast<float>(dc) * factors[0];
  const int rounded = static_cast<int>(value + (value < 0 ? -0.5F : 0.5F));
  block[0] = static_cast<JCOEF>(std::clamp(rounded, kLeastDc, kMostAc));
}

/// Writes what `luma` holds; within guarded() of the writer, which also reports what its arrays say.
void write_luma(jpeg_compress_struct& out, const jpeg_decompress_struct& in, jvirt_barray_ptr* arrays) {
  const auto& luma = in.comp_info[0];
  const auto factors = factors_between(*luma.quant_table, *out.quant_tbl_ptrs[0]);
  auto* const common = reinterpret_cast<j_common_ptr>(&out);
  for (JDIMENSION y = 0; y < luma.height_in_blocks; ++y) {
    auto* const row = out.mem->access_virt_barray(common, arrays[0], y, 1, TRUE)[0];
    for (JDIMENSION x = 0; x < luma.width_in_blocks; ++x) quantise_anew(row[x], factors);
  }
  jpeg_write_coefficients(&out, arrays);
  jpeg_finish_compress(&out);
}

}  // namespace

Result<std::size_t> write_gray_jpeg(JpegDecoder& decoder, const JpegPicture& picture, JpegEncoder& encoder,
                                    int quality, std::span<std::uint8_t> out) {
  const auto [width_px, height_px, channels] = picture.geometry;
  if (auto fits = check_sides(width_px, height_px); !fits) return unexpected(std::move(fits).error());
  FW_CHECK(out.size() >= JpegEncoder::worst_bytes({width_px, height_px, 1}));
  auto& in = decoder.reader().info;
  auto& writer = encoder.writer();
  // Errors of the writer stay within its write(): what that makes is whole before the reader goes on.
  std::optional<Result<std::size_t>> written;
  bool has_luma = true;
  const auto read = decoder.reader().read(picture.bytes, [&] {
    if (!is_of_size(in, picture.geometry) || in.jpeg_color_space != JCS_YCbCr) return;
    auto* const arrays = jpeg_read_coefficients(&in);
    has_luma = in.comp_info[0].quant_table != nullptr;  // Set with the first scan of a component.
    if (!has_luma) return;
    written = writer.write(out, [&] {
      describe(writer.info, width_px, height_px, {JCS_GRAYSCALE, quality});
      write_luma(writer.info, in, arrays);
    });
  });
  if (!read) return unexpected(read.error());
  if (!has_luma) return unexpected(ErrorCode::CorruptMedia, "JPEG: no scan has the luma");
  if (written && *written) return std::move(*written);
  // No pixels have coefficients that need more room than the worst of pixels.
  if (written) return unexpected(ErrorCode::CorruptMedia, "JPEG: its coefficients are of no picture");
  return unexpected(ErrorCode::CorruptMedia, "JPEG: two readings of the header give two pictures");
}

}  // namespace framewright::engine
