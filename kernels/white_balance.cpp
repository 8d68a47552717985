#include "kernels/white_balance.hpp"

#include <cstddef>

#include "kernels/histogram.hpp"
#include "kernels/shape.hpp"
#include "kernels/white_balance_math.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/white_balance.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

using SumTag = hn::Repartition<std::uint64_t, ByteTag>;
using Sums = hn::Vec<SumTag>;

HWY_INLINE std::uint64_t total(Sums sums) { return hn::GetLane(hn::SumOfLanes(SumTag(), sums)); }

template <int kChannels>
void sum_pixels(const ConstImageView& in, std::array<std::uint64_t, 3>& sums) {
  const auto width = static_cast<std::size_t>(in.width_px);
  const std::size_t lanes = hn::Lanes(ByteTag());
  Sums red = hn::Zero(SumTag()), green = red, blue = red;
  std::array<std::uint64_t, 3> rest{};
  for (int y = 0; y < in.height_px; ++y) {
    const std::uint8_t* row = in.row(y);
    std::size_t x = 0;
    for (; x + lanes <= width; x += lanes) {
      const ColourLanes colours = load_colours<kChannels>(row + x * kChannels);
      red = hn::Add(red, hn::SumsOf8(colours.red));
      green = hn::Add(green, hn::SumsOf8(colours.green));
      blue = hn::Add(blue, hn::SumsOf8(colours.blue));
    }
    for (; x < width; ++x) {
      for (std::size_t i = 0; i < 3; ++i) rest[i] += row[x * kChannels + i];
    }
  }
  sums = {rest[0] + total(red), rest[1] + total(green), rest[2] + total(blue)};
}

void sum_colours(const ConstImageView& in, std::array<std::uint64_t, 3>& sums) {
  if (in.channels == 3) sum_pixels<3>(in, sums);
  if (in.channels == 4) sum_pixels<4>(in, sums);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(sum_colours);

namespace {

void count_colours(const ConstImageView& in, ColourStatistics& statistics) {
  std::array<ValueCounter, 3> counters;
  for (int y = 0; y < in.height_px; ++y) {
    for (std::size_t i = 0; i < 3; ++i) {
      counters[i].add(in.row(y) + i, static_cast<std::size_t>(in.width_px),
                      static_cast<std::size_t>(in.channels));
    }
  }
  const auto pixels = static_cast<std::uint64_t>(in.width_px) * static_cast<std::uint64_t>(in.height_px);
  for (unsigned i = 0; i < 3; ++i) add_statistics(counters[i].total().data(), pixels, i, statistics);
}

/// As far as the reference asks for them: a sum takes a tenth of the time of counting.
ColourStatistics statistics_for(WhiteReference reference, const ConstImageView& in) {
  ColourStatistics statistics{};
  if (reference == WhiteReference::GrayWorld) {
    HWY_DYNAMIC_DISPATCH(sum_colours)(in, statistics.sum);
  } else {
    count_colours(in, statistics);
  }
  return statistics;
}

}  // namespace

Status balance_white(const ConstImageView& in, WhiteReference reference, const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (in.channels == 1) return apply_colour_matrix(in, {}, out);
  return apply_colour_matrix(in, find_white_balance(reference, statistics_for(reference, in)), out);
}

}  // namespace framewright::kernels
#endif
