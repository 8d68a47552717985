#include "tests/engine/pictures.hpp"

#include <png.h>
#include <turbojpeg.h>
#include <webp/encode.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <random>
#include <stdexcept>

namespace framewright::engine::pictures {
namespace {

void require(bool condition) {
  if (!condition) throw std::runtime_error("a test picture could not be made");
}

void append(Bytes& to, std::span<const std::uint8_t> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}
void append(Bytes& to, const char* text) {
  append(to, {reinterpret_cast<const std::uint8_t*>(text), std::strlen(text)});
}

void append_u16(Bytes& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}
void append_u32(Bytes& to, std::size_t value) {
  append_u16(to, value >> 16);
  append_u16(to, value & 0xFFFF);
}
void append_u32_little(Bytes& to, std::size_t value) {
  for (int shift = 0; shift < 32; shift += 8) to.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::size_t count_of(const Geometry& geometry) { return static_cast<std::size_t>(geometry.bytes()); }

Bytes png_row(int width_px, int y, const PngKind& kind) {
  const int channels = kind.color_type == 2 ? 3 : kind.color_type == 4 ? 2 : kind.color_type == 6 ? 4 : 1;
  const int samples = width_px * channels;
  Bytes row((static_cast<std::size_t>(samples) * static_cast<std::size_t>(kind.bit_depth) + 7) / 8);
  for (int i = 0; i < samples; ++i) {
    const auto value = png_sample(i / channels, y, i % channels, kind.bit_depth);
    const auto at = static_cast<std::size_t>(i) * static_cast<std::size_t>(kind.bit_depth) / 8;
    if (kind.bit_depth == 16) {
      row[at] = static_cast<std::uint8_t>(value >> 8);
      row[at + 1] = static_cast<std::uint8_t>(value);
    } else {
      const int shift = 8 - kind.bit_depth - i * kind.bit_depth % 8;
      row[at] = static_cast<std::uint8_t>(row[at] | (value << shift));
    }
  }
  return row;
}

void set_palette(png_structp png, png_infop info, int bit_depth) {
  std::vector<png_color> palette(std::size_t{1} << bit_depth);
  for (std::size_t i = 0; i < palette.size(); ++i) {
    palette[i] = {static_cast<png_byte>(i), static_cast<png_byte>(255 - i), 7};
  }
  png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
}

}  // namespace

Pixels gradient(const Geometry& geometry) {
  Pixels pixels{geometry, Bytes(count_of(geometry))};
  std::size_t at = 0;
  for (int y = 0; y < geometry.height_px; ++y) {
    for (int x = 0; x < geometry.width_px; ++x) {
      const int right = 255 * x / std::max(1, geometry.width_px - 1);
      const int down = 255 * y / std::max(1, geometry.height_px - 1);
      const int values[4] = {right, down, 255 - right, 255 - down / 2};
      for (int c = 0; c < geometry.channels; ++c) pixels.bytes[at++] = static_cast<std::uint8_t>(values[c]);
    }
  }
  return pixels;
}

Pixels noise(const Geometry& geometry) {
  Pixels pixels{geometry, Bytes(count_of(geometry))};
  std::mt19937 random(7);
  std::ranges::generate(pixels.bytes, [&random] { return static_cast<std::uint8_t>(random()); });
  return pixels;
}

Pixels worst_for_jpeg(const Geometry& geometry) {
  // clang-format off
  static constexpr std::array<std::uint8_t, 64> kBlock = {
      255, 255, 253,   0, 255, 255,   0, 255,
      255, 255, 255,   0, 255,   0,   0, 255,
      255, 255, 255,   0,   0,   0, 255, 255,
      255,   0,  12,   0, 255,   0, 255,   0,
        0, 255, 227,   0, 255, 198, 255,  43,
        0, 255,   0, 255,   0, 255, 255,  71,
      255,   0, 255,   0,   0,   0,   0,   0,
        0, 255, 255, 255,   0,   0, 255, 136,
  };
  // clang-format on
  Pixels pixels{geometry, {}};
  for (int y = 0; y < geometry.height_px; ++y) {
    for (int x = 0; x < geometry.width_px; ++x) {
      const auto value = kBlock[static_cast<std::size_t>(y % 8 * 8 + x % 8)];
      const auto seen = static_cast<std::uint8_t>(x / 8 % 2 == 0 ? value : 255 - value);
      pixels.bytes.insert(pixels.bytes.end(), static_cast<std::size_t>(geometry.channels), seen);
    }
  }
  return pixels;
}

Bytes jpeg(const Pixels& pixels, int quality, JpegKind kind) {
  const tjhandle handle = tjInitCompress();
  unsigned char* out = nullptr;
  unsigned long size = 0;
  const int channels = pixels.geometry.channels;
  const int format = kind == JpegKind::Cmyk ? TJPF_CMYK
                     : channels == 1        ? TJPF_GRAY
                     : channels == 3        ? TJPF_RGB
                                            : TJPF_RGBA;
  require(tjCompress2(handle, pixels.bytes.data(), pixels.geometry.width_px, 0, pixels.geometry.height_px,
                      format, &out, &size, channels == 1 ? TJSAMP_GRAY : TJSAMP_444, quality,
                      kind == JpegKind::Progressive ? TJFLAG_PROGRESSIVE : 0) == 0);
  Bytes bytes(out, out + size);
  tjFree(out);
  tjDestroy(handle);
  return bytes;
}

Bytes jpeg_in(ColourPlanes planes, const Pixels& pixels, int quality) {
  const int sampling = planes == ColourPlanes::Ycbcr420   ? TJSAMP_420
                       : planes == ColourPlanes::Ycbcr422 ? TJSAMP_422
                       : planes == ColourPlanes::Ycbcr440 ? TJSAMP_440
                       : planes == ColourPlanes::Ycbcr444 ? TJSAMP_444
                                                          : TJSAMP_411;
  const tjhandle handle = tjInitCompress();
  unsigned char* out = nullptr;
  unsigned long size = 0;
  require(tjCompress2(handle, pixels.bytes.data(), pixels.geometry.width_px, 0, pixels.geometry.height_px,
                      TJPF_RGB, &out, &size, sampling, quality, TJFLAG_ACCURATEDCT) == 0);
  Bytes bytes(out, out + size);
  tjFree(out);
  tjDestroy(handle);
  return bytes;
}

std::array<Plane, 3> planes_of(const Bytes& jpeg) {
  const tjhandle handle = tjInitDecompress();
  int width = 0;
  int height = 0;
  int sampling = 0;
  int colours = 0;
  const auto size = static_cast<unsigned long>(jpeg.size());
  require(tjDecompressHeader3(handle, jpeg.data(), size, &width, &height, &sampling, &colours) == 0);
  std::array<Plane, 3> planes;
  std::array<unsigned char*, 3> pointers = {};
  for (int i = 0; i < 3; ++i) {
    auto& plane = planes[static_cast<std::size_t>(i)];
    plane.width_px = tjPlaneWidth(i, width, sampling);
    plane.height_px = tjPlaneHeight(i, height, sampling);
    plane.samples.resize(static_cast<std::size_t>(plane.width_px * plane.height_px));
    pointers[static_cast<std::size_t>(i)] = plane.samples.data();
  }
  require(tjDecompressToYUVPlanes(handle, jpeg.data(), size, pointers.data(), width, nullptr, height, 0) ==
          0);
  tjDestroy(handle);
  return planes;
}

Bytes jpeg_420(const Pixels& pixels, int quality) {
  const tjhandle handle = tjInitCompress();
  unsigned char* out = nullptr;
  unsigned long size = 0;
  const int channels = pixels.geometry.channels;
  require(tjCompress2(handle, pixels.bytes.data(), pixels.geometry.width_px, 0, pixels.geometry.height_px,
                      channels == 1   ? TJPF_GRAY
                      : channels == 3 ? TJPF_RGB
                                      : TJPF_RGBX,
                      &out, &size, channels == 1 ? TJSAMP_GRAY : TJSAMP_420, quality,
                      TJFLAG_ACCURATEDCT) == 0);
  Bytes bytes(out, out + size);
  tjFree(out);
  tjDestroy(handle);
  return bytes;
}

std::uint16_t png_sample(int x, int y, int channel, int bit_depth) {
  const unsigned step = bit_depth == 16 ? 257u : 1u;
  return static_cast<std::uint16_t>(static_cast<unsigned>(x + 2 * y + channel) * step % (1u << bit_depth));
}

Bytes png(int width_px, int height_px, const PngKind& kind) {
  Bytes bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &bytes,
      [](png_structp writer, png_bytep data, std::size_t size) {
        append(*static_cast<Bytes*>(png_get_io_ptr(writer)), {data, size});
      },
      nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width_px), static_cast<png_uint_32>(height_px),
               kind.bit_depth, kind.color_type, kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (kind.color_type == PNG_COLOR_TYPE_PALETTE) set_palette(png, info, kind.bit_depth);
  if (kind.transparent) {
    png_byte entry_alpha = 0;
    png_color_16 sample{};
    png_set_tRNS(png, info, &entry_alpha, 1, &sample);
  }
  std::vector<Bytes> rows;
  std::vector<png_bytep> row_pointers;
  for (int y = 0; y < height_px; ++y) rows.push_back(png_row(width_px, y, kind));
  for (auto& row : rows) row_pointers.push_back(row.data());
  png_set_rows(png, info, row_pointers.data());
  png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

Bytes webp(const Pixels& pixels, int quality) {
  std::uint8_t* out = nullptr;
  const auto [width, height, channels] = pixels.geometry;
  const auto size =
      channels == 4
          ? WebPEncodeRGBA(pixels.bytes.data(), width, height, width * 4, static_cast<float>(quality), &out)
          : WebPEncodeRGB(pixels.bytes.data(), width, height, width * 3, static_cast<float>(quality), &out);
  require(size != 0);
  Bytes bytes(out, out + size);
  WebPFree(out);
  return bytes;
}

Bytes webp_lossless(const Pixels& pixels) {
  std::uint8_t* out = nullptr;
  const auto [width, height, channels] = pixels.geometry;
  const auto size = channels == 4
                        ? WebPEncodeLosslessRGBA(pixels.bytes.data(), width, height, width * 4, &out)
                        : WebPEncodeLosslessRGB(pixels.bytes.data(), width, height, width * 3, &out);
  require(size != 0);
  Bytes bytes(out, out + size);
  WebPFree(out);
  return bytes;
}

namespace {

Bytes riff(const Bytes& chunks) {
  Bytes file;
  append(file, "RIFF");
  append_u32_little(file, chunks.size() + 4);
  append(file, "WEBP");
  append(file, chunks);
  return file;
}

void append_riff_chunk(Bytes& to, const char* type, const Bytes& payload) {
  append(to, type);
  append_u32_little(to, payload.size());
  append(to, payload);
  if (payload.size() % 2 != 0) to.push_back(0);
}

Bytes extended_header(std::uint8_t flags, int width_px, int height_px) {
  Bytes payload = {flags, 0, 0, 0};
  for (const int side : {width_px - 1, height_px - 1}) {
    for (int shift = 0; shift < 24; shift += 8) payload.push_back(static_cast<std::uint8_t>(side >> shift));
  }
  return payload;
}

}  // namespace

Bytes webp_animation() {
  constexpr std::uint8_t kAnimation = 0x02;
  Bytes chunks;
  append_riff_chunk(chunks, "VP8X", extended_header(kAnimation, 4, 4));
  append_riff_chunk(chunks, "ANIM", Bytes(6));
  append_riff_chunk(chunks, "ANMF", Bytes(24));
  return riff(chunks);
}

Bytes exif_tiff(int orientation) {
  // Header; directory 0 at 8 with 5 entries (66 bytes); texts; the EXIF and the GPS directory.
  constexpr std::size_t kMakeAt = 74, kModelAt = 84, kTimeAt = 92, kExifAt = 112, kGpsAt = 130;
  Bytes tiff;
  const auto entry = [&tiff](std::size_t tag, std::size_t type, std::size_t count, std::size_t value) {
    append_u16(tiff, tag);
    append_u16(tiff, type);
    append_u32(tiff, count);
    append_u32(tiff, value);
  };
  append(tiff, "MM");
  append_u16(tiff, 42);
  append_u32(tiff, 8);
  append_u16(tiff, 5);
  entry(0x010F, 2, 10, kMakeAt);
  entry(0x0110, 2, 8, kModelAt);
  entry(0x0112, 3, 1, static_cast<std::size_t>(orientation) << 16);
  entry(0x8769, 4, 1, kExifAt);
  entry(0x8825, 4, 1, kGpsAt);
  append_u32(tiff, 0);
  tiff.resize(kMakeAt);
  append(tiff, "Lantern Co");
  tiff.resize(kModelAt);
  append(tiff, "Model 7");
  tiff.resize(kTimeAt);
  append(tiff, "2024:05:17 10:11:12");
  tiff.resize(kExifAt);
  append_u16(tiff, 1);
  entry(0x9003, 2, 20, kTimeAt);
  append_u32(tiff, 0);
  tiff.resize(kGpsAt);
  append_u16(tiff, 1);
  entry(0x0001, 2, 2, std::size_t{'N'} << 24);
  append_u32(tiff, 0);
  return tiff;
}

Bytes jpeg_with_exif(const Bytes& jpeg, const Bytes& tiff) {
  Bytes out(jpeg.begin(), jpeg.begin() + 2);
  append(out, Bytes{0xFF, 0xE1});
  append_u16(out, tiff.size() + 8);
  append(out, Bytes{'E', 'x', 'i', 'f', 0, 0});
  append(out, tiff);
  append(out, std::span(jpeg).subspan(2));
  return out;
}

Bytes png_with_exif(const Bytes& png, const Bytes& tiff) {
  constexpr std::size_t kHeaderEnd = 8 + 25;
  Bytes typed;
  append(typed, "eXIf");
  append(typed, tiff);
  std::uint32_t crc = 0xFFFFFFFFu;  // ISO/IEC 15948, annex D, bit by bit.
  for (const auto byte : typed) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1u) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
  }
  Bytes out(png.begin(), png.begin() + kHeaderEnd);
  append_u32(out, tiff.size());
  append(out, typed);
  append_u32(out, crc ^ 0xFFFFFFFFu);
  append(out, std::span(png).subspan(kHeaderEnd));
  return out;
}

Bytes webp_with_exif(const Bytes& simple, const Geometry& geometry, const Bytes& tiff) {
  constexpr std::uint8_t kExif = 0x08;
  Bytes chunks;
  append_riff_chunk(chunks, "VP8X", extended_header(kExif, geometry.width_px, geometry.height_px));
  append(chunks, std::span(simple).subspan(12));
  append_riff_chunk(chunks, "EXIF", tiff);
  return riff(chunks);
}

EncodedFrame encoded(FramePool& pool, std::span<const std::uint8_t> bytes, ImageEncoding encoding) {
  EncodedFrame frame;
  frame.buffer = std::move(pool.lend(bytes.size())).value();
  std::ranges::copy(bytes, frame.buffer.data());
  frame.size_bytes = bytes.size();
  frame.encoding = encoding;
  return frame;
}

EncodedFrame raw(FramePool& pool, const Pixels& pixels) {
  auto frame = encoded(pool, pixels.bytes, ImageEncoding::Raw);
  frame.pixel_format = pixels.geometry.channels == 1   ? PixelFormat::Gray8
                       : pixels.geometry.channels == 3 ? PixelFormat::Rgb8
                                                       : PixelFormat::Rgba8;
  frame.width_px = pixels.geometry.width_px;
  frame.height_px = pixels.geometry.height_px;
  return frame;
}

Frame frame(FramePool& pool, const Pixels& pixels, std::ptrdiff_t pitch_bytes) {
  const auto row_bytes = static_cast<std::ptrdiff_t>(pixels.geometry.width_px) * pixels.geometry.channels;
  Frame made;
  made.geometry = pixels.geometry;
  made.pitch_bytes = pitch_bytes == 0 ? row_bytes : pitch_bytes;
  made.buffer =
      std::move(pool.lend(static_cast<std::size_t>(made.pitch_bytes * made.geometry.height_px))).value();
  for (int y = 0; y < made.geometry.height_px; ++y) {
    std::copy_n(pixels.bytes.data() + y * row_bytes, row_bytes, made.view().row(y));
  }
  return made;
}

Pixels pixels_of(const Frame& frame) {
  Pixels pixels{frame.geometry, {}};
  const auto view = frame.view();
  const auto row_bytes = static_cast<std::size_t>(view.width_px) * static_cast<std::size_t>(view.channels);
  for (int y = 0; y < view.height_px; ++y) append(pixels.bytes, {view.row(y), row_bytes});
  return pixels;
}

double mean_difference(const Pixels& a, const Pixels& b) {
  if (a.geometry != b.geometry) return 255;
  double sum = 0;
  for (std::size_t i = 0; i < a.bytes.size(); ++i) sum += std::abs(int{a.bytes[i]} - int{b.bytes[i]});
  return sum / static_cast<double>(a.bytes.size());
}

}  // namespace framewright::engine::pictures
