#include "engine/jpeg_gray.hpp"

#include <optional>

#include "engine/check.hpp"
#include "engine/jpeg_library.hpp"
#include "engine/jpeg_luma_scan.hpp"
#include "engine/jpeg_requantise.hpp"

namespace framewright::engine {
namespace {

void quantise_anew(JCOEF* block, const JpegRequantiser& requantiser) noexcept {
  block[0] = static_cast<JCOEF>(requantiser.dc(block[0]));
  for (std::size_t i = 1; i < DCTSIZE2; ++i) block[i] = static_cast<JCOEF>(requantiser.ac(i, block[i]));
}

/// Writes what `luma` holds; within guarded() of the writer, which also reports what its arrays say.
void write_luma(jpeg_compress_struct& out, const jpeg_decompress_struct& in, jvirt_barray_ptr* arrays) {
  const auto& luma = in.comp_info[0];
  const JpegRequantiser requantiser(*luma.quant_table, *out.quant_tbl_ptrs[0]);
  auto* const common = reinterpret_cast<j_common_ptr>(&out);
  for (JDIMENSION y = 0; y < luma.height_in_blocks; ++y) {
    auto* const row = out.mem->access_virt_barray(common, arrays[0], y, 1, TRUE)[0];
    for (JDIMENSION x = 0; x < luma.width_in_blocks; ++x) quantise_anew(row[x], requantiser);
  }
  jpeg_write_coefficients(&out, arrays);
  jpeg_finish_compress(&out);
}

}  // namespace

std::size_t gray_jpeg_workspace_words(const Geometry& geometry) noexcept {
  return luma_scan_words(geometry.width_px);
}

Result<std::size_t> write_gray_jpeg(JpegDecoder& decoder, const JpegPicture& picture, JpegEncoder& encoder,
                                    int quality, const GrayJpegRoom& room) {
  const auto [width_px, height_px, channels] = picture.geometry;
  if (auto fits = check_sides(width_px, height_px); !fits) return unexpected(std::move(fits).error());
  FW_CHECK(room.out.size() >= JpegEncoder::worst_bytes({width_px, height_px, 1}));
  auto& in = decoder.reader().info;
  auto& writer = encoder.writer();
  // Errors of the writer stay within its write(): what that makes is whole before the reader goes on.
  std::optional<Result<std::size_t>> written;
  bool has_luma = true;
  bool is_taken = false;
  const auto read = decoder.reader().read(picture.bytes, [&] {
    if (!is_of_size(in, picture.geometry) || in.jpeg_color_space != JCS_YCbCr) return;
    written = writer.write(room.out, [&] {
      describe(writer.info, width_px, height_px, {JCS_GRAYSCALE, quality});
      const auto size = take_luma_scan(in, writer.info, room.workspace);
      is_taken = size.has_value();
      writer.info.dest->free_in_buffer -= size.value_or(0);
    });
    if (is_taken) return;
    auto* const arrays = jpeg_read_coefficients(&in);
    has_luma = in.comp_info[0].quant_table != nullptr;  // Set with the first scan of a component.
    if (!has_luma) return;
    written = writer.write(room.out, [&] {
      describe(writer.info, width_px, height_px, {JCS_GRAYSCALE, quality});
      write_luma(writer.info, in, arrays);
    });
  });
  if (!read) return unexpected(read.error());
  if (!has_luma) return unexpected(ErrorCode::CorruptMedia, "JPEG: no scan has the luma");
  return written ? std::move(*written) : two_jpeg_headers();
}

}  // namespace framewright::engine
