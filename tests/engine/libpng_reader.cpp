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

int channels_of(png_structp png, png_infop info) {
  const int color = png_get_color_type(png, info);
  png_bytep alpha = nullptr;
  png_color_16p key = nullptr;
  int transparent_colors = 0;  // None is left of a tRNS chunk that lies before the palette.
  png_get_tRNS(png, info, &alpha, &transparent_colors, &key);
  if ((color & PNG_COLOR_MASK_ALPHA) != 0 || transparent_colors > 0) return 4;
  return (color & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1;
}

/// These two own nothing, because libpng leaves them by longjmp.
bool read_header(png_structp png, png_infop info, Geometry& geometry) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_read_info(png, info);
  geometry.width_px = static_cast<int>(png_get_image_width(png, info));
  geometry.height_px = static_cast<int>(png_get_image_height(png, info));
  geometry.channels = channels_of(png, info);
  return true;
}

bool read_rows(png_structp png, png_infop info, png_bytepp rows, int channels) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_expand(png);
  png_set_strip_16(png);
  if (channels != 1) png_set_gray_to_rgb(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_channels(png, info) != channels)
    png_error(png, "a row would not have the size that is expected");
  png_read_image(png, rows);
  png_read_end(png, info);
  return true;
}

bool read(png_structp png, png_infop info, LibpngPicture& to) {
  if (!read_header(png, info, to.geometry)) return false;
  to.bytes.resize(static_cast<std::size_t>(to.geometry.bytes()));
  const auto row_bytes = static_cast<std::size_t>(to.geometry.width_px * to.geometry.channels);
  std::vector<png_bytep> rows;
  for (std::size_t at = 0; at < to.bytes.size(); at += row_bytes) rows.push_back(to.bytes.data() + at);
  return read_rows(png, info, rows.data(), to.geometry.channels);
}

}  // namespace

std::optional<LibpngPicture> read_by_libpng(std::span<const std::uint8_t> bytes) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, give_up, keep_silent);
  png_infop info = png_create_info_struct(png);
  png_set_read_fn(png, &bytes, read_bytes);
  LibpngPicture picture;
  const bool is_read = read(png, info, picture);
  png_destroy_read_struct(&png, &info, nullptr);
  if (!is_read) return std::nullopt;
  return picture;
}

}  // namespace framewright::engine
