#include <algorithm>

#include "kernels/resample_tables.hpp"
#include "kernels/resize_rows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/resize_narrow.cpp"
#include <hwy/foreach_target.h>

#include "kernels/transpose-inl.hpp"
#include "kernels/two_tap_groups-inl.hpp"
#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

// As many output rows as a vector has lanes are made at a time, strip by strip. A strip is weighed down the
// columns as it lies, turned, so that weighing across is the same work on rows, and turned back as bytes.

constexpr std::size_t kStripRows = hn::MaxLanes(WideTag());

struct Strip {
  int top_px;   ///< first output row
  int rows;     ///< kStripRows, or fewer at the end
  int left_px;  ///< first output column
  int columns;
  std::size_t begin;  ///< first input element of a row
  std::size_t count;  ///< input elements of a row
};

/// The weights of one output pixel in vectors. kTaps 0 stands for a number known only at run time.
template <int kTaps>
class Weigher {
 public:
  Weigher(const NarrowTaps& taps, int tap_count)
      : heaviest_(taps.heaviest), tap_count_(tap_count), weights_(taps.weights) {
    for (int tap = 0; tap < kTaps; ++tap) vectors_[tap] = weight(tap);
  }

  /// As weigh_narrow() of resample_math.hpp, for a vector of values; load(tap) gives those of a tap.
  template <typename Load>
  HWY_INLINE Wide operator()(Load load) const {
    Wide sum = load(heaviest_);
    for (int tap = 0; tap < (kTaps != 0 ? kTaps : tap_count_); ++tap) {
      const Wide factor = kTaps != 0 ? vectors_[tap % kMaxTaps] : weight(tap);
      sum = hn::Add(sum, hn::MulFixedPoint15(load(tap), factor));
    }
    return sum;
  }

 private:
  static constexpr int kMaxTaps = kTaps != 0 ? kTaps : 1;

  /// Weights lie doubled in 32 bits, which processors broadcast from memory at no cost.
  HWY_INLINE Wide weight(int tap) const {
    return hn::BitCast(WideTag(), hn::Set(hn::Repartition<std::int32_t, WideTag>(), weights_[tap]));
  }

  const int heaviest_;
  const int tap_count_;
  const std::int32_t* const weights_;
  Wide vectors_[kMaxTaps];
};

/// One output row of the strip, before it is weighed across.
template <int kTaps>
void weigh_down(const ConstImageView& in, const NarrowTaps& taps, int tap_count, const Strip& strip,
                std::int16_t* HWY_RESTRICT out) {
  const WideTag d16;
  const hn::Rebind<std::uint8_t, WideTag> d8;
  const Weigher<kTaps> weigh(taps, tap_count);
  const std::uint8_t* const first = in.row(taps.first) + strip.begin;
  const std::ptrdiff_t pitch_bytes = in.pitch_bytes;
  const std::size_t count = strip.count;
  const std::size_t readable =
      static_cast<std::size_t>(in.width_px) * static_cast<std::size_t>(in.channels) - strip.begin;
  const auto widen = [d16, d8](const std::uint8_t* bytes) HWY_ATTR {
    return hn::ShiftLeft<kPassBits>(hn::PromoteTo(d16, hn::LoadU(d8, bytes)));
  };
  std::size_t i = 0;
  for (; i < count && i + kStripRows <= readable; i += kStripRows) {
    const auto load = [=](int tap) HWY_ATTR { return widen(first + tap * pitch_bytes + i); };
    hn::Store(weigh(load), d16, out + i);
  }
  if (i >= count) return;
  const auto load_last = [=](int tap) HWY_ATTR {
    HWY_ALIGN std::uint8_t last[kStripRows] = {};
    std::memcpy(last, first + tap * pitch_bytes + i, readable - i);
    return widen(last);
  };
  hn::Store(weigh(load_last), d16, out + i);
}

#if HWY_TARGET == HWY_SCALAR

// A strip is one row, and a row of one is its columns.
void turn(const std::int16_t* rows, std::size_t, const Strip& strip, std::int16_t* columns) {
  std::copy_n(rows, strip.count, columns);
}

void turn_back(const std::int16_t* columns, std::uint8_t* out, std::ptrdiff_t) {
  std::transform(columns, columns + 16, out,
                 [](std::int16_t value) { return static_cast<std::uint8_t>(value); });
}

#else

/// Rows of `pitch` elements to columns of kStripRows elements.
void turn(const std::int16_t* rows, std::size_t pitch, const Strip& strip, std::int16_t* columns) {
  const WideTag d16;
  const hn::Repartition<std::uint8_t, WideTag> d8;
  for (std::size_t top = 0; top < static_cast<std::size_t>(strip.rows); top += 8) {
    for (std::size_t i = 0; i < strip.count; i += kStripRows) {
      Wide square[8];
      for (std::size_t row = 0; row < 8; ++row) square[row] = hn::Load(d16, rows + (top + row) * pitch + i);
      transpose_squares(d16, square);
      for (std::size_t column = 0; column < 8; ++column) {
        std::int16_t* to = columns + (i + column) * kStripRows + top;
        store_blocks(d8, hn::BitCast(d8, square[column]), reinterpret_cast<std::uint8_t*>(to),
                     8 * kStripRows * sizeof(std::int16_t));
      }
    }
  }
}

/// Sixteen columns of bytes in 16 bits to sixteen bytes of each row.
HWY_INLINE void turn_back(const std::int16_t* columns, std::uint8_t* out, std::ptrdiff_t pitch_bytes) {
  const WideTag d16;
  const hn::Repartition<std::uint8_t, WideTag> d8;
  Wide square[8];
  for (std::size_t i = 0; i < 8; ++i) {
    const Wide even = hn::Load(d16, columns + 2 * i * kStripRows);
    const Wide odd = hn::Load(d16, columns + (2 * i + 1) * kStripRows);
    square[i] = hn::Or(even, hn::ShiftLeft<8>(odd));
  }
  transpose_squares(d16, square);
  for (std::ptrdiff_t row = 0; row < 8; ++row) {
    store_blocks(d8, hn::BitCast(d8, square[row]), out + row * pitch_bytes, 8 * pitch_bytes);
  }
}

#endif

/// Columns of the input to columns of the output, whose values are bytes.
template <int kChannels, int kTaps>
void weigh_across(const std::int16_t* HWY_RESTRICT columns, const NarrowAxis axis, const Strip strip,
                  std::int16_t* HWY_RESTRICT out) {
  const WideTag d16;
  const Wide half = hn::Set(d16, 1 << (kPassBits - 1));
  for (int x = strip.left_px; x < strip.left_px + strip.columns; ++x) {
    const NarrowTaps taps = axis.taps(x);
    const Weigher<kTaps> weigh(taps, axis.tap_count);
    const std::int16_t* first =
        columns + (static_cast<std::size_t>(taps.first) * kChannels - strip.begin) * kStripRows;
    for (std::size_t channel = 0; channel < kChannels; ++channel, out += kStripRows) {
      const Wide sum = weigh([=](int tap) HWY_ATTR {
        return hn::Load(d16, first + (static_cast<std::size_t>(tap) * kChannels + channel) * kStripRows);
      });
      const Wide value = hn::ShiftRight<kPassBits>(hn::Add(sum, half));
      hn::Store(hn::Min(hn::Max(value, hn::Zero(d16)), hn::Set(d16, 255)), d16, out);
    }
  }
}

void store_strip(const std::int16_t* columns, const Strip& strip, const ImageView& out) {
  const auto count = static_cast<std::size_t>(strip.columns) * static_cast<std::size_t>(out.channels);
  for (std::size_t i = 0; i < count; i += 16, columns += 16 * kStripRows) {
    std::uint8_t* to = out.row(strip.top_px) + static_cast<std::size_t>(strip.left_px * out.channels) + i;
    if (strip.rows == static_cast<int>(kStripRows) && i + 16 <= count) {
      turn_back(columns, to, out.pitch_bytes);
      continue;
    }
    HWY_ALIGN std::uint8_t square[kStripRows * 16];
    turn_back(columns, square, 16);
    for (int row = 0; row < strip.rows; ++row) {
      std::memcpy(to + row * out.pitch_bytes, square + row * 16, std::min<std::size_t>(16, count - i));
    }
  }
}

template <int kChannels, int kTapsAcross, int kTapsDown>
void resample_strips(const ConstImageView& in, const NarrowTables& tables, const OutputRows& rows) {
  const ImageView& out = rows.picture;
  for (int top = rows.first; top < rows.end; top += static_cast<int>(kStripRows)) {
    for (int left = 0; left < out.width_px; left += kStripColumns) {
      Strip strip{top,  std::min(static_cast<int>(kStripRows), rows.end - top),
                  left, std::min(kStripColumns, out.width_px - left),
                  0,    0};
      const int first = tables.across.taps(left).first;
      const int last = tables.across.taps(left + strip.columns - 1).first + tables.across.tap_count;
      strip.begin = static_cast<std::size_t>(first) * kChannels;
      strip.count = static_cast<std::size_t>(last - first) * kChannels;
      for (int row = 0; row < strip.rows; ++row) {
        weigh_down<kTapsDown>(in, tables.down.taps(top + row), tables.down.tap_count, strip,
                              tables.rows + static_cast<std::size_t>(row) * tables.row_elements);
      }
      turn(tables.rows, tables.row_elements, strip, tables.columns);
      weigh_across<kChannels, kTapsAcross>(tables.columns, tables.across, strip, tables.out_columns);
      store_strip(tables.out_columns, strip, out);
    }
  }
}

template <int kChannels>
void resample_channels(const ConstImageView& in, const NarrowTables& tables, const OutputRows& out) {
#if HWY_TARGET != HWY_SCALAR
  if (tables.groups != nullptr) return resample_groups(in, tables, out);
#endif
  if (tables.across.tap_count == 2 && tables.down.tap_count == 2) {
    resample_strips<kChannels, 2, 2>(in, tables, out);
  } else {
    resample_strips<kChannels, 0, 0>(in, tables, out);
  }
}

void resample_narrow(const ConstImageView& in, Interpolation interpolation, const OutputRows& out,
                     std::byte* scratch) {
  const NarrowTables tables = narrow_tables(in, interpolation, out.picture, scratch);
  if (in.channels == 1) resample_channels<1>(in, tables, out);
  if (in.channels == 3) resample_channels<3>(in, tables, out);
  if (in.channels == 4) resample_channels<4>(in, tables, out);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(resample_narrow);

void resize_narrow(const ConstImageView& in, Interpolation interpolation, const OutputRows& out,
                   std::byte* scratch) {
  HWY_DYNAMIC_DISPATCH(resample_narrow)(in, interpolation, out, scratch);
}

}  // namespace framewright::kernels
#endif
