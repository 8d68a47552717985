#include "kernels/box_blur_rows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/box_blur_large.cpp"
#include <hwy/foreach_target.h>

#include "kernels/column_sums-inl.hpp"
#include "kernels/turned_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

using SquareTag = hn::CappedTag<std::int32_t, 16>;
using Squares = hn::Vec<SquareTag>;

/// Rows that are blurred together; eight are turned at a time.
inline constexpr std::size_t kTurned = 8;
inline constexpr std::size_t kRows = HWY_MAX(kTurned, hn::MaxLanes(SquareTag()));
/// Neighbouring bytes of a row that share a lane.
inline constexpr std::size_t kBytes = 4;

/// Division of sums below 2^24 by an odd count, to nearest. Sums count from 128 * count down, so that one
/// product of floats is exact: what it is off never reaches the distance that a mean of an odd count keeps
/// from halves. A test goes through every size.
class LargeMean {
 public:
  explicit LargeMean(int count) : count_(count), reciprocal_(1.0f / static_cast<float>(count)) {}

  HWY_INLINE Squares nothing() const { return hn::Set(SquareTag(), -128 * count_); }

  /// The mean in the lowest byte, below the bits of kRound.
  HWY_INLINE Squares operator()(Squares sums) const {
    const hn::Rebind<float, SquareTag> df;
    const auto quotient = hn::Mul(hn::ConvertTo(df, sums), hn::Set(df, reciprocal_));
    return hn::BitCast(SquareTag(), hn::Add(quotient, hn::Set(df, kRound + 128)));
  }

  /// Four means in one lane, before any is added: takes away the bits of kRound under each.
  HWY_INLINE Squares no_bytes() const { return hn::Set(SquareTag(), static_cast<std::int32_t>(-kRoundBits)); }

 private:
  /// Numbers of this size have no fractions: adding it rounds to nearest.
  static constexpr float kRound = 3 << 22;
  static constexpr std::uint32_t kRoundBits = 0x4B400000u * 0x01010101u;

  int count_;
  float reciprocal_;
};

/// Writes vectors of eight rows of columns with the rows side by side.
HWY_INLINE void store_turned(Sums (&rows)[kTurned], std::uint16_t* turned) {
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t row = 0; row < kTurned; ++row) turned[row] = hn::GetLane(rows[row]);
#else
  const SumTag d16;
  turn(d16, rows);
  for_each_constant<kTurned>([&](auto column) HWY_ATTR {
    for_each_block(d16, rows[column], [&](auto block, std::size_t index) HWY_ATTR {
      hn::StoreU(block, hn::DFromV<decltype(block)>(), turned + (kTurned * index + column) * kRows);
    });
  });
#endif
}

/// Moves one vector of columns down the rows, and writes the sums at every step.
HWY_INLINE void slide_columns(const SlidingRow (&rows)[kRows], std::size_t i, std::uint16_t* columns,
                              std::uint16_t* turned) {
  const SumTag d16;
  Sums sums = hn::LoadU(d16, columns);
  for (std::size_t first = 0; first < kRows; first += kTurned) {
    Sums steps[kTurned];
    for_each_constant<kTurned>([&](auto row) HWY_ATTR {
      sums = slide(rows[first + row], i, sums);
      steps[row] = sums;
    });
    store_turned(steps, turned + first);
  }
  hn::StoreU(sums, d16, columns);
}

/// As above along the whole of the rows.
void slide_rows(const SlidingRow (&rows)[kRows], std::size_t count, std::uint16_t* columns,
                std::uint16_t* turned) {
  const std::size_t lanes = hn::Lanes(SumTag());
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) slide_columns(rows, i, columns + i, turned + i * kRows);
  if (i == count) return;
  std::uint8_t ends[2 * kRows][HWY_MAX_BYTES / sizeof(std::uint16_t)] = {};
  SlidingRow last[kRows];
  for (std::size_t row = 0; row < kRows; ++row) {
    std::memcpy(ends[2 * row], rows[row].added + i, count - i);
    std::memcpy(ends[2 * row + 1], rows[row].removed + i, count - i);
    last[row] = {ends[2 * row], ends[2 * row + 1]};
  }
  slide_columns(last, 0, columns + i, turned + i * kRows);
}

HWY_INLINE Squares load_columns(const std::uint16_t* turned) {
  return hn::PromoteTo(SquareTag(), hn::LoadU(hn::Rebind<std::uint16_t, SquareTag>(), turned));
}

/// Running sums along as many rows as a vector has lanes, and from each sum the mean.
template <std::size_t kChannels>
HWY_INLINE void sum_across(const LargeMean& mean, const RowExtent& extent, const std::uint16_t* turned,
                           std::int32_t* means) {
  const SquareTag d32;
  const std::size_t window = 2 * extent.border_elements();
  Squares sums[kChannels];
  for_each_constant<kChannels>([&](auto channel) HWY_ATTR {
    sums[channel] = mean.nothing();
    for (std::size_t i = channel; i < window; i += kChannels) {
      sums[channel] = hn::Add(sums[channel], load_columns(turned + i * kRows));
    }
  });
  for (std::size_t i = 0; i < extent.row_elements(); i += kBytes * kChannels) {
    Squares bytes = mean.no_bytes();
    for_each_constant<kBytes * kChannels>([&](auto at) HWY_ATTR {
      constexpr std::size_t kByte = at % kBytes;
      Squares& sum = sums[at % kChannels];
      sum = hn::Add(sum, load_columns(turned + (i + window + at) * kRows));
      bytes = hn::Add(bytes, hn::ShiftLeft<8 * kByte>(mean(sum)));
      sum = hn::Sub(sum, load_columns(turned + (i + at) * kRows));
      if (kByte < kBytes - 1) return;
      hn::Store(bytes, d32, means + (i + at) / kBytes * kRows);
      bytes = mean.no_bytes();
    });
  }
}

/// Sixteen columns of means, turned back into rows.
HWY_INLINE void turn_back(const std::int32_t* means, std::uint8_t (*rows)[4 * kBytes]) {
#if HWY_TARGET == HWY_SCALAR
  for (std::size_t row = 0; row < kRows; ++row) {
    for (std::size_t i = 0; i < 4; ++i) std::memcpy(rows[row] + i * kBytes, means + i * kRows + row, kBytes);
  }
#else
  const SquareTag d32;
  for (std::size_t part = 0; part < kRows; part += hn::Lanes(d32)) {
    Squares words[4];
    for_each_constant<4>([&](auto i) HWY_ATTR { words[i] = hn::Load(d32, means + i * kRows + part); });
    turn(d32, words);
    for_each_constant<4>([&](auto row) HWY_ATTR {
      for_each_block(d32, words[row], [&](auto block, std::size_t index) HWY_ATTR {
        auto* to = reinterpret_cast<std::int32_t*>(rows[part + 4 * index + row]);
        hn::StoreU(block, hn::DFromV<decltype(block)>(), to);
      });
    });
  }
#endif
}

/// Stores the means as rows y and below, with the alpha of `in`.
void store_rows(const std::int32_t* means, const ConstImageView& in, int y, const OutputRows& rows) {
  const ImageView& out = rows.picture;
  const auto count = static_cast<std::size_t>(out.width_px * out.channels);
  const int end = std::min(y + static_cast<int>(kRows), rows.end);
  alignas(16) std::uint8_t tile[kRows][16];
  for (std::size_t i = 0; i < count; i += 16) {
    turn_back(means + i / kBytes * kRows, tile);
    if (i + 16 <= count) {
      for (int row = y; row < end; ++row) std::memcpy(out.row(row) + i, tile[row - y], 16);
    } else {
      for (int row = y; row < end; ++row) std::memcpy(out.row(row) + i, tile[row - y], count - i);
    }
  }
  for (int row = y; row < end; ++row) copy_alpha(in.row(row), in.width_px, in.channels, out.row(row));
}

/// Working rows in scratch. `turned` holds rows of columns side by side, `means` four columns in a lane.
struct LargeScratch {
  std::uint16_t* columns;
  std::uint16_t* turned;
  std::int32_t* means;
};

template <std::size_t kChannels>
void blur_rows(const ConstImageView& in, int kernel_size_px, const OutputRows& out,
               const LargeScratch& scratch) {
  const RowExtent extent{in.width_px, in.channels, kernel_size_px / 2, Border::Reflect};
  RowExtent turned_extent = extent;
  turned_extent.channels *= static_cast<int>(kRows);
  const LargeMean mean(kernel_size_px * kernel_size_px);
  start_columns(in, extent, out.first, scratch.columns);
  for (int y = out.first; y < out.end; y += static_cast<int>(kRows)) {
    SlidingRow rows[kRows];
    const auto wanted = static_cast<std::size_t>(std::min(static_cast<int>(kRows), out.end - y));
    for (std::size_t row = 0; row < kRows; ++row) {
      rows[row] = sliding_row(in, extent, y + static_cast<int>(std::min(row, wanted - 1)));
      if (row >= wanted) rows[row].removed = rows[row].added;  // The sums stay, and nobody reads them.
    }
    slide_rows(rows, extent.row_elements(), scratch.columns,
               scratch.turned + turned_extent.border_elements());
    continue_row(turned_extent, scratch.turned);
    for (std::size_t part = 0; part < kRows; part += hn::Lanes(SquareTag())) {
      sum_across<kChannels>(mean, extent, scratch.turned + part, scratch.means + part);
    }
    store_rows(scratch.means, in, y, out);
  }
}

void blur_large(const ConstImageView& in, int kernel_size_px, const OutputRows& out, std::byte* columns,
                std::byte* turned, std::byte* means) {
  const LargeScratch scratch{reinterpret_cast<std::uint16_t*>(columns),
                             reinterpret_cast<std::uint16_t*>(turned),
                             reinterpret_cast<std::int32_t*>(means)};
  if (in.channels == 1) blur_rows<1>(in, kernel_size_px, out, scratch);
  if (in.channels == 3) blur_rows<3>(in, kernel_size_px, out, scratch);
  if (in.channels == 4) blur_rows<4>(in, kernel_size_px, out, scratch);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(blur_large);

namespace {

/// The most rows that a target blurs together, and the most columns that it touches beyond the end of a row.
constexpr std::size_t kMostRows = 16;
constexpr std::size_t kSpareColumns = 64;

std::size_t columns_bytes(int width_px, int channels) {
  return scratch_row_bytes<std::uint16_t>(static_cast<std::size_t>(width_px * channels));
}

std::size_t turned_bytes(int width_px, int channels, int kernel_size_px) {
  const auto columns = static_cast<std::size_t>((width_px + kernel_size_px - 1) * channels) + kSpareColumns;
  return scratch_row_bytes<std::uint16_t>(columns * kMostRows);
}

std::size_t means_bytes(int width_px, int channels) {
  const auto columns = static_cast<std::size_t>(width_px * channels) + kSpareColumns;
  return scratch_row_bytes<std::uint8_t>(columns * kMostRows);
}

}  // namespace

std::size_t box_blur_large_scratch_bytes(int width_px, int channels, int kernel_size_px) {
  return columns_bytes(width_px, channels) + turned_bytes(width_px, channels, kernel_size_px) +
         means_bytes(width_px, channels);
}

void box_blur_large(const ConstImageView& in, int kernel_size_px, const OutputRows& out, std::byte* scratch) {
  std::byte* turned = scratch + columns_bytes(in.width_px, in.channels);
  std::byte* means = turned + turned_bytes(in.width_px, in.channels, kernel_size_px);
  HWY_DYNAMIC_DISPATCH(blur_large)(in, kernel_size_px, out, scratch, turned, means);
}

}  // namespace framewright::kernels
#endif
