// Extremes of small squares, along rows and then along columns of a tile.
#pragma once

#include "kernels/extremes.cuh"
#include "kernels/morphology.hpp"
#include "kernels/separable_tile.cuh"

namespace framewright::kernels {

/// Weights of a separable_tile(). At the border what is outside does not count: Border::Clamp repeats there
/// what the square has in it anyway.
template <Extreme kExtreme>
class SquareExtremes {
 public:
  /// Of those that separable_tile() knows when it is compiled. Larger squares take fewer steps by doubling.
  static constexpr int kMaxRadius = 2;

  explicit SquareExtremes(int radius) : radius_(radius) {}

  FW_HOST_DEVICE int radius() const { return radius_; }
  template <typename At>
  __device__ FourValues along(int radius, At at) const {
    FourValues found = at(0);
    for (int distance = 1; distance <= radius; ++distance) {
      found = of(found, of(at(-distance), at(distance)));
    }
    return found;
  }
  template <typename At>
  __device__ FourValues down(int radius, At at) const {
    return along(radius, at);
  }
  template <typename Old>
  __device__ std::uint32_t finish(const FourValues& found, Old /*old*/) const {
    return found.bytes();
  }

 private:
  static __device__ FourValues of(const FourValues& a, const FourValues& b) {
    return FourValues::from([&](int i) {
      const bool is_first = (a.of[i] < b.of[i]) == (kExtreme == Extreme::Darkest);
      return is_first ? a.of[i] : b.of[i];
    });
  }

  int radius_;
};

}  // namespace framewright::kernels
