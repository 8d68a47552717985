// Running sums along rows of what a window of rows gains and loses when it moves down, so that what a square
// gains and loses is the difference of two of them. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_RUNNING_SUMS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_RUNNING_SUMS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_RUNNING_SUMS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_RUNNING_SUMS_INL_HPP
#endif

#include <hwy/cache_control.h>

#include "kernels/column_sums-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Rows that are summed together: while one sum waits for the one before it, the others go on.
inline constexpr std::size_t kSummedRows = 4;

/// sums[i] becomes twice (added - removed) at i and at every element of its channel before, modulo 2^16.
struct SummedRow {
  SlidingRow in;
  std::int16_t* sums;
  const std::uint8_t* soon;  ///< A row of the same length that is fetched meanwhile.
};

#if HWY_ARCH_X86 && HWY_TARGET <= HWY_SSSE3

/// Elements of a row that are summed at a time: a block of bytes.
inline constexpr std::size_t kSummedElements = 16;

/// Each block of a vector belongs to another row. Two of them, because putting four rows into a vector and
/// taking them out again costs more than half as many additions save.
using RowBytesTag = hn::CappedTag<std::uint8_t, 2 * kSummedElements>;
using RowBytes = hn::Vec<RowBytesTag>;
using RowSumsTag = hn::Repartition<std::int16_t, RowBytesTag>;
using RowSums = hn::Vec<RowSumsTag>;
inline constexpr std::size_t kRowsInVector = hn::MaxLanes(RowBytesTag()) / kSummedElements;

HWY_INLINE RowBytes load_rows(const std::uint8_t* first, const std::uint8_t* second) {
  const RowBytesTag d8;
  if constexpr (kRowsInVector == 1) {
    return hn::LoadU(d8, first);
  } else {
    return hn::OddEvenBlocks(hn::LoadDup128(d8, second), hn::LoadDup128(d8, first));
  }
}

/// Bytes a and b of each 16 bits, a in the lower ones, as 2 * (a - b).
HWY_INLINE RowSums twice_difference(RowBytes pairs) {
  const auto factors = hn::BitCast(RowBytesTag(), hn::Set(RowSumsTag(), -0x1FE));  // Bytes 2 and -2.
#if HWY_TARGET <= HWY_AVX2
  return RowSums{_mm256_maddubs_epi16(pairs.raw, factors.raw)};
#else
  return RowSums{_mm_maddubs_epi16(pairs.raw, factors.raw)};
#endif
}

/// Adds to each lane those of its channel before it in the block.
template <std::size_t kChannels>
HWY_INLINE RowSums sum_in_blocks(RowSums values) {
  const RowSumsTag d16;
  for_each_constant<3>([&](auto round) HWY_ATTR {
    constexpr std::size_t kLanes = kChannels << round;
    if constexpr (kLanes < 8) values = hn::Add(values, hn::ShiftLeftLanes<kLanes>(d16, values));
  });
  return values;
}

/// Moves the last pixel of each block to where the next block goes on with its channels.
template <std::size_t kChannels>
HWY_INLINE RowSums last_pixels(RowSums sums) {
  const RowBytesTag d8;
  alignas(16) static constexpr std::uint8_t kFrom[3][16] = {
      {14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15, 14, 15},
      {10, 11, 12, 13, 14, 15, 10, 11, 12, 13, 14, 15, 10, 11, 12, 13},
      {8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15}};
  const RowBytes from = hn::LoadDup128(d8, kFrom[kChannels == 1 ? 0 : kChannels - 2]);
  return hn::BitCast(RowSumsTag(), hn::TableLookupBytes(hn::BitCast(d8, sums), from));
}

HWY_INLINE void store_sums(RowSums lower, RowSums upper, std::int16_t* first, std::int16_t* second) {
  const RowSumsTag d16;
  if constexpr (kRowsInVector == 1) {
    hn::StoreU(lower, d16, first);
    hn::StoreU(upper, d16, first + kSummedElements / 2);
  } else {
    hn::StoreU(hn::ConcatLowerLower(d16, upper, lower), d16, first);
    hn::StoreU(hn::ConcatUpperUpper(d16, upper, lower), d16, second);
  }
}

/// Writes the sums of kSummedElements from i on of kRowsInVector rows. `before` is what last_pixels() made of
/// the block before.
template <std::size_t kChannels>
HWY_INLINE void sum_elements(const SummedRow* rows, std::size_t i, RowSums& before) {
  const RowBytesTag d8;
  const SummedRow& first = rows[0];
  const SummedRow& second = rows[kRowsInVector - 1];
  const RowBytes added = load_rows(first.in.added + i, second.in.added + i);
  const RowBytes removed = load_rows(first.in.removed + i, second.in.removed + i);
  RowSums lower = sum_in_blocks<kChannels>(twice_difference(hn::InterleaveLower(d8, added, removed)));
  RowSums upper = sum_in_blocks<kChannels>(twice_difference(hn::InterleaveUpper(d8, added, removed)));
  lower = hn::Add(lower, before);
  upper = hn::Add(upper, last_pixels<kChannels>(lower));
  before = last_pixels<kChannels>(upper);
  store_sums(lower, upper, first.sums + i, second.sums + i);
}

/// Writes the sums of `count` elements, and up to kSummedElements of no use behind them.
template <std::size_t kChannels>
HWY_INLINE void sum_rows(const SummedRow (&rows)[kSummedRows], std::size_t count) {
  constexpr std::size_t kLineBytes = 64;
  constexpr std::size_t kVectors = kSummedRows / kRowsInVector;
  RowSums before[kVectors];
  for (RowSums& sums : before) sums = hn::Zero(RowSumsTag());
  std::size_t i = 0;
  for (; i + kSummedElements <= count; i += kSummedElements) {
    if (i % kLineBytes == 0) {
      for (const SummedRow& row : rows) {
        hwy::Prefetch(row.soon + i);
      }
    }
    for_each_constant<kVectors>(
        [&](auto n) HWY_ATTR { sum_elements<kChannels>(rows + n * kRowsInVector, i, before[n]); });
  }
  if (i == count) return;
  std::uint8_t ends[kSummedRows][2][kSummedElements] = {};
  SummedRow last[kSummedRows];
  for (std::size_t row = 0; row < kSummedRows; ++row) {
    std::memcpy(ends[row][0], rows[row].in.added + i, count - i);
    std::memcpy(ends[row][1], rows[row].in.removed + i, count - i);
    last[row] = {{ends[row][0], ends[row][1]}, rows[row].sums + i, {}};
  }
  for_each_constant<kVectors>(
      [&](auto n) HWY_ATTR { sum_elements<kChannels>(last + n * kRowsInVector, 0, before[n]); });
}

#else

template <std::size_t kChannels>
HWY_INLINE void sum_rows(const SummedRow (&rows)[kSummedRows], std::size_t count) {
  for (const SummedRow& row : rows) {
    std::int16_t before[kChannels] = {};
    for (std::size_t i = 0; i < count; ++i) {
      std::int16_t& sum = before[i % kChannels];
      sum = static_cast<std::int16_t>(sum + 2 * (row.in.added[i] - row.in.removed[i]));
      row.sums[i] = sum;
    }
  }
}

#endif

/// Continues the sums of a row by those of the mirrored pixels, radius_px to the right and one more to the
/// left. Both sides grow together, because each may be wider than the row and then mirrors the other.
template <std::size_t kChannels>
HWY_INLINE void continue_sums(const RowExtent& extent, std::int16_t* sums) {
  constexpr auto kStep = static_cast<std::ptrdiff_t>(kChannels);
  std::int16_t* left = sums - kStep;
  std::int16_t* right = sums + extent.row_elements() - kStep;
  std::int16_t all[kChannels];
  std::memcpy(all, right, sizeof all);
  std::memset(left, 0, sizeof all);
  const std::int16_t* from_left = sums;
  const std::int16_t* from_right = right;
  for (int i = 0; i < extent.radius_px; ++i) {
    left -= kStep;
    right += kStep;
    from_right -= kStep;
    for_each_constant<kChannels>([&](auto channel) HWY_ATTR {
      left[channel] = static_cast<std::int16_t>(-from_left[channel]);
      right[channel] = static_cast<std::int16_t>(2 * all[channel] - from_right[channel]);
    });
    from_left += kStep;
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_RUNNING_SUMS_INL_HPP
