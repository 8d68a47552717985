// Coefficients from one quality to another.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "engine/jpeg_library.hpp"

namespace framewright::engine {

class JpegRequantiser {
 public:
  JpegRequantiser(const JQUANT_TBL& from, const JQUANT_TBL& to) noexcept {
    for (std::size_t i = 0; i < factors_.size(); ++i)
      factors_[i] = static_cast<float>(from.quantval[i]) / static_cast<float>(to.quantval[i]);
    changes_ = !std::ranges::equal(from.quantval, to.quantval);
  }

  /// What becomes of a value at a place of the block (row by row, not 0): to nearest, halves away from zero,
  /// as the library quantises, and within what the Huffman tables can code of 8-bit samples (T.81, F.1.2).
  int ac(std::size_t place, int value) const noexcept {
    return std::clamp(rounded(place, value), -1023, 1023);
  }
  int dc(int value) const noexcept { return std::clamp(rounded(0, value), -1024, 1023); }

 private:
  int rounded(std::size_t place, int value) const noexcept {
    if (!changes_) return value;
    const float scaled = static_cast<float>(value) * factors_[place];
    return static_cast<int>(scaled + (scaled < 0 ? -0.5F : 0.5F));
  }

  std::array<float, DCTSIZE2> factors_;
  bool changes_;
};

}  // namespace framewright::engine
