// Pictures for tests, written by the reference libraries themselves and not by the code under test.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/frame.hpp"
#include "engine/media.hpp"

namespace framewright::engine::pictures {

using Bytes = std::vector<std::uint8_t>;

/// Tightly packed pixels.
struct Pixels {
  Geometry geometry;
  Bytes bytes;
};

/// Smooth colours, different in every channel and corner; alpha runs from 255 down.
Pixels gradient(const Geometry& geometry);
/// Noise from a fixed seed.
Pixels noise(const Geometry& geometry);
/// Gray in every channel, of a block and its opposite in turn that take more bits of a JPEG at quality 100
/// than noise does, 16.3 for each pixel: found by changing pixels for as long as there came to be more.
Pixels worst_for_jpeg(const Geometry& geometry);

enum class JpegKind { Baseline, Progressive, Cmyk };
Bytes jpeg(const Pixels& pixels, int quality = 90, JpegKind kind = JpegKind::Baseline);
/// With planes of these sizes.
Bytes jpeg_in(ColourPlanes planes, const Pixels& pixels, int quality = 90);
/// With chroma of half size, by the accurate transform; alpha is dropped.
Bytes jpeg_420(const Pixels& pixels, int quality);

/// A plane of a JPEG as the file keeps it, tightly packed.
struct Plane {
  int width_px = 0;
  int height_px = 0;
  Bytes samples;

  int at(int x, int y) const {
    return samples[static_cast<std::size_t>(std::min(y, height_px - 1) * width_px +
                                            std::min(x, width_px - 1))];
  }
};
/// Y, Cb and Cr.
std::array<Plane, 3> planes_of(const Bytes& jpeg);

struct PngKind {
  int color_type = 2;  ///< as in IHDR: 0 gray, 2 RGB, 3 palette, 4 gray + alpha, 6 RGBA
  int bit_depth = 8;
  bool interlaced = false;
  bool transparent = false;  ///< with a tRNS chunk: palette entry 0, or the sample value 0
};
/// Every sample (or palette index) is (x + 2 y + channel) modulo the number of values of the bit depth; the
/// palette has gray levels of red, inverted in green, and 7 in blue.
Bytes png(int width_px, int height_px, const PngKind& kind);
/// The value that png() wrote at a place.
std::uint16_t png_sample(int x, int y, int channel, int bit_depth);

Bytes webp(const Pixels& pixels, int quality = 90);
Bytes webp_lossless(const Pixels& pixels);
/// An animation of no frames: header only.
Bytes webp_animation();

/// EXIF (TIFF) in big-endian order with orientation, camera and time, and a GPS directory.
Bytes exif_tiff(int orientation);
/// `jpeg` with EXIF behind its first marker.
Bytes jpeg_with_exif(const Bytes& jpeg, const Bytes& tiff);
/// `png` with an eXIf chunk behind its header.
Bytes png_with_exif(const Bytes& png, const Bytes& tiff);
/// `simple` (a WebP without extended header) with one and an EXIF chunk.
Bytes webp_with_exif(const Bytes& simple, const Geometry& geometry, const Bytes& tiff);

/// Copies bytes into a lease of `pool`.
EncodedFrame encoded(FramePool& pool, std::span<const std::uint8_t> bytes, ImageEncoding encoding);
EncodedFrame raw(FramePool& pool, const Pixels& pixels);
/// A frame whose rows lie `pitch_bytes` apart.
Frame frame(FramePool& pool, const Pixels& pixels, std::ptrdiff_t pitch_bytes = 0);
/// The pixels of a frame, tightly packed.
Pixels pixels_of(const Frame& frame);

/// Mean of the absolute differences; 255 when the geometries differ.
double mean_difference(const Pixels& a, const Pixels& b);

}  // namespace framewright::engine::pictures
