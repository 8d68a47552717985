#include "engine/jpeg_planes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace framewright::engine {
namespace {

/// The library takes rows by rows of blocks: 16 of luma and 8 of each chroma.
constexpr int kLumaRows = 2 * DCTSIZE;

struct BlockRows {
  std::array<JSAMPROW, kLumaRows> luma;
  std::array<JSAMPROW, DCTSIZE> cb;
  std::array<JSAMPROW, DCTSIZE> cr;
};

template <std::size_t N>
void point_at(const kernels::ImageView& plane, int first, int last, std::array<JSAMPROW, N>& rows) noexcept {
  for (int i = 0; i < static_cast<int>(N); ++i)
    rows[static_cast<std::size_t>(i)] = plane.pixels + plane.pitch_bytes * std::min(first + i, last);
}

/// Rows from `line` of luma on. Those below the picture's last are repeated from it where `repeats`;
/// otherwise they lie behind it, where the planes have room.
void point_at(const PlanarViews& planes, int line, bool repeats, BlockRows& rows) noexcept {
  const auto last = [repeats](const kernels::ImageView& plane) {
    return repeats ? plane.height_px - 1 : plane.height_px + kLumaRows;
  };
  point_at(planes[0], line, last(planes[0]), rows.luma);
  point_at(planes[1], line / 2, last(planes[1]), rows.cb);
  point_at(planes[2], line / 2, last(planes[2]), rows.cr);
}

/// Whole blocks: each row goes on with its last sample, as the library itself does it.
template <std::size_t N>
void pad_to_blocks(const kernels::ImageView& plane, const std::array<JSAMPROW, N>& rows) noexcept {
  const int whole = (plane.width_px + DCTSIZE - 1) / DCTSIZE * DCTSIZE;
  if (whole == plane.width_px) return;
  for (auto* const row : rows) {
    auto* const end = row + plane.width_px;
    std::memset(end, end[-1], static_cast<std::size_t>(whole - plane.width_px));
  }
}

bool has_factors(const jpeg_component_info& component, int across, int down) noexcept {
  return component.h_samp_factor == across && component.v_samp_factor == down;
}

}  // namespace

bool is_ycbcr_420(const jpeg_decompress_struct& info) noexcept {
  return info.num_components == 3 && info.jpeg_color_space == JCS_YCbCr &&
         has_factors(info.comp_info[0], 2, 2) && has_factors(info.comp_info[1], 1, 1) &&
         has_factors(info.comp_info[2], 1, 1);
}

void read_jpeg_plane_rows(jpeg_decompress_struct& info, const PlanarViews& planes) {
  BlockRows rows;
  std::array<JSAMPARRAY, 3> pointers{rows.luma.data(), rows.cb.data(), rows.cr.data()};
  point_at(planes, static_cast<int>(info.output_scanline), false, rows);
  jpeg_read_raw_data(&info, pointers.data(), kLumaRows);
}

void write_jpeg_plane_rows(jpeg_compress_struct& info, const PlanarViews& planes) {
  BlockRows rows;
  std::array<JSAMPARRAY, 3> pointers{rows.luma.data(), rows.cb.data(), rows.cr.data()};
  point_at(planes, static_cast<int>(info.next_scanline), true, rows);
  pad_to_blocks(planes[0], rows.luma);
  pad_to_blocks(planes[1], rows.cb);
  pad_to_blocks(planes[2], rows.cr);
  jpeg_write_raw_data(&info, pointers.data(), kLumaRows);
}

void read_jpeg_planes(jpeg_decompress_struct& info, const PlanarViews& planes) {
  info.raw_data_out = TRUE;
  info.out_color_space = JCS_YCbCr;
  jpeg_start_decompress(&info);
  while (info.output_scanline < info.output_height) read_jpeg_plane_rows(info, planes);
  jpeg_finish_decompress(&info);
}

void write_jpeg_planes(jpeg_compress_struct& info, const PlanarViews& planes) {
  info.raw_data_in = TRUE;
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) write_jpeg_plane_rows(info, planes);
  jpeg_finish_compress(&info);
}

}  // namespace framewright::engine
