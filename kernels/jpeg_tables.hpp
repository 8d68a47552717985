// The numbers that a baseline JPEG is coded by: what its coefficients are divided by, and the code of each
// symbol. Plain numbers, so that they travel as an argument of a launch.
#pragma once

#include <cstdint>

namespace framewright::kernels {

inline constexpr int kJpegBlockSide = 8;
inline constexpr int kJpegBlockSize = kJpegBlockSide * kJpegBlockSide;

/// Division by a constant: n / d is the upper half of n * reciprocal for n below 2^15.
struct JpegDivisor {
  std::uint32_t reciprocal;
  std::uint32_t half;  ///< of d, so that the quotient is to nearest, halves away from zero
};

/// The bits of a symbol and how many they are, in one word. Symbols that no block needs have none.
struct JpegCode {
  std::uint32_t bits_and_length;
};

struct JpegDivisors {
  JpegDivisor places[kJpegBlockSize];  ///< row by row
};

struct JpegCodes {
  JpegCode dc[12];   ///< by size
  JpegCode ac[256];  ///< by 16 * run of zeros + size
};

/// Of luma, and of both kinds of chroma.
template <typename T>
struct JpegPair {
  T luma;
  T chroma;
};

struct JpegTables {
  JpegPair<JpegDivisors> divisors;
  JpegPair<JpegCodes> codes;
};

/// The tables that libjpeg uses.
///
/// Units    quality 1..100; beyond that the nearest of them.
/// Source   ITU-T T.81, annex K: K.1 and K.2 scaled as the Independent JPEG Group does, K.3 to K.6.
JpegTables make_jpeg_tables(int quality) noexcept;

}  // namespace framewright::kernels
