#include "bench/codecs/libpng.hpp"

#include <png.h>

#include <cstring>

namespace framewright::engine::bench {
namespace {

void write_bytes(png_structp png, png_bytep data, std::size_t size) {
  auto& bytes = *static_cast<std::vector<std::uint8_t>*>(png_get_io_ptr(png));
  bytes.insert(bytes.end(), data, data + size);
}

void read_bytes(png_structp png, png_bytep to, std::size_t size) {
  auto& left = *static_cast<std::span<const std::uint8_t>*>(png_get_io_ptr(png));
  if (size > left.size()) png_error(png, "the file ends");
  std::memcpy(to, left.data(), size);
  left = left.subspan(size);
}

}  // namespace

void libpng_encode(const kernels::ConstImageView& rgb, int level, std::vector<std::uint8_t>& bytes) {
  bytes.clear();
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &bytes, write_bytes, nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(rgb.width_px), static_cast<png_uint_32>(rgb.height_px), 8,
               PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(png, level);
  png_write_info(png, info);
  for (int y = 0; y < rgb.height_px; ++y) png_write_row(png, rgb.row(y));
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
}

std::vector<std::uint8_t> libpng_encode(const kernels::ConstImageView& rgb, int level) {
  std::vector<std::uint8_t> bytes;
  libpng_encode(rgb, level, bytes);
  return bytes;
}

void libpng_decode(std::span<const std::uint8_t> bytes, const kernels::ImageView& rgb) {
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_read_fn(png, &bytes, read_bytes);
  png_read_info(png, info);
  for (int y = 0; y < rgb.height_px; ++y) png_read_row(png, rgb.row(y), nullptr);
  png_read_end(png, nullptr);
  png_destroy_read_struct(&png, &info, nullptr);
}

}  // namespace framewright::engine::bench
