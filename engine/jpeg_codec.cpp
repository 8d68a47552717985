#include "engine/jpeg_codec.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "engine/check.hpp"
#include "engine/jpeg_library.hpp"
#include "engine/jpeg_planes.hpp"

namespace framewright::engine {
namespace {

constexpr int kRowsAtOnce = 16;
/// Bytes of a row of the longest side that JPEG has, at an eighth of its size.
constexpr std::size_t kEighthOfLongestRow = JPEG_MAX_DIMENSION / 8 + 1;

using Rows = std::array<JSAMPROW, kRowsAtOnce>;

/// The rows from `first` to before `end`, as the library wants them: it reads through pointers that are not
/// const.
template <class View>
JDIMENSION rows_from(const View& view, JDIMENSION first, JDIMENSION end, Rows& rows) noexcept {
  const auto count = std::min<JDIMENSION>(kRowsAtOnce, end - first);
  for (JDIMENSION i = 0; i < count; ++i)
    rows[i] = const_cast<JSAMPROW>(view.row(static_cast<int>(first + i)));
  return count;
}

/// Full size before reduced ones: a picture of one pixel has one pixel at every size.
void scale_to(jpeg_decompress_struct& info, const kernels::ImageView& pixels) {
  info.scale_denom = 8;
  for (const unsigned eighths : {8U, 4U, 2U, 1U}) {
    info.scale_num = eighths;
    jpeg_calc_output_dimensions(&info);
    if (static_cast<int>(info.output_width) == pixels.width_px &&
        static_cast<int>(info.output_height) == pixels.height_px)
      return;
  }
  check_failed("a JPEG is decoded at 1, 2, 4 or 8 eighths of its size", __FILE__, __LINE__);
}

void read_pixels(jpeg_decompress_struct& info, const kernels::ImageView& pixels) {
  info.out_color_space = color_space_of(pixels.channels);
  scale_to(info, pixels);
  jpeg_start_decompress(&info);
  while (info.output_scanline < info.output_height) read_jpeg_pixel_rows(info, pixels, info.output_height);
  jpeg_finish_decompress(&info);
}

void read_nothing(jpeg_decompress_struct& info) {
  info.out_color_space = JCS_GRAYSCALE;
  info.scale_num = 1;
  info.scale_denom = 8;
  jpeg_start_decompress(&info);
  std::array<JSAMPLE, kEighthOfLongestRow> row;
  JSAMPROW rows = row.data();
  while (info.output_scanline < info.output_height) jpeg_read_scanlines(&info, &rows, 1);
  jpeg_finish_decompress(&info);
}

}  // namespace

void read_jpeg_pixel_rows(jpeg_decompress_struct& info, const kernels::ImageView& pixels, JDIMENSION end) {
  Rows rows;
  const auto count = rows_from(pixels, info.output_scanline, end, rows);
  jpeg_read_scanlines(&info, rows.data(), count);
}

void write_jpeg_pixel_rows(jpeg_compress_struct& info, const kernels::ConstImageView& pixels,
                           JDIMENSION end) {
  Rows rows;
  const auto count = rows_from(pixels, info.next_scanline, end, rows);
  jpeg_write_scanlines(&info, rows.data(), count);
}

JpegDecoder::JpegDecoder() : reader_(std::make_unique<JpegReader>()) {}
JpegDecoder::~JpegDecoder() = default;
JpegDecoder::JpegDecoder(JpegDecoder&&) noexcept = default;

Result<void> JpegDecoder::decode(std::span<const std::uint8_t> bytes, const Geometry& size,
                                 const kernels::ImageView& pixels) {
  auto& info = reader_->info;
  bool agrees = false;
  auto done = reader_->read(bytes, [&] {
    agrees = is_of_size(info, size) && (pixels.channels == info.num_components ||
                                        (pixels.channels == 1 && info.jpeg_color_space == JCS_YCbCr));
    if (agrees) read_pixels(info, pixels);
  });
  if (done && !agrees) return two_jpeg_headers();
  return done;
}

Result<void> JpegDecoder::check(std::span<const std::uint8_t> bytes, const Geometry& size) {
  auto& info = reader_->info;
  bool agrees = false;
  auto done = reader_->read(bytes, [&] {
    agrees = is_of_size(info, size);
    if (agrees) read_nothing(info);
  });
  if (done && !agrees) return two_jpeg_headers();
  return done;
}

Result<void> JpegDecoder::decode_planes(std::span<const std::uint8_t> bytes, const PlanarViews& planes) {
  auto& info = reader_->info;
  const auto& luma = planes.front();
  bool agrees = false;
  auto done = reader_->read(bytes, [&] {
    agrees = is_of_size(info, {luma.width_px, luma.height_px, 3}) && is_ycbcr_420(info);
    if (agrees) read_jpeg_planes(info, planes);
  });
  if (done && !agrees) return two_jpeg_headers();
  return done;
}

JpegEncoder::JpegEncoder() : writer_(std::make_unique<JpegWriter>()) {}
JpegEncoder::~JpegEncoder() = default;
JpegEncoder::JpegEncoder(JpegEncoder&&) noexcept = default;

std::uint64_t JpegEncoder::worst_bytes(const Geometry& geometry) noexcept {
  return worst_jpeg_bytes(geometry.width_px, geometry.height_px, geometry.channels);
}

Result<std::size_t> JpegEncoder::encode(const kernels::ConstImageView& pixels, int quality,
                                        std::span<std::uint8_t> out) {
  if (auto fits = check_sides(pixels.width_px, pixels.height_px); !fits)
    return unexpected(std::move(fits).error());
  FW_CHECK(out.size() >= worst_bytes({pixels.width_px, pixels.height_px, pixels.channels}));
  auto& info = writer_->info;
  return writer_->write(out, [&] {
    describe(info, pixels.width_px, pixels.height_px, {color_space_of(pixels.channels), quality});
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) write_jpeg_pixel_rows(info, pixels, info.image_height);
    jpeg_finish_compress(&info);
  });
}

Result<std::size_t> JpegEncoder::encode_planes(const PlanarViews& planes, int quality,
                                               std::span<std::uint8_t> out) {
  const auto& luma = planes.front();
  if (auto fits = check_sides(luma.width_px, luma.height_px); !fits)
    return unexpected(std::move(fits).error());
  FW_CHECK(out.size() >= worst_bytes({luma.width_px, luma.height_px, 3}));
  auto& info = writer_->info;
  return writer_->write(out, [&] {
    describe(info, luma.width_px, luma.height_px, {JCS_YCbCr, quality});
    write_jpeg_planes(info, planes);
  });
}

}  // namespace framewright::engine
