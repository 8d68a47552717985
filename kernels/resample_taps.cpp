#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/resample_math.hpp"

namespace framewright::kernels {
namespace {

std::int64_t floor_divide(std::int64_t a, std::int64_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

/// The first input pixel of x, were there no edges.
int first_tap(const ResampleAxis& axis, int x) {
  const std::int64_t in = axis.in_px;
  const std::int64_t out = axis.out_px;
  const std::int64_t centre = (2 * std::int64_t{x} + 1) * in;  // In units of 1 / (2 out).
  switch (axis.interpolation) {
    case Interpolation::Bilinear: return static_cast<int>(floor_divide(centre - out, 2 * out));
    case Interpolation::Lanczos:
      return static_cast<int>(floor_divide(centre - 6 * std::max(in, out) - out, 2 * out)) + 1;
    case Interpolation::Area:
    case Interpolation::Nearest: break;
  }
  return static_cast<int>(x * in / out);
}

/// sinc(d) sinc(d / 3) within three lobes, by sin 3a = 3 sin a - 4 sin^3 a.
double lanczos3(double d) {
  constexpr double kPi = 3.14159265358979323846;
  if (d == 0) return 1;
  if (std::abs(d) >= 3) return 0;
  const double sine = std::sin(kPi * d / 3);
  const double square = sine * sine;
  return 3 * square * (3 - 4 * square) / (kPi * kPi * d * d);
}

/// The weight of input pixel i for x, in units that differ between interpolations but not along an axis.
std::int64_t raw_weight(const ResampleAxis& axis, int x, int i) {
  const std::int64_t in = axis.in_px;
  const std::int64_t out = axis.out_px;
  const std::int64_t distance = (2 * std::int64_t{i} + 1) * out - (2 * std::int64_t{x} + 1) * in;
  switch (axis.interpolation) {
    case Interpolation::Bilinear: return std::max<std::int64_t>(0, 2 * out - std::abs(distance));
    case Interpolation::Lanczos: {
      const auto longer = static_cast<double>(std::max(in, out));
      const double kernel = lanczos3(static_cast<double>(distance) / (2 * longer));
      // The sum over all taps is then about 2^28, at any ratio.
      return std::llround(kernel * ((1 << 28) * static_cast<double>(out) / longer));
    }
    case Interpolation::Area:
    case Interpolation::Nearest: break;
  }
  const std::int64_t begin = std::max(x * in, i * out);
  const std::int64_t end = std::min((x + 1) * in, (i + 1) * out);
  return std::max<std::int64_t>(0, end - begin);
}

/// Taps of an output pixel, were there no edges.
int span(const ResampleAxis& axis) {
  switch (axis.interpolation) {
    case Interpolation::Bilinear: return 2;
    case Interpolation::Lanczos: {
      const int longer = std::max(axis.in_px, axis.out_px);
      return (6 * longer + axis.out_px - 1) / axis.out_px;
    }
    case Interpolation::Area:
    case Interpolation::Nearest: break;
  }
  // The most pixels that a length of in / out touches when it starts at a multiple of 1 / out.
  const int common = std::gcd(axis.in_px, axis.out_px);
  const int out = axis.out_px / common;
  return (axis.in_px / common + 2 * out - 2) / out;
}

}  // namespace

int tap_count(const ResampleAxis& axis) { return std::min(span(axis), axis.in_px); }

int first_tap_within(const ResampleAxis& axis, int x) {
  return std::clamp(first_tap(axis, x), 0, axis.in_px - tap_count(axis));
}

bool taps_are_within(const ResampleAxis& axis, int x) {
  const int begin = first_tap(axis, x);
  return begin >= 0 && begin + span(axis) <= axis.in_px;
}

int weigh_taps(const ResampleAxis& axis, int x, int one, std::int32_t* weights) {
  const int count = tap_count(axis);
  const int begin = first_tap(axis, x);
  const int first = first_tap_within(axis, x);
  std::fill_n(weights, count, 0);
  std::int64_t whole = 0;
  const int end = begin + span(axis);
  for (int i = begin; i < end; ++i) {
    const std::int64_t weight = raw_weight(axis, x, i);
    // Beyond the edge the edge pixel is repeated.
    weights[std::clamp(i, 0, axis.in_px - 1) - first] += static_cast<std::int32_t>(weight);
    whole += weight;
  }
  // Partial sums are rounded, not weights, so that nothing is lost between them.
  std::int64_t sum = 0;
  std::int64_t given = 0;
  for (int tap = 0; tap < count; ++tap) {
    sum += weights[tap];
    const std::int64_t due = floor_divide(2 * sum * one + whole, 2 * whole);
    weights[tap] = static_cast<std::int32_t>(due - given);
    given = due;
  }
  return first;
}

int heaviest_tap(const std::int32_t* weights, int count) {
  return static_cast<int>(std::max_element(weights, weights + count) - weights);
}

}  // namespace framewright::kernels
