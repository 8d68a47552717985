// Small Gaussian kernels: both passes over a tile that a block has read. Each product is rounded while it is
// added, by the one operation that multiplies floats and adds, and only then.
#pragma once

#include "kernels/device_step.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/separable_tile.cuh"
#include "kernels/whole_floats.cuh"

namespace framewright::kernels {

/// What a launch needs of a step beside its kernel.
struct GaussianFinish {
  BlurUse use;
  UnsharpWeights weights;

  __device__ int value(int old, int blurred) const {
    switch (use) {
      case BlurUse::Blur: break;
      case BlurUse::UnsharpMask: return unsharp_masked(old, blurred, weights.amount, weights.threshold);
      case BlurUse::HighPass: return high_passed(old, blurred);
    }
    return round_pass(blurred);
  }
};

/// One pass of a kernel that has_odd_weights(), over values counted from the middle of their range.
///
/// weigh_neighbours() adds c - [c around] and a [p w] for each pair p, where [x] is x / 2^15 with halves
/// rounded up. From the middle, with c = 2^13 + c' and p = 2^14 + p', those are
///   [p w] = floor((p' w + 2^14 (w + 1)) / 2^15) = floor(p' w / 2^15) + (w + 1) / 2, because w is odd, and
///   c - [c around] = ceil(c' (1 - around / 2^15)) + 2^13 - (around / 2 + 1) / 2, because around / 2 is.
/// So it is for bytes, which have kPassBits less. What does not depend on values is what the sum begins with.
template <int kRadius>
struct OddWeights {
  float centre;
  float side[kRadius];
  float first;

  /// Weights of values with `bits` fewer fractional bits than the result.
  OddWeights(const GaussianKernel& kernel, int bits, int more) {
    const float unit = 1.0F / static_cast<float>(1 << (15 - bits));
    int constant = (1 << (7 + kPassBits)) - (kernel.around / 2 + 1) / 2;
    centre = static_cast<float>(32768 - kernel.around) * unit;
    for (int tap = 0; tap < kRadius; ++tap) {
      const int weight = tap < kernel.taps ? kernel.side[static_cast<std::size_t>(tap)] : 0;
      side[tap] = static_cast<float>(weight) * unit;
      constant += (weight + 1) / 2;
    }
    first = kMiddleOfWholeFloats + static_cast<float>(constant + more);
  }

  /// kMiddleOfWholeFloats more than the result, which is counted from 0. at(offset) is a value.
  template <typename At>
  __device__ float weigh(At at) const {
    float sum = add_rounding_up(at(0), centre, first);
    FW_UNROLL
    for (int tap = 1; tap <= kRadius; ++tap) {
      sum = add_rounding_down(at(-tap) + at(tap), side[tap - 1], sum);
    }
    return sum;
  }
};

/// Both, with kPassBits fractional bits between them.
template <int kRadius>
struct SmallGaussian {
  OddWeights<kRadius> along;
  OddWeights<kRadius> down;
  GaussianFinish to;

  SmallGaussian(const GaussianKernel& kernel, const GaussianFinish& finish)
      : along(kernel, kPassBits, 0),
        down(kernel, 0, finish.use == BlurUse::Blur ? 1 << (kPassBits - 1) : 0),
        to(finish) {}

  FW_HOST_DEVICE static constexpr int radius() { return kRadius; }

  /// A word of bytes, of the halves of two words.
  template <typename Old>
  __device__ std::uint32_t finish(const std::uint32_t* blurred, Old old) const {
    if (to.use == BlurUse::Blur) {
      // Bytes 0 and 2 of either, because what lies above those is nothing.
      const std::uint32_t low = blurred[0] >> kPassBits;
      const std::uint32_t high = blurred[1] >> kPassBits;
#ifdef __CUDACC__
      return __byte_perm(low, high, 0x6420);
#else
      return (low & 0xFF) | (low >> 8 & 0xFF00) | (high & 0xFF) << 16 | (high & 0xFF0000) << 8;
#endif
    }
    const FourValues values = FourValues::of_bytes(old());
    return FourValues::from([&](int i) {
             return to.value(values.of[i], static_cast<int>(blurred[i / 2] >> (i % 2 * 16) & 0xFFFF));
           })
        .bytes();
  }
};

template <int kKnownChannels, int kKnownRadius>
struct GaussianPasses {
  using Weights = SmallGaussian<kKnownRadius>;
  static constexpr int kChannels = kKnownChannels;
  static constexpr int kRadius = kKnownRadius;
  static constexpr int kRows = strip_rows(kRadius);

  const Tile& tile;
  const Weights& weights;
  const std::uint8_t* wide;  ///< of the tile with its surroundings
  std::int16_t* between;     ///< of all rows of it, as wide as the tile

  __device__ void along() const {
    constexpr int kMade = 16;
    constexpr int kSeen = kMade + 2 * kRadius * kChannels;
    for_each_place(tile.rows(), tile.narrow() / kMade, [&](int row, int group) {
      const auto* words = reinterpret_cast<const std::uint32_t*>(wide + row * tile.wide() + kMade * group);
      float seen[kSeen];
      FW_UNROLL
      for (int i = 0; i < kSeen; ++i) seen[i] = float_of_byte(words[i / 4], i % 4, kMiddle);
      auto* made = reinterpret_cast<std::uint32_t*>(between + row * tile.narrow() + kMade * group);
      const auto value = [&](int i) {
        return weights.along.weigh([&](int offset) { return seen[i + (kRadius + offset) * kChannels]; });
      };
      FW_UNROLL
      for (int i = 0; i < kMade; i += 2) made[i / 2] = halves_of_floats(value(i), value(i + 1));
    });
  }

  __device__ void down(const StripPlace& place, std::uint32_t* made) const {
    std::uint32_t blurred[kRows][2];
    // Two columns of the four, because those of all do not fit into registers.
    FW_UNROLL
    for (int half = 0; half < 2; ++half) {
      const std::int16_t* first = between + place.row * tile.narrow() + place.column + 2 * half;
      float kept[2][kRows + 2 * kRadius];
      FW_UNROLL
      for (int i = 0; i < kRows + 2 * kRadius; ++i) {
        const std::uint32_t two = *reinterpret_cast<const std::uint32_t*>(first + i * tile.narrow());
        kept[0][i] = float_of_half(two, 0, kMiddleOfPass);
        kept[1][i] = float_of_half(two, 1, kMiddleOfPass);
      }
      FW_UNROLL
      for (int i = 0; i < kRows; ++i) {
        const auto value = [&](int column) {
          return weights.down.weigh([&](int offset) { return kept[column][i + kRadius + offset]; });
        };
        blurred[i][half] = halves_of_floats(value(0), value(1));
      }
    }
    FW_UNROLL
    for (int i = 0; i < kRows; ++i) {
      const auto old = [&] {
        const int row = place.row + i + kRadius;
        return four_bytes(wide, row * tile.wide() + place.column + kRadius * kChannels);
      };
      made[i] = weights.finish(blurred[i], old);
      if (kChannels == 4) made[i] = with_alpha_of(old(), made[i]);
    }
  }

 private:
  static constexpr float kMiddle = 128;
  static constexpr float kMiddleOfPass = 128 << kPassBits;
};

/// Enqueues the instance for these channels and this radius, or one for a larger radius: what is beyond the
/// kernel has no weight.
inline cudaError_t enqueue_small(const GaussianKernel& kernel, const GaussianFinish& finish, Border border,
                                 const PointChain& points, const DevicePictures& in,
                                 const DevicePictures& out, const DeviceWorkspace& work) {
  const auto run = [&](auto radius) {
    return for_channels(points.filter_channels(), [&](auto channels) {
      return enqueue_passes<GaussianPasses<channels(), radius()>>({kernel, finish}, border, points, in, out,
                                                                  work);
    });
  };
  switch (kernel.taps) {
    case 1: return run(std::integral_constant<int, 1>{});
    case 2: return run(std::integral_constant<int, 2>{});
    case 3: return run(std::integral_constant<int, 3>{});
    case 4:
    case 5: return run(std::integral_constant<int, 5>{});
    default: return run(std::integral_constant<int, 7>{});
  }
}

}  // namespace framewright::kernels
