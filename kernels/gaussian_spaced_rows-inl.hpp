// The two passes of a GaussianKernel whose taps stand apart, over one strip. Read once for each
// SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_GAUSSIAN_SPACED_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_GAUSSIAN_SPACED_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_GAUSSIAN_SPACED_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_GAUSSIAN_SPACED_ROWS_INL_HPP
#endif

#include <array>

#include "kernels/byte_halves-inl.hpp"
#include "kernels/gaussian_weights-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Blurs one strip along its rows and keeps as many of them as blurring down needs. Two rows that are a
/// spacing apart are weighed down together, because all but the ends of what they need is the same.
class SpacedRows {
 public:
  static constexpr int kRowsAtOnce = 1;

  SpacedRows(const ConstImageView& in, const GaussianKernel& kernel, Border border,
             const GaussianStrip& strip, std::byte* scratch)
      : in_(in),
        kernel_(kernel),
        border_(border),
        strip_(strip),
        weights_(kernel),
        bytes_(reinterpret_cast<std::uint8_t*>(scratch)),
        weighed_(reinterpret_cast<std::int16_t*>(scratch + strip.wide_bytes())),
        rows_(scratch + 2 * strip.wide_bytes(), strip.padded_elements(), gaussian_rows_radius(kernel)),
        levels_{level_ring(scratch, 0), level_ring(scratch, 1), level_ring(scratch, 2),
                level_ring(scratch, 3)},
        next_row_(strip.first_row - kernel.reach_px()),
        next_weighed_(strip.first_row - kernel.smoothing_px()),
        next_smoothed_(next_weighed_) {}

  /// Rows are taken in when they are weighed.
  HWY_INLINE void add(int) const {}

  /// Calls finish(sums, i) for Halves after Halves of row `y`; rows come from top to bottom.
  template <class Finish>
  HWY_INLINE void blur_down(int y, Finish finish) {
    for (; next_smoothed_ <= y + kernel_.smoothing_px(); ++next_smoothed_) {
      if (next_smoothed_ == next_weighed_) weigh_down();
      smooth_down(next_smoothed_);
    }
    const std::int16_t* smoothed = level_rows(last_level()).row(y);
    const std::int16_t* edges[2 * kGaussianMaxSpacing + 1];
    const std::int16_t** middle = edges + kGaussianMaxSpacing;
    for (int tap = 1; tap <= kernel_.edge_taps; ++tap) {
      middle[-tap] = rows_.row(y - end() - tap);
      middle[tap] = rows_.row(y + end() + tap);
    }
    for (std::size_t i = 0; i < strip_.elements(); i += halves_elements()) {
      Halves sums = load(smoothed + i);
      for (int tap = 1; tap <= kernel_.edge_taps; ++tap) {
        add_side(weights_, kernel_.taps + tap, sum(load(middle[-tap] + i), load(middle[tap] + i)), sums);
      }
      const Halves row[kRowsAtOnce] = {in_halves(sums.lower, sums.upper)};
      finish(row, i);
    }
  }

 private:
  /// How far the last tap is away.
  int end() const { return kernel_.taps * kernel_.spacing_px; }
  int last_level() const {
    int level = 0;
    while (1 << level < kernel_.spacing_px) ++level;
    return level;
  }
  std::size_t pixels(int count) const { return static_cast<std::size_t>(count * strip_.channels); }

  RowRing level_ring(std::byte* scratch, int level) const {
    std::byte* memory = scratch + 2 * strip_.wide_bytes() + strip_.ring_bytes(gaussian_rows_radius(kernel_));
    for (int i = 0; i < level; ++i) memory += strip_.ring_bytes(gaussian_level_radius(kernel_, i));
    return {memory, strip_.padded_elements(), gaussian_level_radius(kernel_, level)};
  }

  /// Two vectors of neighbouring values.
  HWY_INLINE static Halves load(const std::int16_t* from) {
    return {hn::LoadU(WideTag(), from), hn::LoadU(WideTag(), from + hn::Lanes(WideTag()))};
  }
  HWY_INLINE static void store(const Halves& values, std::int16_t* to) {
    hn::StoreU(values.lower, WideTag(), to);
    hn::StoreU(values.upper, WideTag(), to + hn::Lanes(WideTag()));
  }

  /// Smooths as the kernel asks for; row_at(n) is the one for place n.
  template <class RowAt>
  HWY_INLINE void smooth(RowAt row_at, std::size_t count, std::int16_t* out) const {
    if (kernel_.smoothed_neighbours() == 1) {
      return smooth_rows<3>({row_at(0), row_at(1), row_at(2)}, count, out);
    }
    smooth_rows<5>({row_at(0), row_at(1), row_at(2), row_at(3), row_at(4)}, count, out);
  }

  HWY_INLINE void blur_along(int y) const {
    copy_pixels(in_.row(border_index(y, in_.height_px, border_)), strip_, in_.width_px, border_, bytes_);
    std::size_t count = strip_.elements() + pixels(2 * kernel_.smoothing_px());
    const std::uint8_t* const centre = bytes_ + pixels(end());
    weigh_along<false>({centre, centre, kernel_.spacing_px * strip_.channels}, {0, kernel_.taps}, count,
                       weighed_);
    std::int16_t* const out = rows_.row(y);
    for (int distance = 1; distance < kernel_.spacing_px; distance *= 2) {
      // What is smoothed stands where the first of those it was made of stood.
      count -= pixels(2 * distance * kernel_.smoothed_neighbours());
      smooth([&](int n) { return weighed_ + n * distance * strip_.channels; }, count,
             2 * distance < kernel_.spacing_px ? weighed_ : out);
    }
    if (kernel_.edge_taps == 0) return;
    const std::uint8_t* const before = bytes_ + pixels(strip_.reach_px - end());
    weigh_along<true>({before, before + pixels(2 * end()), strip_.channels},
                      {kernel_.taps, kernel_.edge_taps}, count, out);
  }

  /// Where bytes to be weighed stand: `distance` further out for each weight.
  struct Sides {
    const std::uint8_t* before;
    const std::uint8_t* after;
    int distance;
  };
  struct WeightRange {
    int before;  ///< how many come before them
    int count;
  };

  /// Sets `out` to what some weights make of a row with its centre, or adds what they make without.
  template <bool kAdds>
  HWY_INLINE void weigh_along(const Sides& sides, const WeightRange& range, std::size_t count,
                              std::int16_t* out) const {
    for (std::size_t i = 0; i < count; i += kAlong * halves_elements()) {
      const std::uint8_t* before = sides.before + i;
      const std::uint8_t* after = sides.after + i;
      Halves sums[kAlong];
      for_each_constant<kAlong>([&](auto n) HWY_ATTR {
        const std::size_t at = n * halves_elements();
        if constexpr (kAdds) {
          sums[n] = {hn::Zero(WideTag()), hn::Zero(WideTag())};
        } else {
          sums[n] = weigh_centre(weights_, widened<kPassBits>(before + at));
        }
      });
      for (int tap = 1; tap <= range.count; ++tap) {
        before -= sides.distance;
        after += sides.distance;
        for_each_constant<kAlong>([&](auto n) HWY_ATTR {
          const std::size_t at = n * halves_elements();
          add_side(weights_, range.before + tap, sum_widened<kPassBits>(before + at, after + at), sums[n]);
        });
      }
      for_each_constant<kAlong>([&](auto n) HWY_ATTR {
        std::int16_t* const to = out + i + n * halves_elements();
        const Halves made = in_order(sums[n]);
        store(kAdds ? sum(load(to), made) : made, to);
      });
    }
  }

  /// Weighs down as many rows as two spacings have.
  HWY_INLINE void weigh_down() {
    const int spacing = kernel_.spacing_px;
    const int end_row = std::min(next_weighed_ + 2 * spacing + end(), strip_.end_row + kernel_.reach_px());
    for (; next_row_ < end_row; ++next_row_) blur_along(next_row_);
    for (int y = next_weighed_; y < next_weighed_ + spacing; ++y) {
      const std::int16_t* rows[2 * kGaussianMaxTaps + 2];
      rows_.find_rows(y - end(), spacing, 2 * kernel_.taps + 2, rows);
      weigh_two(rows + kernel_.taps, levels_[0].row(y), levels_[0].row(y + spacing));
    }
    next_weighed_ += 2 * spacing;
  }

  /// `at[n]` points to the values n spacings below the upper of two rows that are made.
  HWY_INLINE void weigh_two(const std::int16_t* const* at, std::int16_t* upper, std::int16_t* lower) const {
    for (std::size_t i = 0; i < strip_.elements(); i += halves_elements()) {
      Halves above = load(at[0] + i);
      Halves below = load(at[1] + i);
      Halves sums[2] = {weigh_centre(weights_, above), weigh_centre(weights_, below)};
      for (int tap = 1; tap <= kernel_.taps; ++tap) {
        const Halves before = load(at[-tap] + i);
        const Halves after = load(at[tap + 1] + i);
        add_side(weights_, tap, sum(before, below), sums[0]);
        add_side(weights_, tap, sum(above, after), sums[1]);
        above = before;
        below = after;
      }
      store(sums[0], upper + i);
      store(sums[1], lower + i);
    }
  }

  /// Brings all levels on by one row, of which `row` is the last that is weighed.
  HWY_INLINE void smooth_down(int row) const {
    for (int level = 0; 1 << level < kernel_.spacing_px; ++level) {
      row -= kernel_.smoothed_neighbours() << level;
      const int first = row - (kernel_.smoothed_neighbours() << level);
      smooth([&](int n) { return level_rows(level).row(first + (n << level)); }, strip_.elements(),
             level_rows(level + 1).row(row));
    }
  }

  HWY_INLINE const RowRing& level_rows(int level) const { return levels_[static_cast<std::size_t>(level)]; }

  /// Halves that are weighed along together, so that a weight is read once for all of them.
  static constexpr std::size_t kAlong = 2;
  static_assert(kAlong * HWY_MAX_BYTES <= kGaussianSpareElements);

  // Given.
  const ConstImageView& in_;
  const GaussianKernel& kernel_;
  const Border border_;
  const GaussianStrip strip_;
  const PassWeights<0> weights_;
  // Working rows in scratch.
  std::uint8_t* bytes_;
  std::int16_t* weighed_;
  RowRing rows_;                                 ///< blurred along
  std::array<RowRing, kGaussianLevels> levels_;  ///< weighed down, and then smoothed again and again
  // Of the strip, from the top.
  int next_row_;
  int next_weighed_;
  int next_smoothed_;
};

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_GAUSSIAN_SPACED_ROWS_INL_HPP
