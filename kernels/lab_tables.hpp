// CIE L*a*b* in bytes. On the way there sums of three colours are added as one word of three fields, so that
// a pixel costs three lookups for its X, Y and Z, and no multiplication. On the way back all but the last
// step is arithmetic, because tables of the cubes would not stay in the nearest cache.
#pragma once

#include <array>
#include <cstdint>

#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

/// Three numbers of 21 bits in one word; sums of words are sums of their fields, as long as every sum fits.
inline constexpr int kLabFieldBits = 21;

FW_HOST_DEVICE inline int lab_field(std::uint64_t word, int field) {
  return static_cast<int>(word >> (field * kLabFieldBits) & ((1u << kLabFieldBits) - 1));
}

/// Fields of X, Y and Z relative to white have 16 bits behind the point; tables of them have 13.
inline constexpr int kXyzBits = 16;
inline constexpr int kXyzIndexBits = 13;

struct ToLabTables {
  std::array<std::array<std::uint64_t, 256>, 3> xyz;             ///< share of red, green, blue
  std::array<std::uint16_t, (1 << kXyzIndexBits) + 1> root;      ///< f of CIE, 15 bits behind the point
  std::array<std::uint8_t, (1 << kXyzIndexBits) + 1> lightness;  ///< L* as a byte
};

struct FromLabTables {
  std::array<std::uint8_t, (1 << kXyzIndexBits) + 1> encoded;  ///< sRGB byte of a linear colour
};

/// Made at first use, and never again.
const ToLabTables& to_lab_tables() noexcept;
const FromLabTables& from_lab_tables() noexcept;

FW_HOST_DEVICE inline void rgb_to_lab_pixel(const ToLabTables& tables, int red, int green, int blue,
                                            std::uint8_t* lab) {
  const std::uint64_t xyz = tables.xyz[0][static_cast<unsigned>(red)] +
                            tables.xyz[1][static_cast<unsigned>(green)] +
                            tables.xyz[2][static_cast<unsigned>(blue)];
  constexpr int kShift = kXyzBits - kXyzIndexBits;
  const auto x = static_cast<unsigned>(lab_field(xyz, 0) >> kShift);
  const auto y = static_cast<unsigned>(lab_field(xyz, 1) >> kShift);
  const auto z = static_cast<unsigned>(lab_field(xyz, 2) >> kShift);
  constexpr int kMiddle = (128 << 15) + (1 << 14);
  const int root_y = tables.root[y];
  lab[0] = tables.lightness[y];
  lab[1] = static_cast<std::uint8_t>((500 * (tables.root[x] - root_y) + kMiddle) >> 15);
  lab[2] = static_cast<std::uint8_t>((200 * (root_y - tables.root[z]) + kMiddle) >> 15);
}

// The way back, in numbers that fit 32 bits: f with 14 bits behind the point, its cube with 15, weights
// with 13.

inline constexpr int kRootBits = 14;
inline constexpr int kRootBelow = 6;  // bits that are rounded off where f is added up
inline constexpr int kShareBits = 15;
inline constexpr int kWeightBits = 13;
inline constexpr int kLightnessStep = 3545;  // 2^20 / (2.55 * 116)
inline constexpr int kDarkRoot = 144631;     // 2^20 * 16 / 116
inline constexpr int kAStep = 2097;          // 2^20 / 500
inline constexpr int kBStep = 5243;          // 2^20 / 200
inline constexpr int kLineEnd = 3389;        // 6/29: up to here the cube is a straight line,
inline constexpr int kLineSlope = 4208;      // 2 * 3 (6/29)^2 with 14 bits behind the point,
inline constexpr int kLineStart = 9509499;   // which is 0 at 4/29

/// Linear red, green and blue of X, Y and Z relative to white; rows add up to one, so that grays stay gray.
struct FromXyz {
  int weights[3][3] = {{25231, -12592, -4447}, {-7547, 15368, 371}, {433, -1671, 9430}};
};

FW_HOST_DEVICE inline int cubed_root(int root) {
  constexpr int kHalf = 1 << (kRootBits - 1);
  if (root <= kLineEnd) return (root * kLineSlope - kLineStart + kHalf) >> kRootBits;
  const int square = (root * root + kHalf) >> kRootBits;
  constexpr int kShift = 2 * kRootBits - kShareBits;
  return (square * root + (1 << (kShift - 1))) >> kShift;
}

FW_HOST_DEVICE inline void lab_to_rgb_pixel(const FromLabTables& tables, int lightness, int a, int b,
                                            std::uint8_t* rgb) {
  const int middle = lightness * kLightnessStep + kDarkRoot + (1 << (kRootBelow - 1));
  const int x = cubed_root((middle + (a - 128) * kAStep) >> kRootBelow);
  const int y = cubed_root(middle >> kRootBelow);
  const int z = cubed_root((middle - (b - 128) * kBStep) >> kRootBelow);
  constexpr int kShift = kShareBits + kWeightBits - kXyzIndexBits;
  constexpr FromXyz kFromXyz;
  for (int i = 0; i < 3; ++i) {
    const int sum = kFromXyz.weights[i][0] * x + kFromXyz.weights[i][1] * y + kFromXyz.weights[i][2] * z;
    const int linear = (sum + (1 << (kShift - 1))) >> kShift;
    constexpr int kMost = 1 << kXyzIndexBits;
    rgb[i] = tables.encoded[static_cast<unsigned>(linear < 0 ? 0 : (linear > kMost ? kMost : linear))];
  }
}

}  // namespace framewright::kernels
