#include "kernels/bilateral.hpp"

#include "kernels/bilateral_math.hpp"
#include "kernels/bilateral_rows.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/bilateral.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

HWY_INLINE Wide weight_of(const ColourCurve& curve, Wide difference) {
  const WideTag d16;
  const Wide near = hn::Min(difference, hn::Set(d16, curve.far));
  const Wide root = hn::MulFixedPoint15(hn::ShiftLeftSame(near, curve.shift), hn::Set(d16, curve.factor));
  const Wide q = hn::MulFixedPoint15(root, root);
  const Wide half_square = hn::ShiftRight<1>(hn::MulFixedPoint15(q, q));
  Wide weight = hn::Add(hn::Sub(hn::Set(d16, 32767), q), half_square);
  for (int i = 0; i < kColourSquarings; ++i) weight = hn::MulFixedPoint15(weight, weight);
  return weight;
}

#if HWY_TARGET != HWY_SCALAR

/// Sums of two products for each pixel of a vector of 16-bit values.
class PairSums {
 public:
  HWY_INLINE PairSums()
      : lower_(hn::Zero(WordTag())),
        lower_rest_(hn::Zero(WordTag())),
        upper_(hn::Zero(WordTag())),
        upper_rest_(hn::Zero(WordTag())) {}

  HWY_INLINE void add(const Pairs& a, const Pairs& b) {
    const WordTag d32;
    lower_ = hn::ReorderWidenMulAccumulate(d32, a.lower, b.lower, lower_, lower_rest_);
    upper_ = hn::ReorderWidenMulAccumulate(d32, a.upper, b.upper, upper_, upper_rest_);
  }
  HWY_INLINE Words lower() const { return hn::RearrangeToOddPlusEven(lower_, lower_rest_); }
  HWY_INLINE Words upper() const { return hn::RearrangeToOddPlusEven(upper_, upper_rest_); }

 private:
  Words lower_;
  Words lower_rest_;
  Words upper_;
  Words upper_rest_;
};

HWY_INLINE Wide means_of(const PairSums& sums, const PairSums& weights) {
  const WordTag d32;
  const hn::Repartition<float, WordTag> df;
  const auto divide = [&](Words sum, Words weight) HWY_ATTR {
    const auto mean = hn::Div(hn::ConvertTo(df, sum), hn::ConvertTo(df, weight));
    return hn::ConvertTo(d32, hn::Add(mean, hn::Set(df, 0.5f)));
  };
  return unpair(divide(sums.lower(), weights.lower()), divide(sums.upper(), weights.upper()));
}

#else

struct Pairs {
  Wide a;
  Wide b;
};

HWY_INLINE Pairs pair_up(Wide a, Wide b) { return {a, b}; }

class PairSums {
 public:
  HWY_INLINE void add(const Pairs& a, const Pairs& b) {
    sum_ += hn::GetLane(a.a) * hn::GetLane(b.a) + hn::GetLane(a.b) * hn::GetLane(b.b);
  }
  HWY_INLINE int sum() const { return sum_; }

 private:
  int sum_ = 0;
};

HWY_INLINE Wide means_of(const PairSums& sums, const PairSums& weights) {
  return hn::Set(WideTag(), static_cast<std::int16_t>(weighted_mean(sums.sum(), weights.sum())));
}

#endif

HWY_INLINE void store_wide(Bytes values, std::int16_t* wide) {
  const WideTag d16;
  alignas(HWY_MAX_BYTES) std::uint8_t bytes[HWY_MAX_BYTES];
  hn::Store(values, ByteTag(), bytes);
  const hn::Rebind<std::uint8_t, WideTag> d8;
  for (std::size_t i = 0; i < hn::Lanes(ByteTag()); i += hn::Lanes(d16)) {
    hn::StoreU(hn::PromoteTo(d16, hn::LoadU(d8, bytes + i)), d16, wide + i);
  }
}

/// Each pair of neighbours is weighed once, for the upper or left one of them; the weight is kept until the
/// other one's row is reached.
template <std::size_t kChannels>
class BilateralFilter {
 public:
  BilateralFilter(const ConstImageView& in, const BilateralKernel& kernel, std::byte* memory)
      : in_(in),
        kernel_(kernel),
        rows_(in.width_px, kPlanes, kernel, memory),
        width_(static_cast<std::size_t>(in.width_px)),
        whole_(width_ - width_ % hn::Lanes(ByteTag())),
        centre_weight_(static_cast<std::int16_t>(bilateral_weight(kernel.curve, 0, kCentreWeight))) {
    for (int y = -kernel.radius; y < kernel.radius; ++y) split_row(y);
    for (int y = -kernel.radius; y < 0; ++y) weigh_row(y);
  }

  /// Rows come in order, from 0 on.
  void filter_row(int y, std::uint8_t* out) {
    split_row(y + kernel_.radius);
    weigh_row(y);
    for (std::size_t i = 0; i < kernel_.tap_count; ++i) pairs_[i] = pair_of(kernel_.taps[i], y);
    const Pixel centre = pixel_at(0, y);
    for (std::size_t x = 0; x < width_; x += hn::Lanes(WideTag())) average_vector(centre, x);
    join_row(in_.row(y), out);
  }

 private:
  static constexpr std::size_t kPlanes = kChannels == 1 ? 1 : 3;

  /// A pixel, in each plane; those to the right of it follow.
  struct Pixel {
    const std::int16_t* planes[kPlanes];
  };

  Pixel pixel_at(int x, int y) const {
    Pixel pixel{};
    for (std::size_t p = 0; p < kPlanes; ++p) pixel.planes[p] = rows_.pixels(p, y) + x;
    return pixel;
  }

  /// Two neighbours on opposite sides of a pixel, and what they weigh.
  struct OppositePair {
    Pixel first;
    Pixel second;
    const std::int16_t* first_weight;
    const std::int16_t* second_weight;
  };

  /// Of the first pixel of row y.
  OppositePair pair_of(const BilateralTap& tap, int y) const {
    return {pixel_at(tap.dx, y + tap.dy), pixel_at(-tap.dx, y - tap.dy), rows_.weights(tap, y),
            rows_.weights(tap, y - tap.dy) - tap.dx};
  }

  void split_row(int y) const {
    const std::uint8_t* row = in_.row(border_index(y, in_.height_px, Border::Reflect));
    const ByteTag d8;
    for (std::size_t x = 0; x < whole_; x += hn::Lanes(d8)) {
      const ColourLanes c = load_pixels(row + x * kChannels);
      store_wide(c.red, rows_.pixels(0, y) + x);
      if constexpr (kPlanes == 1) continue;
      store_wide(c.green, rows_.pixels(kPlanes / 3, y) + x);
      store_wide(c.blue, rows_.pixels(kPlanes - 1, y) + x);
    }
    for (std::size_t p = 0; p < kPlanes; ++p) {
      std::int16_t* const pixels = rows_.pixels(p, y);
      for (std::size_t x = whole_; x < width_; ++x) pixels[x] = row[x * kChannels + p];
      continue_row(RowExtent{in_.width_px, 1, kernel_.radius, Border::Reflect}, rows_.row(p, y));
    }
  }

  HWY_INLINE static ColourLanes load_pixels(const std::uint8_t* pixels) {
    const ByteTag d8;
    if constexpr (kChannels == 1) return {hn::LoadU(d8, pixels), hn::Zero(d8), hn::Zero(d8), hn::Zero(d8)};
    if constexpr (kChannels != 1) return load_colours<kChannels>(pixels);
  }

  void weigh_row(int y) const {
    for (std::size_t i = 0; i < kernel_.tap_count; ++i) weigh_row(kernel_.taps[i], y);
  }

  /// A pixel of the row asks for its neighbour's weight here; a pixel dy below asks from dx to the side.
  void weigh_row(const BilateralTap& tap, int y) const {
    const WideTag d16;
    const Pixel centre = pixel_at(0, y);
    const Pixel neighbour = pixel_at(tap.dx, y + tap.dy);
    const ColourCurve curve = kernel_.curve;
    const Wide place = hn::Set(d16, tap.weight);
    std::int16_t* const weights = rows_.weights(tap, y);
    const auto difference = [&](std::size_t p, std::ptrdiff_t x) HWY_ATTR {
      return hn::Abs(hn::Sub(hn::LoadU(d16, centre.planes[p] + x), hn::LoadU(d16, neighbour.planes[p] + x)));
    };
    const std::ptrdiff_t end = in_.width_px + HWY_MAX(0, -tap.dx);
    for (std::ptrdiff_t x = HWY_MIN(0, -tap.dx); x < end; x += static_cast<std::ptrdiff_t>(hn::Lanes(d16))) {
      Wide sum = difference(0, x);
      if constexpr (kPlanes == 3) sum = hn::Add(sum, hn::Add(difference(1, x), difference(2, x)));
      hn::StoreU(hn::MulFixedPoint15(weight_of(curve, sum), place), d16, weights + x);
    }
  }

  HWY_INLINE void average_vector(const Pixel& centre, std::size_t x) const {
    const WideTag d16;
    const Pairs ones = pair_up(hn::Set(d16, 1), hn::Set(d16, 1));
    PairSums weights, red, green, blue;
    const auto add = [&](const Pairs& weight, const Pixel& first, const Pixel& second) HWY_ATTR {
      const auto values = [&](std::size_t p) HWY_ATTR {
        return pair_up(hn::LoadU(d16, first.planes[p] + x), hn::LoadU(d16, second.planes[p] + x));
      };
      weights.add(weight, ones);
      red.add(weight, values(0));
      if constexpr (kPlanes == 1) return;
      green.add(weight, values(kPlanes / 3));
      blue.add(weight, values(kPlanes - 1));
    };
    add(pair_up(hn::Set(d16, centre_weight_), hn::Zero(d16)), centre, centre);
    for (std::size_t i = 0; i < kernel_.tap_count; ++i) {
      const OppositePair& pair = pairs_[i];
      const Wide first = hn::LoadU(d16, pair.first_weight + x);
      add(pair_up(first, hn::LoadU(d16, pair.second_weight + x)), pair.first, pair.second);
    }
    store(means_of(red, weights), 0, x);
    if constexpr (kPlanes == 1) return;
    store(means_of(green, weights), 1, x);
    store(means_of(blue, weights), 2, x);
  }

  HWY_INLINE void store(Wide means, std::size_t plane, std::size_t x) const {
    const hn::Rebind<std::uint8_t, WideTag> d8;
    hn::StoreU(hn::DemoteTo(d8, means), d8, rows_.results(plane) + x);
  }

  void join_row(const std::uint8_t* in, std::uint8_t* out) const {
    if constexpr (kChannels == 1) {
      std::memcpy(out, rows_.results(0), width_);
    } else {
      const ByteTag d8;
      for (std::size_t x = 0; x < whole_; x += hn::Lanes(d8)) {
        ColourLanes c = load_pixels(in + x * kChannels);  // for its alpha
        c.red = hn::LoadU(d8, rows_.results(0) + x);
        c.green = hn::LoadU(d8, rows_.results(1) + x);
        c.blue = hn::LoadU(d8, rows_.results(2) + x);
        store_colours<kChannels>(c, out + x * kChannels);
      }
      for (std::size_t x = whole_; x < width_; ++x) {
        for (std::size_t p = 0; p < kPlanes; ++p) out[x * kChannels + p] = rows_.results(p)[x];
        if (kChannels == 4) out[x * kChannels + 3] = in[x * kChannels + 3];
      }
    }
  }

  // Given.
  const ConstImageView& in_;
  const BilateralKernel& kernel_;
  // Made from it.
  const BilateralRows rows_;
  const std::size_t width_;
  const std::size_t whole_;  ///< what whole vectors of bytes cover of a row
  const std::int16_t centre_weight_;
  OppositePair pairs_[BilateralKernel::kMaxTaps];
};

template <std::size_t kChannels>
void filter_channels(const ConstImageView& in, const BilateralKernel& kernel, const ImageView& out,
                     std::byte* scratch) {
  BilateralFilter<kChannels> filter(in, kernel, scratch);
  for (int y = 0; y < in.height_px; ++y) filter.filter_row(y, out.row(y));
}

void filter_by_colour(const ConstImageView& in, const BilateralKernel& kernel, const ImageView& out,
                      std::byte* scratch) {
  if (in.channels == 1) filter_channels<1>(in, kernel, out, scratch);
  if (in.channels == 3) filter_channels<3>(in, kernel, out, scratch);
  if (in.channels == 4) filter_channels<4>(in, kernel, out, scratch);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(filter_by_colour);

std::size_t bilateral_scratch_bytes(int width_px, int channels, const BilateralKernel& kernel) noexcept {
  const auto planes = static_cast<std::size_t>(colour_channels(channels));
  return BilateralRows(width_px, planes, kernel, nullptr).bytes();
}

Status bilateral(const ConstImageView& in, const BilateralKernel& kernel, const ImageView& out,
                 Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (scratch.size_bytes < bilateral_scratch_bytes(in.width_px, in.channels, kernel)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(filter_by_colour)(in, kernel, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
