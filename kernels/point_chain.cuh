// Filters of single pixels that follow each other: one pass over the picture, or a part of the filter
// between them.
#pragma once

#include <type_traits>

#include "kernels/cuda_steps.cuh"
#include "kernels/pixel_math.hpp"

namespace framewright::kernels {

enum class PointKind : std::uint8_t { Table, Matrix, Gray, RgbToHsv, HsvToRgb, RgbToLab, LabToRgb, Vignette };

struct PointOperation {
  PointKind kind;
  GrayscaleAlgorithm algorithm;
  std::uint8_t table;     ///< which of the chain's
  std::uint8_t channels;  ///< that the pixel has when its turn comes
  ColourMatrix matrix;
  Vignette vignette;
};

template <typename Step>
inline constexpr bool is_point_step =
    std::is_same_v<Step, DeviceGrayscale> || std::is_same_v<Step, DevicePointTable> ||
    std::is_same_v<Step, DeviceColourMatrix> || std::is_same_v<Step, DeviceConversion> ||
    std::is_same_v<Step, DeviceVignette>;

/// Plain numbers, so that it travels as the argument of a launch, which may have 4 KiB.
class PointChain {
 public:
  static constexpr std::size_t kMaxOperations = 8;

  explicit PointChain(int channels)
      : in_channels_(channels), filter_channels_(channels), channels_(channels) {}

  /// Whether the step is a point filter and there was room for it.
  bool add(const DeviceStep& step);
  /// What was added comes before a filter that keeps size and channels, what will be comes behind it.
  void put_filter() {
    before_count_ = operation_count_;
    filter_channels_ = channels_;
  }
  bool is_empty() const { return !has_steps_; }
  FW_HOST_DEVICE int channels() const { return channels_; }
  /// What the filter between sees.
  FW_HOST_DEVICE int filter_channels() const { return filter_channels_; }

  /// Without a filter between.
  cudaError_t enqueue(const DevicePictures& in, const DevicePictures& out, const DeviceWorkspace& work) const;

 private:
  friend struct PointRun;

  bool append(const DeviceGrayscale& step);
  bool append(const DevicePointTable& step);
  bool append(const DeviceColourMatrix& step);
  bool append(const DeviceConversion& step);
  bool append(const DeviceVignette& step);
  template <typename Step>
  bool append(const Step&) {
    static_assert(!is_point_step<Step>);
    return false;
  }
  /// The next operation; none when there is no room.
  PointOperation* next(PointKind kind);

  int in_channels_;
  int filter_channels_;
  int channels_;
  bool has_steps_ = false;
  unsigned before_count_ = 0;  ///< operations before the filter; where there is none, 0
  unsigned operation_count_ = 0;
  unsigned table_count_ = 0;
  PointOperation operations_[kMaxOperations] = {};
  alignas(std::uint32_t) PointTable tables_[kMaxOperations] = {};  // words, because so they are copied
};

}  // namespace framewright::kernels
