#include "tests/engine/libpng_reader.hpp"

#include <png.h>

#include <csetjmp>
#include <cstring>

namespace framewright::engine {
namespace {

void read_bytes(png_structp png, png_bytep to, std::size_t size) {
  auto& left = *static_cast<std::span<const std::uint8_t>*>(png_get_io_ptr(png));
  if (size > left.size()) png_error(png, "the file ends");
  std::memcpy(to, left.data(), size);
  left = left.subspan(size);
}

[[noreturn]] void give_up(png_structp png, png_const_charp) { png_longjmp(png, 1); }
void keep_silent(png_structp, png_const_charp) {}

void ask_for_channels(png_structp png, png_infop info, int channels) {
  const int color = png_get_color_type(png, info);
  png_set_expand(png);
  png_set_strip_16(png);
  if (channels == 1) return;
  png_set_gray_to_rgb(png);
  const bool has_alpha = (color & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png, info, PNG_INFO_tRNS) != 0;
  if (channels == 4 && !has_alpha) png_set_add_alpha(png, 0xFF, PNG_FILLER_AFTER);
}

struct Rows {
  png_bytepp rows;
  Geometry geometry;
};

/// Owns nothing, because libpng leaves it by longjmp.
bool read_rows(png_structp png, png_infop info, const Rows& to) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_read_info(png, info);
  if (png_get_image_width(png, info) != static_cast<png_uint_32>(to.geometry.width_px)) return false;
  if (png_get_image_height(png, info) != static_cast<png_uint_32>(to.geometry.height_px)) return false;
  ask_for_channels(png, info, to.geometry.channels);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_channels(png, info) != to.geometry.channels) return false;
  png_read_image(png, to.rows);
  png_read_end(png, info);
  return true;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> libpng_pixels(std::span<const std::uint8_t> bytes,
                                                       const Geometry& geometry) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(geometry.bytes()));
  std::vector<png_bytep> rows;
  const auto row_bytes = static_cast<std::size_t>(geometry.width_px * geometry.channels);
  for (std::size_t at = 0; at < pixels.size(); at += row_bytes) rows.push_back(pixels.data() + at);
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, give_up, keep_silent);
  png_infop info = png_create_info_struct(png);
  png_set_read_fn(png, &bytes, read_bytes);
  const bool is_read = read_rows(png, info, {rows.data(), geometry});
  png_destroy_read_struct(&png, &info, nullptr);
  if (!is_read) return std::nullopt;
  return pixels;
}

}  // namespace framewright::engine
