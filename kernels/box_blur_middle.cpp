#include "kernels/box_blur_middle.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/box_blur_middle.cpp"
#include <hwy/foreach_target.h>

#include "kernels/byte_halves-inl.hpp"
#include "kernels/running_sums-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// The squares around one row, one for each element. A sum needs more than 16 bits; its mean and what the
/// division left over do not.
struct SquareRow {
  std::int16_t* means;
  std::int16_t* rests;  ///< Twice what was left over, and one: see MiddleDivision.
};

struct Squares {
  Wide means;
  Wide rests;
};

/// Adds to squares what their sums change by.
class MiddleMean {
 public:
  explicit MiddleMean(const MiddleDivision& division) : division_(division) {}

  /// `change` is twice the change of the sums.
  HWY_INLINE void move(Wide change, Squares& squares) const {
    const WideTag d16;
    const Wide rests = hn::Add(squares.rests, change);
    const Wide steps =
        hn::ShiftRightSame(hn::MulHigh(rests, hn::Set(d16, division_.factor)), division_.shift);
    squares.rests = hn::Sub(rests, hn::Mul(steps, hn::Set(d16, division_.divisor)));
    squares.means = hn::Add(squares.means, steps);
  }

 private:
  MiddleDivision division_;
};

/// Sums the squares around the row above `first` one by one. `columns` is a working row.
void start_squares(const ConstImageView& in, const RowExtent& extent, int first, std::uint16_t* columns,
                   const SquareRow& squares) {
  const int size = 2 * extent.radius_px + 1;
  const int count = size * size;
  const auto column = [&](int x, int channel) {
    return columns[border_index(x, extent.width_px, extent.border) * extent.channels + channel];
  };
  start_columns(in, extent, first, columns);
  for (int channel = 0; channel < extent.channels; ++channel) {
    int sum = count / 2;
    for (int x = -extent.radius_px - 1; x < extent.radius_px; ++x) sum += column(x, channel);
    for (int x = 0; x < extent.width_px; ++x) {
      sum += column(x + extent.radius_px, channel) - column(x - extent.radius_px - 1, channel);
      const int i = x * extent.channels + channel;
      squares.means[i] = static_cast<std::int16_t>(sum / count);
      squares.rests[i] = static_cast<std::int16_t>(2 * (sum % count) + 1);
    }
  }
}

/// How squares move down: the changes of their sums are the distances between sums that are `across` elements
/// apart. Rows of `out` that nobody wants are null.
struct Moves {
  const std::int16_t* sums[kSummedRows];
  std::size_t across;
  std::uint8_t* out[kSummedRows];
};

static_assert(kSummedRows == MiddleScratch::kSums);

/// Vectors that are moved together: while one division waits for the one above it, the others go on.
inline constexpr std::size_t kMoved = 4;
inline constexpr std::size_t kMostMoved = kMoved * hn::MaxLanes(WideTag());
static_assert(kMostMoved <= kBoxBlurSpareElements);

/// Rows that are written lie too far apart for the processor to see what comes next.
HWY_INLINE void fetch_ahead(const std::uint8_t* out) {
  constexpr std::size_t kAhead = 512;
  constexpr std::size_t kLineBytes = 64;
  for (std::size_t i = 0; i < kMoved * hn::Lanes(WideTag()); i += kLineBytes) hwy::Prefetch(out + kAhead + i);
}

/// Moves squares down to row kRow of the moves and to those below it.
template <std::size_t kRow>
HWY_INLINE void move_through(const MiddleMean& mean, const Moves& moves, std::size_t i,
                             Squares (&squares)[kMoved]) {
  if constexpr (kRow < kSummedRows) {
    const WideTag d16;
    const std::size_t lanes = hn::Lanes(d16);
    const std::int16_t* sums = moves.sums[kRow] + i;
    for_each_constant<kMoved>([&](auto n) HWY_ATTR {
      const Wide left = hn::LoadU(d16, sums + n * lanes);
      mean.move(hn::Sub(hn::LoadU(d16, sums + moves.across + n * lanes), left), squares[n]);
    });
    std::uint8_t* out = moves.out[kRow];
    if (out != nullptr) {
      fetch_ahead(out + i);
      for_each_constant<kMoved / 2>([&](auto n) HWY_ATTR {
        store_neighbours(squares[2 * n].means, squares[2 * n + 1].means, out + i + 2 * n * lanes);
      });
    }
    move_through<kRow + 1>(mean, moves, i, squares);
  }
}

HWY_INLINE void move_down(MiddleMean mean, const SquareRow& row, const Moves& moves, std::size_t i) {
  const WideTag d16;
  const std::size_t lanes = hn::Lanes(d16);
  Squares squares[kMoved];
  for_each_constant<kMoved>([&](auto n) HWY_ATTR {
    squares[n] = {hn::LoadU(d16, row.means + i + n * lanes), hn::LoadU(d16, row.rests + i + n * lanes)};
  });
  move_through<0>(mean, moves, i, squares);
  for_each_constant<kMoved>([&](auto n) HWY_ATTR {
    hn::StoreU(squares[n].means, d16, row.means + i + n * lanes);
    hn::StoreU(squares[n].rests, d16, row.rests + i + n * lanes);
  });
}

/// As above along the whole of the rows.
void move_rows(MiddleMean mean, SquareRow row, const Moves& moves, std::size_t count) {
  const std::size_t step = kMoved * hn::Lanes(WideTag());
  std::size_t i = 0;
  for (; i + step <= count; i += step) move_down(mean, row, moves, i);
  if (i == count) return;
  std::uint8_t ends[kSummedRows][kMostMoved];
  Moves last = moves;
  for (std::size_t y = 0; y < kSummedRows; ++y) {
    last.sums[y] += i;
    last.out[y] = ends[y];
  }
  move_down(mean, {row.means + i, row.rests + i}, last, 0);
  for (std::size_t y = 0; y < kSummedRows; ++y) {
    if (moves.out[y] != nullptr) std::memcpy(moves.out[y] + i, ends[y], count - i);
  }
}

template <std::size_t kChannels>
void blur_rows(const ConstImageView& in, int kernel_size_px, const OutputRows& rows,
               const MiddleScratch& scratch) {
  const RowExtent extent{in.width_px, in.channels, kernel_size_px / 2, Border::Reflect};
  const MiddleMean mean(make_middle_division(kernel_size_px));
  const SquareRow squares{scratch.squares(0), scratch.squares(1)};
  std::int16_t* sums[kSummedRows];
  for (std::size_t n = 0; n < kSummedRows; ++n) sums[n] = scratch.sums(n);
  start_squares(in, extent, rows.first, reinterpret_cast<std::uint16_t*>(sums[0]), squares);
  constexpr auto kStep = static_cast<int>(kSummedRows);
  for (int y = rows.first; y < rows.end; y += kStep) {
    SummedRow summed[kSummedRows];
    Moves moves{{}, extent.pixel_elements() * static_cast<std::size_t>(kernel_size_px), {}};
    for (int n = 0; n < kStep; ++n) {
      const int made = std::min(y + n, rows.end - 1);
      std::uint8_t* out = rows.picture.row(made);
      summed[n] = {sliding_row(in, extent, made), sums[n],
                   sliding_row(in, extent, std::min(made + kStep, rows.end - 1)).added};
      moves.sums[n] = sums[n] - extent.border_elements() - kChannels;
      moves.out[n] = y + n < rows.end ? out : nullptr;
    }
    sum_rows<kChannels>(summed, extent.row_elements());
    for (const SummedRow& row : summed) continue_sums<kChannels>(extent, row.sums);
    move_rows(mean, squares, moves, extent.row_elements());
    for (int made = y; made < std::min(y + kStep, rows.end); ++made) {
      copy_alpha(in.row(made), in.width_px, in.channels, rows.picture.row(made));
    }
  }
}

void blur_middle(const ConstImageView& in, int kernel_size_px, const OutputRows& out,
                 const MiddleScratch& scratch) {
  if (in.channels == 1) blur_rows<1>(in, kernel_size_px, out, scratch);
  if (in.channels == 3) blur_rows<3>(in, kernel_size_px, out, scratch);
  if (in.channels == 4) blur_rows<4>(in, kernel_size_px, out, scratch);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(blur_middle);

std::size_t box_blur_middle_scratch_bytes(int width_px, int channels, int kernel_size_px) {
  return MiddleScratch(nullptr, width_px, channels, kernel_size_px).size_bytes();
}

void box_blur_middle(const ConstImageView& in, int kernel_size_px, const OutputRows& out,
                     std::byte* scratch) {
  const MiddleScratch rows(scratch, in.width_px, in.channels, kernel_size_px);
  HWY_DYNAMIC_DISPATCH(blur_middle)(in, kernel_size_px, out, rows);
}

}  // namespace framewright::kernels
#endif
