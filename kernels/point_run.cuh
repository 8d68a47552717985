// What the device makes of the operations of a PointChain, pixel by pixel.
#pragma once

#include "kernels/colour_math.hpp"
#include "kernels/hsv_math.hpp"
#include "kernels/pixel_groups.cuh"
#include "kernels/point_chain.cuh"
#include "kernels/vignette_math.hpp"

namespace framewright::kernels {

struct PixelPlace {
  int x;
  int y;
};

template <GrayscaleAlgorithm kAlgorithm>
using Known = std::integral_constant<GrayscaleAlgorithm, kAlgorithm>;

/// The operations of a chain, with its tables where lookups are fast.
struct PointRun {
  static constexpr unsigned kTableWords = PointChain::kMaxOperations * 256 / sizeof(std::uint32_t);

  const PointChain& chain;
  const DeviceTables& large;
  const std::uint8_t* tables;  ///< what copy_tables() has made
  const DevicePicture& picture;

  /// By all threads of a block, which has one dimension, into shared memory; a barrier follows. By words,
  /// because arguments that differ between threads are read one after the other.
  static __device__ void copy_tables(const PointChain& chain, std::uint32_t* words) {
    const auto* from = reinterpret_cast<const std::uint32_t*>(chain.tables_);
    for (unsigned i = threadIdx.x; i < 64 * chain.table_count_; i += blockDim.x) words[i] = from[i];
    __syncthreads();
  }

  static __device__ bool has_before(const PointChain& chain) { return chain.before_count_ > 0; }
  static __device__ bool has_behind(const PointChain& chain) {
    return chain.operation_count_ > chain.before_count_;
  }

  /// visit(operation) for all before the filter, and for those behind it.
  template <typename Visit>
  __device__ void for_each_before(Visit visit) const {
    for (unsigned i = 0; i < chain.before_count_; ++i) visit(chain.operations_[i]);
  }
  template <typename Visit>
  __device__ void for_each_behind(Visit visit) const {
    for (unsigned i = chain.before_count_; i < chain.operation_count_; ++i) visit(chain.operations_[i]);
  }

  /// Of a pixel by its number. Beyond the last one a group of pixels has room, and no row of its own.
  __device__ PixelPlace place_of(int pixel) const {
    const int row = pixel / picture.width_px;
    return {pixel - row * picture.width_px, row < picture.height_px ? row : 0};
  }

  static __device__ void look_up(const std::uint8_t* table, int channels, std::uint8_t* value) {
    value[0] = table[value[0]];
    if (channels == 1) return;
    value[1] = table[value[1]];
    value[2] = table[value[2]];
  }

  static __device__ void darken(int kept, int channels, std::uint8_t* value) {
    value[0] = kept_value(value[0], kept);
    if (channels == 1) return;
    value[1] = kept_value(value[1], kept);
    value[2] = kept_value(value[2], kept);
  }

  /// Every algorithm by itself, so that its weights and its divisor are known to the compiler.
  template <typename Each>
  static __device__ void run_gray(GrayscaleAlgorithm algorithm, Each each) {
    const auto run = [&](auto known) {
      each([known](std::uint8_t* value, int) { value[0] = gray_of(known(), value[0], value[1], value[2]); });
    };
    switch (algorithm) {
      case GrayscaleAlgorithm::Bt601: return run(Known<GrayscaleAlgorithm::Bt601>{});
      case GrayscaleAlgorithm::Bt709: return run(Known<GrayscaleAlgorithm::Bt709>{});
      case GrayscaleAlgorithm::Average: return run(Known<GrayscaleAlgorithm::Average>{});
      case GrayscaleAlgorithm::Luminosity: return run(Known<GrayscaleAlgorithm::Luminosity>{});
      case GrayscaleAlgorithm::Lightness: return run(Known<GrayscaleAlgorithm::Lightness>{});
    }
  }

  /// Changes so many pixels, with room for four channels; the i-th lies at place(i), which few operations ask
  /// for. What the operation is, is looked up once for all of them.
  template <int kCount, typename Place>
  __device__ void apply(const PointOperation& operation, Place place, Pixel* pixels) const {
    const auto each = [&](auto change) {
      FW_UNROLL
      for (int i = 0; i < kCount; ++i) change(pixels[i].value, i);
    };
    switch (operation.kind) {
      case PointKind::Table: {
        const std::uint8_t* table = tables + 256 * operation.table;
        each([&](std::uint8_t* value, int) { look_up(table, operation.channels, value); });
        break;
      }
      case PointKind::Matrix:
        each([&](std::uint8_t* value, int) { mix_pixel(operation.matrix, 3, value, value); });
        break;
      case PointKind::Gray: run_gray(operation.algorithm, each); break;
      case PointKind::RgbToHsv: each([](std::uint8_t* value, int) { rgb_to_hsv_pixel(value, value); }); break;
      case PointKind::HsvToRgb: each([](std::uint8_t* value, int) { hsv_to_rgb_pixel(value, value); }); break;
      case PointKind::RgbToLab:
        each([&](std::uint8_t* value, int) {
          rgb_to_lab_pixel(*large.to_lab, value[0], value[1], value[2], value);
        });
        break;
      case PointKind::LabToRgb:
        each([&](std::uint8_t* value, int) {
          lab_to_rgb_pixel(*large.from_lab, value[0], value[1], value[2], value);
        });
        break;
      case PointKind::Vignette: {
        const SquaredShares shares(picture.width_px, picture.height_px);
        each([&](std::uint8_t* value, int i) {
          const PixelPlace at = place(i);
          const int share = shares.of(at.x, picture.width_px) + shares.of(at.y, picture.height_px);
          darken(kept_at(operation.vignette, share), operation.channels, value);
        });
        break;
      }
    }
  }
};

}  // namespace framewright::kernels
