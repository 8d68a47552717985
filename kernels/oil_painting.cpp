#include "kernels/oil_painting.hpp"

#include <algorithm>

#include "kernels/grayscale.hpp"
#include "kernels/oil_painting_math.hpp"
#include "kernels/oil_painting_rows.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/oil_painting.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

using SumTag = hn::ScalableTag<std::uint32_t>;
using Sums = hn::Vec<SumTag>;

/// Adds a row to the sums of its columns, or takes it away.
template <bool kAdd, typename T, typename Value>
HWY_INLINE void change_columns(const std::uint8_t* pixels, std::size_t count, T* columns, Value value_of) {
  const hn::ScalableTag<T> d;
  const hn::Rebind<std::uint8_t, decltype(d)> d8;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {  // both rows have room for a vector past their end
    const auto value = value_of(hn::PromoteTo(d, hn::LoadU(d8, pixels + i)));
    const auto sum = hn::LoadU(d, columns + i);
    hn::StoreU(kAdd ? hn::Add(sum, value) : hn::Sub(sum, value), d, columns + i);
  }
}

/// sums[i] = columns[i] + .. + columns[i + side - 1], by one addition and one subtraction each.
template <typename T>
HWY_INLINE void slide_squares(const T* columns, std::size_t side, std::size_t count, std::uint32_t* sums) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < side; ++i) sum += columns[i];
  for (std::size_t i = 0; i < count; ++i) {
    sum += columns[i + side - 1];
    sums[i] = sum;
    sum -= columns[i];
  }
}

template <std::size_t kChannels>
class OilPainter {
 public:
  OilPainter(const ConstImageView& in, const OilPaintingRows& rows)
      : in_(in),
        rows_(rows),
        radius_px_(static_cast<int>(rows.radius_px)),
        count_((rows.radius_px + 1) * (rows.radius_px + 1)),
        half_reciprocal_(0.5f / static_cast<float>(count_)) {
    for (std::size_t plane = 0; plane < kPlanes; ++plane) {
      std::fill_n(columns(plane), rows.width_px, std::uint16_t{0});
    }
    std::fill_n(column_squares(), rows.width_px, 0u);
    for (int y = -radius_px_; y < 0; ++y) change_row<true>(y);
  }

  /// Squares that start in row y of the picture; rows come in order, from -radius on.
  void finish_squares(int y) {
    change_row<true>(y + radius_px_);
    const std::size_t side = rows_.radius_px + 1;
    const RowExtent extent{in_.width_px, 1, radius_px_, Border::Reflect};
    for (std::size_t plane = 0; plane < kPlanes; ++plane) {
      continue_row(extent, rows_.column_sums(plane));
      slide_squares(rows_.column_sums(plane), side, rows_.squares(), rows_.square_sums(plane));
    }
    continue_row(extent, rows_.column_squares());
    slide_squares(rows_.column_squares(), side, rows_.squares(), rows_.square_squares());
    measure_squares(static_cast<std::size_t>(y + radius_px_));
    change_row<false>(y);
  }

  void paint_row(int y, std::uint8_t* out) const {
    const auto above = static_cast<std::size_t>(y);
    const std::size_t below = above + rows_.radius_px;
    const SumTag d;
    std::uint32_t* const painted = rows_.square_sums(0);
    for (std::size_t x = 0; x < rows_.width_px; x += hn::Lanes(d)) {
      Sums least = hn::LoadU(d, rows_.spreads(above) + x);
      Sums mean = hn::LoadU(d, rows_.means(above) + x);
      const auto choose_calmer = [&](std::size_t row, std::size_t at) HWY_ATTR {
        const Sums spread = hn::LoadU(d, rows_.spreads(row) + at);
        const auto is_calmer = hn::Lt(spread, least);
        least = hn::IfThenElse(is_calmer, spread, least);
        mean = hn::IfThenElse(is_calmer, hn::LoadU(d, rows_.means(row) + at), mean);
      };
      choose_calmer(above, x + rows_.radius_px);
      choose_calmer(below, x);
      choose_calmer(below, x + rows_.radius_px);
      hn::StoreU(mean, d, painted + x);
    }
    write_row(painted, in_.row(y), out);
  }

 private:
  static constexpr std::size_t kPlanes = kChannels == 1 ? 1 : 4;

  std::uint16_t* columns(std::size_t plane) const { return rows_.column_sums(plane) + rows_.radius_px; }
  std::uint32_t* column_squares() const { return rows_.column_squares() + rows_.radius_px; }

  template <bool kAdd>
  void change_row(int y) const {
    split_row(in_.row(border_index(y, in_.height_px, Border::Reflect)));
    for (std::size_t plane = 0; plane < kPlanes; ++plane) {
      change_columns<kAdd>(rows_.pixels(plane), rows_.width_px, columns(plane),
                           [](auto value) HWY_ATTR { return value; });
    }
    change_columns<kAdd>(rows_.pixels(0), rows_.width_px, column_squares(),
                         [](auto value) HWY_ATTR { return hn::Mul(value, value); });
  }

  void split_row(const std::uint8_t* row) const {
    if constexpr (kChannels == 1) {
      std::memcpy(rows_.pixels(0), row, rows_.width_px);
    } else {
      const auto pitch = static_cast<std::ptrdiff_t>(in_.width_px) * in_.channels;
      grayscale({row, in_.width_px, 1, in_.channels, pitch}, GrayscaleAlgorithm::Bt601,
                {rows_.pixels(0), in_.width_px, 1, 1, in_.width_px});
      const ByteTag d8;
      const std::size_t whole = rows_.width_px - rows_.width_px % hn::Lanes(d8);
      for (std::size_t x = 0; x < whole; x += hn::Lanes(d8)) {
        const ColourLanes c = load_colours<kChannels>(row + x * kChannels);
        hn::StoreU(c.red, d8, rows_.pixels(1) + x);
        hn::StoreU(c.green, d8, rows_.pixels(2) + x);
        hn::StoreU(c.blue, d8, rows_.pixels(3) + x);
      }
      for (std::size_t x = whole; x < rows_.width_px; ++x) {
        for (std::size_t c = 0; c < 3; ++c) rows_.pixels(c + 1)[x] = row[x * kChannels + c];
      }
    }
  }

  void measure_squares(std::size_t row) const {
    const SumTag d;
    std::uint32_t* const spreads = rows_.spreads(row);
    std::uint32_t* const means = rows_.means(row);
    const Sums count = hn::Set(d, static_cast<std::uint32_t>(count_));
    for (std::size_t i = 0; i < rows_.squares(); i += hn::Lanes(d)) {
      const Sums luma = hn::LoadU(d, rows_.square_sums(0) + i);
      const Sums squares = hn::LoadU(d, rows_.square_squares() + i);
      hn::StoreU(hn::Sub(hn::Mul(count, squares), hn::Mul(luma, luma)), d, spreads + i);
      hn::StoreU(mean_colour(luma, i), d, means + i);
    }
  }

  /// Blue, green and red of a square's mean in one number each, red lowest.
  HWY_INLINE Sums mean_colour(Sums luma, std::size_t i) const {
    if constexpr (kChannels == 1) {
      return mean_of(luma);
    } else {
      const SumTag d;
      const Sums red = mean_of(hn::LoadU(d, rows_.square_sums(1) + i));
      const Sums green = mean_of(hn::LoadU(d, rows_.square_sums(2) + i));
      const Sums blue = mean_of(hn::LoadU(d, rows_.square_sums(3) + i));
      return hn::Or(red, hn::Or(hn::ShiftLeft<8>(green), hn::ShiftLeft<16>(blue)));
    }
  }

  /// Exact division by way of float. Wanted is floor((2 sum + count) / (2 count)). The numerator is made odd,
  /// which changes no floor and keeps the quotient 1/512 away from every whole number: more than the two
  /// roundings of a float below 256 can move it.
  HWY_INLINE Sums mean_of(Sums sum) const {
    const hn::RebindToSigned<SumTag> di;
    const hn::RebindToFloat<SumTag> df;
    const auto doubled = hn::BitCast(di, hn::Add(sum, sum));
    const auto numerator = hn::Add(doubled, hn::Set(di, static_cast<std::int32_t>(count_ | 1)));
    const auto quotient = hn::Mul(hn::ConvertTo(df, numerator), hn::Set(df, half_reciprocal_));
    return hn::BitCast(SumTag(), hn::ConvertTo(di, quotient));
  }

  void write_row(const std::uint32_t* painted, const std::uint8_t* in, std::uint8_t* out) const {
    for (std::size_t x = 0; x < rows_.width_px; ++x) {
      const std::uint32_t colour = painted[x];
      out[x * kChannels] = static_cast<std::uint8_t>(colour);
      if constexpr (kChannels != 1) {
        out[x * kChannels + 1] = static_cast<std::uint8_t>(colour >> 8);
        out[x * kChannels + 2] = static_cast<std::uint8_t>(colour >> 16);
      }
      if constexpr (kChannels == 4) out[x * kChannels + 3] = in[x * kChannels + 3];
    }
  }

  // Given.
  const ConstImageView& in_;
  const OilPaintingRows& rows_;
  // Made from it.
  const int radius_px_;
  const std::size_t count_;
  const float half_reciprocal_;
};

template <std::size_t kChannels>
void paint_channels(const ConstImageView& in, const OilPaintingRows& rows, const ImageView& out) {
  const int radius_px = static_cast<int>(rows.radius_px);
  OilPainter<kChannels> painter(in, rows);
  for (int y = -radius_px; y < in.height_px; ++y) {
    painter.finish_squares(y);
    if (y >= 0) painter.paint_row(y, out.row(y));
  }
}

void paint(const ConstImageView& in, const OilPaintingRows& rows, const ImageView& out) {
  if (in.channels == 1) paint_channels<1>(in, rows, out);
  if (in.channels == 3) paint_channels<3>(in, rows, out);
  if (in.channels == 4) paint_channels<4>(in, rows, out);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(paint);

namespace {

OilPaintingRows rows_in(std::byte* memory, int width_px, int channels, int radius_px) {
  return {static_cast<std::size_t>(width_px), channels == 1 ? 1u : 4u, static_cast<std::size_t>(radius_px),
          memory};
}

}  // namespace

std::size_t oil_painting_scratch_bytes(int width_px, int channels, int radius_px) noexcept {
  return rows_in(nullptr, width_px, channels, radius_px).bytes();
}

Status oil_painting(const ConstImageView& in, int radius_px, const ImageView& out, Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (radius_px < 1 || radius_px > kOilPaintingMaxRadius ||
      scratch.size_bytes < oil_painting_scratch_bytes(in.width_px, in.channels, radius_px)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(paint)(in, rows_in(scratch.bytes, in.width_px, in.channels, radius_px), out);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
