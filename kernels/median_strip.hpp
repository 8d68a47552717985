// How median_by_counts lays out its scratch: the counts of a strip of squares that move down together.
#pragma once

#include <cstddef>
#include <cstdint>

namespace framewright::kernels {

/// Squares that move together: as many as let the counts of bytes stay in the first cache.
inline constexpr std::size_t kStripPx = 128;
inline constexpr std::size_t kValues = 256;
inline constexpr std::size_t kGroups = 16;
inline constexpr std::size_t kGroupValues = kValues / kGroups;

/// What is counted with T: squares of up to kRun, less one, pixels a side.
template <typename T>
struct Counts;

/// Up to 15 * 15 = 225, seen as -128..97.
template <>
struct Counts<std::int8_t> {
  static constexpr std::size_t kRun = 16;
  static constexpr int kZero = -128;
};

template <>
struct Counts<std::int16_t> {
  static constexpr std::size_t kRun = 32;
  static constexpr int kZero = 0;
};

/// The layout of scratch.
template <typename T>
struct StripScratch {
  static constexpr std::size_t kRow = kStripPx + 2 * Counts<T>::kRun;

  T groups[kGroups][kRow];
  T values[kValues][kRow];
  T medians[kStripPx];
  std::int32_t offsets[kStripPx + Counts<T>::kRun];  ///< of the strip's columns, in bytes from a row's start
};

}  // namespace framewright::kernels
