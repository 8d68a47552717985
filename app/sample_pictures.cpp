#include "app/sample_pictures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>

namespace framewright::app {
namespace {

using kernels::ImageView;

/// Red, green and blue, or one gray, from 0 to 1.
using Colour = std::array<double, 3>;

std::uint8_t to_u8(double value) noexcept {
  return static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0, 1.0)));
}

void put(const ImageView& out, int x, int y, const Colour& colour) noexcept {
  std::uint8_t* const pixel = out.row(y) + static_cast<std::ptrdiff_t>(x) * out.channels;
  for (int c = 0; c < std::min(out.channels, 3); ++c) pixel[c] = to_u8(colour[static_cast<std::size_t>(c)]);
}

/// Calls `colour_at(x, y)` with both from -1 to 1 along the shorter side, y upwards, and puts what it
/// answers.
template <class ColourAt>
void paint(const ImageView& out, ColourAt colour_at) {
  const double half = std::min(out.width_px, out.height_px) / 2.0;
  for (int y = 0; y < out.height_px; ++y) {
    for (int x = 0; x < out.width_px; ++x) {
      put(out, x, y,
          colour_at((x + 0.5 - out.width_px / 2.0) / half, (out.height_px / 2.0 - y - 0.5) / half));
    }
  }
}

/// A palette that runs smoothly through every colour as `phase` goes from 0 to 1.
Colour rainbow(double phase) noexcept {
  Colour colour;
  for (std::size_t c = 0; c < 3; ++c) {
    colour[c] = 0.5 + 0.5 * std::cos(2 * std::numbers::pi * (phase - static_cast<double>(c) / 3));
  }
  return colour;
}

/// Grain from -1 to 1, the same at the same place each time.
double grain(int x, int y) noexcept {
  auto hash = static_cast<std::uint32_t>(x) * 0x9E3779B1u ^ static_cast<std::uint32_t>(y) * 0x85EBCA77u;
  hash = (hash ^ (hash >> 15)) * 0x2C1B3C6Du;
  hash ^= hash >> 12;
  return static_cast<double>(hash & 0xFFFF) / 32767.5 - 1;
}

/// A rounded checker board that fades towards its rim: for everything that handles alpha.
void draw_checker(const ImageView& out) {
  constexpr int kSquarePx = 32;
  constexpr Colour kLight{0.98, 0.86, 0.55};
  static constexpr Colour kDark{0.13, 0.29, 0.45};
  paint(out, [](double, double) { return kDark; });
  for (int y = 0; y < out.height_px; ++y) {
    for (int x = 0; x < out.width_px; ++x) {
      if ((x / kSquarePx + y / kSquarePx) % 2 == 0) put(out, x, y, kLight);
      const double right = (2 * x + 1.0) / out.width_px - 1;
      const double down = (2 * y + 1.0) / out.height_px - 1;
      out.row(y)[x * 4 + 3] = to_u8((1 - std::hypot(right, down)) * 4);
    }
  }
}

/// Bars at three quarters of full colour, the same backwards, and a ramp of gray in 16 steps.
void draw_colour_bars(const ImageView& out) {
  constexpr std::array<Colour, 7> kBars = {
      {{1, 1, 1}, {1, 1, 0}, {0, 1, 1}, {0, 1, 0}, {1, 0, 1}, {1, 0, 0}, {0, 0, 1}}};
  constexpr int kRampSteps = 16;
  for (int y = 0; y < out.height_px; ++y) {
    for (int x = 0; x < out.width_px; ++x) {
      const auto bar = static_cast<std::size_t>(x) * kBars.size() / static_cast<std::size_t>(out.width_px);
      const bool in_ramp = y >= out.height_px * 3 / 4;
      const bool mirrored = !in_ramp && y >= out.height_px * 2 / 3;
      const int ramp_step = x * kRampSteps / out.width_px;
      const double step = static_cast<double>(ramp_step) / (kRampSteps - 1);
      Colour colour = in_ramp ? Colour{step, step, step} : kBars[mirrored ? kBars.size() - 1 - bar : bar];
      if (!in_ramp) std::ranges::for_each(colour, [](double& value) { value *= 0.75; });
      put(out, x, y, colour);
    }
  }
}

void draw_gradient(const ImageView& out) {
  paint(out, [](double x, double y) {
    const double glow = std::exp(-1.2 * (x * x + y * y));
    Colour colour = rainbow(0.09 * x - 0.13 * y + 0.58);
    for (auto& value : colour) value = 0.25 + 0.45 * value + 0.3 * glow;
    return colour;
  });
}

/// Escape time made continuous; 0 for a point that stays.
double escape(std::complex<double> point) noexcept {
  constexpr int kSteps = 300;
  constexpr double kFar = 256;
  std::complex<double> z = 0;
  for (int step = 0; step < kSteps; ++step) {
    z = {z.real() * z.real() - z.imag() * z.imag() + point.real(), 2 * z.real() * z.imag() + point.imag()};
    if (std::norm(z) > kFar) return step + 1 - std::log2(std::log(std::norm(z)) / std::log(kFar));
  }
  return 0;
}

/// Fine structure, smooth areas, dark ones and grain: what a codec meets in a photograph.
void draw_mandelbrot(const ImageView& out) {
  static constexpr std::complex<double> kCentre{-0.743643, 0.131825};
  static constexpr double kScale = 0.0035;
  paint(out, [](double x, double y) {
    const double steps = escape(kCentre + kScale * std::complex<double>(x, y));
    if (steps == 0) return Colour{0.02, 0.03, 0.08};
    Colour colour = rainbow(0.55 + 0.16 * std::sqrt(steps));
    const double light = 0.35 + 0.65 * std::min(1.0, steps / 120);
    for (auto& value : colour) value = light * (0.2 + 0.8 * value);
    return colour;
  });
  for (int y = 0; y < out.height_px; ++y) {
    for (int x = 0; x < out.width_px; ++x) {
      std::uint8_t* const pixel = out.row(y) + static_cast<std::ptrdiff_t>(x) * 3;
      const double noise = 3 * grain(x, y) / 255;
      for (int c = 0; c < 3; ++c) pixel[c] = to_u8(pixel[c] / 255.0 + noise);
    }
  }
}

/// Rings that grow finer outwards, to the limit of the grid at the rim: shows what a filter does to each
/// frequency.
void draw_zone_plate(const ImageView& out) {
  paint(out, [side = out.width_px](double x, double y) {
    const double value = 0.5 + 0.5 * std::cos(std::numbers::pi * side / 4 * (x * x + y * y));
    return Colour{value, value, value};
  });
}

}  // namespace

const std::vector<SamplePicture>& sample_pictures() {
  using enum engine::ImageEncoding;
  static const std::vector<SamplePicture> pictures = {
      {"checker.webp", {512, 512, 4}, Webp, 90, draw_checker},
      {"color_bars.png", {1280, 720, 3}, Png, 90, draw_colour_bars},
      {"gradient.jpg", {1024, 768, 3}, Jpeg, 92, draw_gradient},
      {"mandelbrot.jpg", {1920, 1080, 3}, Jpeg, 90, draw_mandelbrot},
      {"zone_plate.png", {512, 512, 1}, Png, 90, draw_zone_plate},
  };
  return pictures;
}

}  // namespace framewright::app
