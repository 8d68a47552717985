// The arithmetic of a JPEG's blocks, read by the C++ compiler and by nvcc. It is libjpeg's, to the bit.
#pragma once

#include <cstdint>

#include "kernels/device_step.hpp"
#include "kernels/jpeg_tables.hpp"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

/// Where the blocks of a picture lie, in the order of its scan: of gray row by row; of colour unit by unit,
/// each of 16 by 16 pixels: four of luma, one of Cb, one of Cr.
struct JpegLayout {
  /// Blocks whose bits are added up together.
  static constexpr int kGroupBlocks = 256;

  int width_px;
  int height_px;
  bool is_gray;

  explicit JpegLayout(const DeviceShape& picture)
      : width_px(picture.width_px), height_px(picture.height_px), is_gray(picture.channels == 1) {}

  FW_HOST_DEVICE int unit_px() const { return is_gray ? kJpegBlockSide : 2 * kJpegBlockSide; }
  FW_HOST_DEVICE int unit_blocks() const { return is_gray ? 1 : 6; }
  FW_HOST_DEVICE int units_across() const { return (width_px + unit_px() - 1) / unit_px(); }
  FW_HOST_DEVICE int units_down() const { return (height_px + unit_px() - 1) / unit_px(); }
  FW_HOST_DEVICE int blocks() const { return units_across() * units_down() * unit_blocks(); }

  FW_HOST_DEVICE int groups() const { return (blocks() + kGroupBlocks - 1) / kGroupBlocks; }

  FW_HOST_DEVICE bool is_luma(int block) const { return is_gray || block % 6 < 4; }

  /// The block before this one whose first coefficient it is coded from; none for the first of its kind.
  FW_HOST_DEVICE int before(int block) const {
    if (is_gray) return block - 1;
    const int place = block % 6;
    return place == 0 ? block - 3 : place < 4 ? block - 1 : block - 6;
  }

  /// A block beyond the last column or row of blocks is nothing but the first coefficient of one of its unit,
  /// by which it takes the fewest bits. That block, or the block itself where it has pixels.
  FW_HOST_DEVICE int stands_for(int block) const {
    const int place = is_gray ? 0 : block % 6;
    if (place == 0 || place > 3) return block;
    const int unit = block / 6;
    const bool has_right = unit % units_across() * 16 + kJpegBlockSide < width_px;
    const bool has_lower = unit / units_across() * 16 + kJpegBlockSide < height_px;
    const bool is_there = (place % 2 == 0 || has_right) && (place < 2 || has_lower);
    if (is_there) return block;
    const int row = has_lower ? place / 2 : 0;
    return block - place + 2 * row + (has_right ? 1 : 0);
  }
};

struct Ycbcr {
  int y;
  int cb;
  int cr;
};

/// ITU-R BT.601, full range, 16 fractional bits; halves of chroma round down.
FW_HOST_DEVICE inline Ycbcr to_ycbcr(int red, int green, int blue) {
  constexpr int kHalf = 1 << 15;
  constexpr int kMiddle = (128 << 16) + kHalf - 1;
  return {(19595 * red + 38470 * green + 7471 * blue + kHalf) >> 16,
          (-11059 * red - 21709 * green + 32768 * blue + kMiddle) >> 16,
          (32768 * red - 27439 * green - 5329 * blue + kMiddle) >> 16};
}

/// The mean of four; rounds up by a quarter in even columns and by a half in odd ones.
FW_HOST_DEVICE inline int mean_chroma(int sum, int column) { return (sum + 1 + column % 2) >> 2; }

/// The two by two pixels that share one value of each chroma.
struct JpegQuad {
  int luma[4];
  int cb;
  int cr;
};

/// Of a place in chroma. Beyond the picture its last column is repeated, and below it the last row of luma
/// and the last row of chroma.
FW_HOST_DEVICE inline JpegQuad read_quad(const ConstImageView& in, int x, int y) {
  const int last_row = (in.height_px - 1) / 2;
  const int top = 2 * (y < last_row ? y : last_row);
  Ycbcr seen[4];
  for (int i = 0; i < 4; ++i) {
    const int column = 2 * x + i % 2 < in.width_px ? 2 * x + i % 2 : in.width_px - 1;
    const int row = top + i / 2 < in.height_px ? top + i / 2 : in.height_px - 1;
    const std::uint8_t* pixel = in.pixels + row * in.pitch_bytes + column * in.channels;
    seen[i] = to_ycbcr(pixel[0], pixel[1], pixel[2]);
  }
  const bool is_above_last = y <= last_row;
  return {
      {is_above_last ? seen[0].y : seen[2].y, is_above_last ? seen[1].y : seen[3].y, seen[2].y, seen[3].y},
      mean_chroma(seen[0].cb + seen[1].cb + seen[2].cb + seen[3].cb, x),
      mean_chroma(seen[0].cr + seen[1].cr + seen[2].cr + seen[3].cr, x)};
}

enum class JpegPass : std::uint8_t { Rows, Columns };

/// One pass of the cosine transform of eight values, in place. Both together make coefficients 8 times as
/// large as they are; between them values have two fractional bits.
///
/// Source   C. Loeffler, A. Ligtenberg and G. Moschytz 1989, with 11 multiplications, and one more.
template <JpegPass kPass>
FW_HOST_DEVICE inline void transform_eight(int* v) {
  constexpr int kBits = kPass == JpegPass::Rows ? 13 - 2 : 13 + 2;
  const auto descaled = [](int value) { return (value + (1 << (kBits - 1))) >> kBits; };
  const auto even = [](int value) { return kPass == JpegPass::Rows ? value * 4 : (value + 2) >> 2; };
  const int sum0 = v[0] + v[7], sum1 = v[1] + v[6], sum2 = v[2] + v[5], sum3 = v[3] + v[4];
  const int odd0 = v[3] - v[4], odd1 = v[2] - v[5], odd2 = v[1] - v[6], odd3 = v[0] - v[7];

  const int outer = sum0 - sum3, inner = sum1 - sum2;
  const int turned = (inner + outer) * 4433;  // cos(3 pi / 8) * sqrt(2), with 13 fractional bits as all here
  v[0] = even(sum0 + sum3 + sum1 + sum2);
  v[4] = even(sum0 + sum3 - sum1 - sum2);
  v[2] = descaled(turned + outer * 6270);
  v[6] = descaled(turned - inner * 15137);

  const int both = (odd0 + odd2 + odd1 + odd3) * 9633;
  const int a = -7373 * (odd0 + odd3), b = -20995 * (odd1 + odd2);
  const int c = both - 16069 * (odd0 + odd2), d = both - 3196 * (odd1 + odd3);
  v[7] = descaled(odd0 * 2446 + a + c);
  v[5] = descaled(odd1 * 16819 + b + d);
  v[3] = descaled(odd2 * 25172 + b + c);
  v[1] = descaled(odd3 * 12299 + a + d);
}

FW_HOST_DEVICE inline int quantised(int coefficient, const JpegDivisor& divisor) {
  const auto magnitude = static_cast<std::uint32_t>(coefficient < 0 ? -coefficient : coefficient);
  const auto quotient =
      static_cast<int>((std::uint64_t{magnitude + divisor.half} * divisor.reciprocal) >> 32);
  return coefficient < 0 ? -quotient : quotient;
}

/// The place of a coefficient in the order of the scan: along diagonals, up those of even number and down the
/// others.
FW_HOST_DEVICE inline int zigzag_place(int row, int column) {
  const int diagonal = row + column;
  const int before =
      diagonal < 8 ? diagonal * (diagonal + 1) / 2 : 64 - (15 - diagonal) * (16 - diagonal) / 2;
  return before + (diagonal < 8 ? diagonal : 7) - (diagonal % 2 == 0 ? row : column);
}

/// A block's coefficients in that order, eight at a time.
struct alignas(16) JpegEight {
  std::int16_t values[8];

  FW_HOST_DEVICE bool are_zero() const {
    int any = 0;
    for (int i = 0; i < 8; ++i) any |= values[i];
    return any == 0;
  }
};
struct JpegBlock {
  JpegEight eights[8];
};

FW_HOST_DEVICE inline int bit_size(unsigned value) {
  if (value == 0) return 0;
#ifdef __CUDA_ARCH__
  return 32 - __clz(static_cast<int>(value));
#else
  return 32 - __builtin_clz(value);
#endif
}

/// Gives sink.put(bits, count) a code and the value that follows it, at most 27 bits together.
template <typename Sink>
FW_HOST_DEVICE inline void put_value(const JpegCode* codes, int run, int value, Sink& sink) {
  const int size = bit_size(static_cast<unsigned>(value < 0 ? -value : value));
  const std::uint32_t code = codes[16 * run + size].bits_and_length;
  // A negative value is coded as one less in its lowest bits (T.81, F.1.2.1.1).
  const std::uint32_t low = static_cast<std::uint32_t>(value < 0 ? value - 1 : value) & ((1U << size) - 1);
  sink.put(code >> 8 << size | low, static_cast<int>(code & 255) + size);
}

/// Codes a block; `before` is the first coefficient of the one that it follows, or 0.
template <typename Sink>
FW_HOST_DEVICE inline void put_block(const JpegCodes& codes, const JpegBlock& block, int before, Sink& sink) {
  constexpr int kLongestRun = 15;
  int run = -1;  // the first coefficient is no zero of a run
  for (int group = 0; group < 8; ++group) {
    const JpegEight eight = block.eights[group];
    if (group == 0) put_value(codes.dc, 0, eight.values[0] - before, sink);
    if (group > 0 && eight.are_zero()) {
      run += 8;
      continue;
    }
    for (int i = 0; i < 8; ++i) {
      if ((group == 0 && i == 0) || eight.values[i] == 0) {
        ++run;
        continue;
      }
      for (; run > kLongestRun; run -= kLongestRun + 1) put_value(codes.ac, kLongestRun, 0, sink);
      put_value(codes.ac, run, eight.values[i], sink);
      run = 0;
    }
  }
  if (run > 0) put_value(codes.ac, 0, 0, sink);
}

/// A sink that only counts.
struct BitCount {
  std::uint32_t bits = 0;

  FW_HOST_DEVICE void put(std::uint32_t, int count) { bits += static_cast<std::uint32_t>(count); }
};

}  // namespace framewright::kernels
