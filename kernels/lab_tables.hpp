// Tables for CIE L*a*b* in bytes. Sums of three colours are added as one word of three fields, so that a
// pixel costs three lookups for its X, Y and Z, and no multiplication.
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

/// The numbers f are counted in steps of 2^-13 from -1/2.
inline constexpr int kRootBits = 13;
inline constexpr int kRootCount = 9 << (kRootBits - 2);  // -1/2..1 3/4; bytes reach -0.50..1.65
/// What is added to linear colours, which bytes outside the cube take to -5..7, so that fields are positive.
inline constexpr int kLinearOffset = 8 << kXyzBits;

struct FromLabTables {
  std::array<std::uint64_t, 256> y;                            ///< share of Y in linear colours, by L*
  std::array<std::uint16_t, 256> root_of_lightness;            ///< index of f(Y)
  std::array<std::int16_t, 256> root_of_a;                     ///< added to it for f(X)
  std::array<std::int16_t, 256> root_of_b;                     ///< added to it for f(Z)
  std::array<std::uint64_t, kRootCount> x;                     ///< share of X in linear colours, by f(X)
  std::array<std::uint64_t, kRootCount> z;                     ///< share of Z, by f(Z)
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

FW_HOST_DEVICE inline std::uint8_t encoded_colour(const FromLabTables& tables, std::uint64_t linear,
                                                  int field) {
  const int colour = (lab_field(linear, field) - kLinearOffset) >> (kXyzBits - kXyzIndexBits);
  constexpr int kMost = 1 << kXyzIndexBits;
  return tables.encoded[static_cast<unsigned>(colour < 0 ? 0 : (colour > kMost ? kMost : colour))];
}

FW_HOST_DEVICE inline void lab_to_rgb_pixel(const FromLabTables& tables, int lightness, int a, int b,
                                            std::uint8_t* rgb) {
  const int root_y = tables.root_of_lightness[static_cast<unsigned>(lightness)];
  const auto x = static_cast<unsigned>(root_y + tables.root_of_a[static_cast<unsigned>(a)]);
  const auto z = static_cast<unsigned>(root_y + tables.root_of_b[static_cast<unsigned>(b)]);
  const std::uint64_t linear = tables.y[static_cast<unsigned>(lightness)] + tables.x[x] + tables.z[z];
  for (int i = 0; i < 3; ++i) rgb[i] = encoded_colour(tables, linear, i);
}

}  // namespace framewright::kernels
