// Medians of squares of any size up to 31 at one cost, by counting.
//
// A strip of neighbouring squares moves down the picture together. For each value there is a row with one
// count for each square of the strip, so a pixel that enters or leaves changes a run of counts by one, and a
// run is a vector. The medians of a vector of squares are then found by adding rows up from value 0: first
// sixteen rows that each count sixteen values, then, for each sixteen that holds a median, its own rows.
#include <cstring>

#include "kernels/median_blur.hpp"
#include "kernels/median_passes.hpp"
#include "kernels/median_strip.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/median_counts.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "kernels/pixel_math.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <typename T>
class Strip {
 public:
  Strip(int kernel_size_px, StripScratch<T>& memory) : size_(kernel_size_px), memory_(memory) {
    for (std::size_t i = 0; i < kRun; ++i) {
      enter_[i] = i < static_cast<std::size_t>(size_) ? T{1} : T{0};
      leave_[i] = static_cast<T>(-enter_[i]);
    }
  }

  /// One channel of up to kStripPx columns from x on.
  void filter(const ConstImageView& in, int x, int channel, const ImageView& out) {
    const int width_px = HWY_MIN(in.width_px - x, static_cast<int>(kStripPx));
    columns_ = static_cast<std::size_t>(width_px + size_ - 1);
    for (std::size_t i = 0; i < columns_; ++i) {
      const int column = border_index(x - size_ / 2 + static_cast<int>(i), in.width_px, Border::Reflect);
      memory_.offsets[i] = column * in.channels + channel;
    }
    std::memset(memory_.groups, 0, sizeof memory_.groups);
    std::memset(memory_.values, 0, sizeof memory_.values);
    const auto row = [&](int y) HWY_ATTR { return in.row(border_index(y, in.height_px, Border::Reflect)); };
    for (int y = -size_ / 2 - 1; y < size_ / 2; ++y) count_row(row(y), enter_);
    for (int y = 0; y < in.height_px; ++y) {
      count_row(row(y + size_ / 2), enter_);
      count_row(row(y - size_ / 2 - 1), leave_);
      find_medians(static_cast<std::size_t>(width_px));
      std::uint8_t* to = out.row(y) + x * out.channels + channel;
      for (int i = 0; i < width_px; ++i) {
        to[i * out.channels] = static_cast<std::uint8_t>(memory_.medians[i]);
      }
    }
  }

 private:
  static constexpr std::size_t kRun = Counts<T>::kRun;

  /// Runs that follow each other in time are kRun apart: a load that overlaps a store which is still under
  /// way waits for it.
  HWY_INLINE void count_row(const std::uint8_t* row, const T* run) {
    for (std::size_t first = 0; first < kRun; ++first) {
      for (std::size_t i = first; i < columns_; i += kRun) {
        const std::size_t value = row[memory_.offsets[i]];
        add_run(run, memory_.values[value] + i);
        add_run(run, memory_.groups[value / kGroupValues] + i);
      }
    }
  }

  HWY_INLINE static void add_run(const T* run, T* counts) {
    const hn::CappedTag<T, kRun> d;
    for (std::size_t i = 0; i < kRun; i += hn::Lanes(d)) {
      hn::StoreU(hn::Add(hn::LoadU(d, counts + i), hn::Load(d, run + i)), d, counts + i);
    }
  }

  HWY_INLINE void find_medians(std::size_t width_px) {
    for (std::size_t i = 0; i < width_px; i += hn::Lanes(kTag)) find_vector_of_medians(i);
  }

  /// Square i of the strip is in element i + size - 1 of each row.
  HWY_INLINE void find_vector_of_medians(std::size_t i) {
    const std::size_t at = i + static_cast<std::size_t>(size_ - 1);
    const auto middle = hn::Set(kTag, static_cast<T>(Counts<T>::kZero + size_ * size_ / 2 + 1));
    auto sum = hn::Set(kTag, static_cast<T>(Counts<T>::kZero));
    auto below = sum;  // all that is less than the median's group
    auto group = hn::Zero(kTag);
    for (std::size_t g = 0; g + 1 < kGroups; ++g) {
      sum = hn::Add(sum, hn::LoadU(kTag, memory_.groups[g] + at));
      const auto is_short = hn::Lt(sum, middle);
      below = hn::IfThenElse(is_short, sum, below);
      group = hn::Sub(group, hn::VecFromMask(kTag, is_short));
    }
    auto median = hn::Zero(kTag);
    for (std::size_t g = 0; g < kGroups; ++g) {
      const auto is_here = hn::Eq(group, hn::Set(kTag, static_cast<T>(g)));
      if (hn::AllFalse(kTag, is_here)) continue;
      median = hn::IfThenElse(is_here, median_in_group(g, at, below, middle), median);
    }
    hn::Store(median, kTag, memory_.medians + i);
  }

  HWY_INLINE hn::Vec<hn::ScalableTag<T>> median_in_group(std::size_t group, std::size_t at,
                                                         hn::Vec<hn::ScalableTag<T>> sum,
                                                         hn::Vec<hn::ScalableTag<T>> middle) const {
    const std::size_t first = group * kGroupValues;
    auto value = hn::Set(kTag, static_cast<T>(first));
    for (std::size_t v = first; v + 1 < first + kGroupValues; ++v) {
      sum = hn::Add(sum, hn::LoadU(kTag, memory_.values[v] + at));
      value = hn::Sub(value, hn::VecFromMask(kTag, hn::Lt(sum, middle)));
    }
    return value;
  }

  static constexpr hn::ScalableTag<T> kTag{};

  // Given.
  const int size_;
  StripScratch<T>& memory_;
  // Made from it.
  alignas(HWY_MAX_BYTES) T enter_[kRun];
  alignas(HWY_MAX_BYTES) T leave_[kRun];
  std::size_t columns_ = 0;
};

template <typename T>
void filter_strips(const ConstImageView& in, int kernel_size_px, const ImageView& out, std::byte* scratch) {
  Strip<T> strip(kernel_size_px, *reinterpret_cast<StripScratch<T>*>(scratch));
  for (int channel = 0; channel < colour_channels(in.channels); ++channel) {
    for (int x = 0; x < in.width_px; x += static_cast<int>(kStripPx)) strip.filter(in, x, channel, out);
  }
  if (in.channels != 4) return;
  for (int y = 0; y < in.height_px; ++y) {
    for (int x = 0; x < in.width_px; ++x) out.row(y)[4 * x + 3] = in.row(y)[4 * x + 3];
  }
}

void filter_small_squares(const ConstImageView& in, int kernel_size_px, const ImageView& out,
                          std::byte* scratch) {
  filter_strips<std::int8_t>(in, kernel_size_px, out, scratch);
}

void filter_large_squares(const ConstImageView& in, int kernel_size_px, const ImageView& out,
                          std::byte* scratch) {
  filter_strips<std::int16_t>(in, kernel_size_px, out, scratch);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {
namespace {

constexpr int kLargestSmallSquare = static_cast<int>(Counts<std::int8_t>::kRun) - 1;
static_assert(kMedianMaxSize < static_cast<int>(Counts<std::int16_t>::kRun));

}  // namespace

HWY_EXPORT(filter_small_squares);
HWY_EXPORT(filter_large_squares);

std::size_t median_counts_scratch_bytes(int kernel_size_px) {
  return kernel_size_px <= kLargestSmallSquare ? sizeof(StripScratch<std::int8_t>)
                                               : sizeof(StripScratch<std::int16_t>);
}

void median_by_counts(const ConstImageView& in, int kernel_size_px, const ImageView& out,
                      std::byte* scratch) {
  if (kernel_size_px <= kLargestSmallSquare) {
    HWY_DYNAMIC_DISPATCH(filter_small_squares)(in, kernel_size_px, out, scratch);
  } else {
    HWY_DYNAMIC_DISPATCH(filter_large_squares)(in, kernel_size_px, out, scratch);
  }
}

}  // namespace framewright::kernels
#endif
