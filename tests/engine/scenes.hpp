// Kinds of pictures that plans must do well on: what compresses well, what does not, sharp and saturated
// edges.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/engine/pictures.hpp"

namespace framewright::engine::pictures {

struct Scene {
  std::string name;
  Pixels pixels;
};

/// A picture by the colour of each place.
template <class Paint>
Pixels painted(const Geometry& geometry, const Paint& paint) {
  Pixels pixels{geometry, Bytes(static_cast<std::size_t>(geometry.bytes()))};
  std::size_t at = 0;
  for (int y = 0; y < geometry.height_px; ++y) {
    for (int x = 0; x < geometry.width_px; ++x) {
      const auto colour = paint(x, y);
      for (const double value : colour)
        pixels.bytes[at++] = static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0));
    }
  }
  return pixels;
}

using Colour = std::array<double, 3>;

/// Soft shapes, an edge or two, and the noise of a sensor.
inline Pixels photograph(const Geometry& geometry) {
  std::mt19937 random(11);
  std::normal_distribution<double> noise(0, 3);
  return painted(geometry, [&](int x, int y) {
    const double hill = 90 * std::sin(x / 37.0) * std::cos(y / 29.0) + 40 * std::sin((x + 2 * y) / 9.0);
    const double edge = x > y ? 30 : 0;
    return Colour{120 + hill + edge + noise(random), 110 + 0.7 * hill + noise(random),
                  130 - 0.5 * hill - edge + noise(random)};
  });
}

/// Black strokes of a pixel or two on white.
inline Pixels page_of_text(const Geometry& geometry) {
  std::mt19937 random(12);
  std::vector<unsigned> glyphs(64);
  for (auto& glyph : glyphs) glyph = static_cast<unsigned>(random());
  return painted(geometry, [&](int x, int y) {
    const bool between_lines = y % 14 >= 10 || x % 8 >= 6;
    const auto glyph = glyphs[static_cast<std::size_t>(x / 8 * 7 + y / 14 * 13) % glyphs.size()];
    const bool ink = !between_lines && (glyph >> (y % 14 / 2 * 3 + x % 8 / 2) & 1) != 0;
    return ink ? Colour{10, 10, 20} : Colour{250, 250, 245};
  });
}

/// Patches of pure colours.
inline Pixels saturated(const Geometry& geometry) {
  return painted(geometry, [](int x, int y) {
    const int patch = x / 23 + 3 * (y / 19);
    return Colour{patch % 2 * 255.0, patch / 2 % 2 * 255.0, patch / 4 % 2 * 255.0};
  });
}

inline std::vector<Scene> scenes(const Geometry& geometry) {
  return {{"photograph", photograph(geometry)},
          {"gradient", gradient(geometry)},
          {"page of text", page_of_text(geometry)},
          {"saturated", saturated(geometry)},
          {"noise", noise(geometry)}};
}

/// Peak signal to noise ratio in decibels; 99 for equal pictures.
inline double psnr(const Bytes& a, const Bytes& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    squares += difference * difference;
  }
  return squares == 0 ? 99 : 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.size()) / squares);
}

}  // namespace framewright::engine::pictures
