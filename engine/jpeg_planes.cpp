#include "engine/jpeg_planes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/check.hpp"
#include "kernels/resize.hpp"

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

/// Rows are padded to so many samples, so that loops over them have no ends.
constexpr int kPadding = kPlaneAlignment;

int padded(JDIMENSION width) noexcept {
  return (static_cast<int>(width) + kPadding - 1) / kPadding * kPadding;
}

/// Means of two rows, halves up.
void average(const JSAMPLE* __restrict above, const JSAMPLE* __restrict below, int width,
             JSAMPLE* __restrict out) noexcept {
  for (int x = 0; x < width; x += kPadding) {
    for (int i = x; i < x + kPadding; ++i) out[i] = static_cast<JSAMPLE>((above[i] + below[i] + 1) >> 1);
  }
}

/// Means of neighbours in a row, halves up.
void average_pairs(const JSAMPLE* row, int width, JSAMPLE* out) noexcept {
  for (int x = 0; x < width; ++x) out[x] = static_cast<JSAMPLE>((row[2 * x] + row[2 * x + 1] + 1) >> 1);
}

/// Means of squares of four, halves up.
void average_squares(const JSAMPLE* above, const JSAMPLE* below, int width, JSAMPLE* out) noexcept {
  constexpr int kMost = kernels::kResizeMaxSide / 2;
  for (int x = 0; x < width; x += kMost) {
    const int part = std::min(kMost, width - x);
    const kernels::ConstImageView rows{above + 2 * x, 2 * part, 2, 1, below - above};
    const auto status = kernels::resize(rows, kernels::Interpolation::Area,
                                        kernels::ImageView{out + x, part, 1, 1, part}, kernels::Scratch{});
    FW_CHECK(status == kernels::Status::Ok);
  }
}

}  // namespace

bool has_planes(const jpeg_decompress_struct& info, ColourPlanes planes) noexcept {
  if (info.num_components != 3 || info.jpeg_color_space != JCS_YCbCr) return false;
  if (!has_factors(info.comp_info[1], 1, 1) || !has_factors(info.comp_info[2], 1, 1)) return false;
  const auto& luma = info.comp_info[0];
  switch (planes) {
    case ColourPlanes::Ycbcr420: return has_factors(luma, 2, 2);
    case ColourPlanes::Ycbcr422: return has_factors(luma, 2, 1);
    case ColourPlanes::Ycbcr440: return has_factors(luma, 1, 2);
    case ColourPlanes::Ycbcr444: return has_factors(luma, 1, 1);
    case ColourPlanes::None:
    case ColourPlanes::YcbcrOther: return false;
  }
  return false;
}

void JpegPlaneReader::begin(jpeg_decompress_struct& info, int eighths) {
  info.raw_data_out = TRUE;
  info.out_color_space = JCS_YCbCr;
  scale_to(info, eighths);
  jpeg_start_decompress(&info);
  const auto& luma = info.comp_info[0];
  const auto& chroma = info.comp_info[1];
  halves_across_ = chroma.h_samp_factor * chroma.DCT_scaled_size == luma.h_samp_factor * luma.DCT_scaled_size;
  halves_down_ = chroma.v_samp_factor * chroma.DCT_scaled_size == luma.v_samp_factor * luma.DCT_scaled_size;
  if (!halves_across_ && !halves_down_) return;
  const auto width = static_cast<JDIMENSION>(padded(chroma.downsampled_width + 1));
  for (auto& rows : larger_) {
    rows = info.mem->alloc_sarray(reinterpret_cast<j_common_ptr>(&info), JPOOL_IMAGE, width, DCTSIZE);
  }
}

void JpegPlaneReader::read_rows(jpeg_decompress_struct& info, const PlanarViews& planes) {
  const int line = static_cast<int>(info.output_scanline);
  BlockRows rows;
  std::array<JSAMPARRAY, 3> pointers{rows.luma.data(), rows.cb.data(), rows.cr.data()};
  point_at(planes, line, false, rows);
  const bool halves = halves_across_ || halves_down_;
  if (halves) std::ranges::copy(larger_, pointers.begin() + 1);
  jpeg_read_raw_data(&info, pointers.data(), kLumaRows);
  if (!halves) return;
  halve(info.comp_info[1], larger_[0], planes[1], line);
  halve(info.comp_info[2], larger_[1], planes[2], line);
}

/// Rows of a plane from those that were read of its component, from this line of luma on. Where the component
/// has an odd width or height, its last sample or row is repeated.
void JpegPlaneReader::halve(const jpeg_component_info& component, const JSAMPARRAY rows,
                            const kernels::ImageView& plane, int line) const {
  const int width = static_cast<int>(component.downsampled_width);
  const int left = static_cast<int>(component.downsampled_height) - (halves_down_ ? line : line / 2);
  const int count = std::min(left, component.DCT_scaled_size);
  if (halves_down_ && count % 2 != 0) std::copy_n(rows[count - 1], width, rows[count]);
  for (int i = 0; halves_across_ && i < count + count % 2; ++i) rows[i][width] = rows[i][width - 1];
  for (int i = 0; i < count; i += halves_down_ ? 2 : 1) {
    JSAMPLE* const out = plane.row(line / 2 + (halves_down_ ? i / 2 : i));
    if (!halves_across_) {
      average(rows[i], rows[i + 1], width, out);
    } else if (!halves_down_) {
      average_pairs(rows[i], plane.width_px, out);
    } else {
      average_squares(rows[i], rows[i + 1], plane.width_px, out);
    }
  }
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

void read_jpeg_planes(jpeg_decompress_struct& info, int eighths, const PlanarViews& planes) {
  JpegPlaneReader reader;
  reader.begin(info, eighths);
  while (info.output_scanline < info.output_height) reader.read_rows(info, planes);
  jpeg_finish_decompress(&info);
}

void write_jpeg_planes(jpeg_compress_struct& info, const PlanarViews& planes) {
  info.raw_data_in = TRUE;
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) write_jpeg_plane_rows(info, planes);
  jpeg_finish_compress(&info);
}

}  // namespace framewright::engine
