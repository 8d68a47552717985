#include <numeric>

#include "kernels/resample_math.hpp"
#include "kernels/resize_rows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resize_area.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// The pixels that one output pixel covers on one axis: the first and the last in part, those between in
/// full. Weights of one output pixel sum to Axis::in.
struct Cover {
  int first;
  int last;
  int first_weight;
  int last_weight;  ///< 0 where first == last
};

/// One axis in lowest terms: `in` input pixels have the length of `out` output pixels.
struct Axis {
  int in;
  int out;

  Axis(int in_px, int out_px) : in(in_px / std::gcd(in_px, out_px)), out(out_px / std::gcd(in_px, out_px)) {}

  Cover cover(int x) const {
    const std::int64_t begin = std::int64_t{x} * in;
    const std::int64_t end = begin + in;
    const int first = static_cast<int>(begin / out);
    const int last = static_cast<int>((end - 1) / out);
    if (first == last) return {first, last, in, 0};
    return {first, last, static_cast<int>((first + std::int64_t{1}) * out - begin),
            static_cast<int>(end - std::int64_t{last} * out)};
  }
};

using SumTag = hn::ScalableTag<std::int32_t>;

/// sums[i] += row[i] * weight; the weights of one output row sum to at most 16384, so 32 bits are plenty.
void add_row(const std::uint8_t* row, int weight, std::size_t count, std::int32_t* sums) {
  const SumTag d32;
  const hn::Rebind<std::uint8_t, SumTag> d8;
  const auto factor = hn::Set(d32, weight);
  const std::size_t lanes = hn::Lanes(d32);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto product = hn::Mul(hn::PromoteTo(d32, hn::LoadU(d8, row + i)), factor);
    hn::Store(hn::Add(hn::Load(d32, sums + i), product), d32, sums + i);
  }
  for (; i < count; ++i) sums[i] += row[i] * weight;
}

void sum_rows(const ConstImageView& in, const Axis& axis, int y, std::int32_t* sums) {
  const std::size_t count = static_cast<std::size_t>(in.width_px) * static_cast<std::size_t>(in.channels);
  std::fill_n(sums, count, 0);
  const Cover cover = axis.cover(y);
  add_row(in.row(cover.first), cover.first_weight, count, sums);
  for (int row = cover.first + 1; row < cover.last; ++row) add_row(in.row(row), axis.out, count, sums);
  if (cover.last_weight != 0) add_row(in.row(cover.last), cover.last_weight, count, sums);
}

/// Exact rounding division by way of double: 2^36 at most over 2^28 at most, and a quotient that is no whole
/// number is further from one than a double can lose.
class AreaMean {
 public:
  explicit AreaMean(std::int64_t whole) : whole_(whole), reciprocal_(1.0 / static_cast<double>(4 * whole)) {}

  std::uint8_t operator()(std::int64_t sum) const {
    return static_cast<std::uint8_t>(static_cast<double>(4 * sum + 2 * whole_ + 1) * reciprocal_);
  }

 private:
  std::int64_t whole_;
  double reciprocal_;
};

template <int kChannels>
void mean_across(const std::int32_t* sums, const Axis& axis, const AreaMean& mean, const ImageView& out,
                 int y) {
  for (int x = 0; x < out.width_px; ++x) {
    const Cover cover = axis.cover(x);
    for (int c = 0; c < kChannels; ++c) {
      const std::int32_t* column = sums + c;
      std::int64_t between = 0;
      for (int i = cover.first + 1; i < cover.last; ++i) between += column[i * kChannels];
      const std::int64_t first = std::int64_t{column[cover.first * kChannels]} * cover.first_weight;
      const std::int64_t last = std::int64_t{column[cover.last * kChannels]} * cover.last_weight;
      out.row(y)[x * kChannels + c] = mean(first + between * axis.out + last);
    }
  }
}

void average(const ConstImageView& in, const ImageView& out, std::byte* scratch) {
  auto* sums = reinterpret_cast<std::int32_t*>(scratch);
  const Axis across(in.width_px, out.width_px);
  const Axis down(in.height_px, out.height_px);
  const AreaMean mean(std::int64_t{across.in} * down.in);
  for (int y = 0; y < out.height_px; ++y) {
    sum_rows(in, down, y, sums);
    if (in.channels == 1) mean_across<1>(sums, across, mean, out, y);
    if (in.channels == 3) mean_across<3>(sums, across, mean, out, y);
    if (in.channels == 4) mean_across<4>(sums, across, mean, out, y);
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(average);

std::size_t resize_area_scratch_bytes(const ConstImageView& in, const ConstImageView&) {
  return scratch_row_bytes<std::int32_t>(static_cast<std::size_t>(in.width_px) *
                                         static_cast<std::size_t>(in.channels));
}

void resize_area(const ConstImageView& in, const ImageView& out, std::byte* scratch) {
  HWY_DYNAMIC_DISPATCH(average)(in, out, scratch);
}

}  // namespace framewright::kernels
#endif
