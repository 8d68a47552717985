#include "kernels/turn.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/turn.cpp"
#include <hwy/foreach_target.h>

#include "kernels/transpose-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// Where in the input a part of the output begins, and how far it is to the next pixel on each side.
struct Walk {
  const std::uint8_t* first;
  std::ptrdiff_t right_bytes;  ///< in the input, for one pixel to the right in the output
  std::ptrdiff_t down_bytes;

  const std::uint8_t* at(int x, int y) const { return first + x * right_bytes + y * down_bytes; }
};

Walk walk_of(const ConstImageView& in, const Turn& turn) {
  Walk walk{in.pixels, in.channels, in.pitch_bytes};
  if (turn.from_right) {
    walk.first += static_cast<std::ptrdiff_t>(in.width_px - 1) * in.channels;
    walk.right_bytes = -walk.right_bytes;
  }
  if (turn.from_bottom) {
    walk.first += (in.height_px - 1) * in.pitch_bytes;
    walk.down_bytes = -walk.down_bytes;
  }
  if (turn.swap_axes) std::swap(walk.right_bytes, walk.down_bytes);
  return walk;
}

/// Output pixels [left, right) of rows [top, bottom), one at a time.
template <int kChannels>
void turn_pixels(const Walk& walk, const ImageView& out, int left, int top, int right, int bottom) {
  for (int y = top; y < bottom; ++y) {
    const std::uint8_t* from = walk.at(left, y);
    std::uint8_t* to = out.row(y) + static_cast<std::ptrdiff_t>(left) * kChannels;
    for (int x = left; x < right; ++x, from += walk.right_bytes, to += kChannels) {
      std::memcpy(to, from, kChannels);
    }
  }
}

#if HWY_TARGET == HWY_SCALAR

template <int kChannels>
int reverse_vectors(const std::uint8_t*, int, std::uint8_t*) {
  return 0;
}

template <int kChannels>
constexpr int kSquare = 0;

template <int kChannels>
void turn_square(const Walk&, const ImageView&, int, int) {}

#else

using BlockTag = hn::FixedTag<std::uint8_t, 16>;
using Block = hn::Vec<BlockTag>;

/// Bytes of a block that are no whole pixel.
template <int kChannels>
constexpr int kSpare = 16 % kChannels;

/// Bytes of a block in the opposite order of pixels; of three channels the first byte is no part of them.
template <int kChannels>
HWY_INLINE Block reversal() {
  constexpr int kPixels = 16 / kChannels;
  alignas(16) std::uint8_t order[16] = {};
  for (int i = 0; i < kPixels * kChannels; ++i) {
    order[i] = static_cast<std::uint8_t>((kPixels - 1 - i / kChannels) * kChannels + i % kChannels +
                                         kSpare<kChannels>);
  }
  return hn::Load(BlockTag(), order);
}

/// Writes the pixels from `from` leftwards by blocks; returns how many. A block of three channels reads a
/// byte before its pixels and writes one after them, so that there must be another pixel.
template <int kChannels>
int reverse_vectors(const std::uint8_t* from, int width_px, std::uint8_t* to) {
  constexpr int kPixels = 16 / kChannels;
  const BlockTag d8;
  const Block order = reversal<kChannels>();
  int x = 0;
  for (; x + kPixels + kSpare<kChannels> <= width_px; x += kPixels, to += kPixels * kChannels) {
    const std::uint8_t* block = from - std::ptrdiff_t{x + kPixels - 1} * kChannels - kSpare<kChannels>;
    hn::StoreU(hn::TableLookupBytes(hn::LoadU(d8, block), order), d8, to);
  }
  return x;
}

/// Pixels on a side of what turn_square() turns.
template <int kChannels>
constexpr int kSquare = kChannels == 1 ? 16 : 4;

/// An input row runs down the output, or up it where it is read from its end.
HWY_INLINE void turn_gray(const Walk& walk, const ImageView& out, int left, int top) {
  const BlockTag d8;
  const hn::RepartitionToWide<BlockTag> d16;
  const bool forward = walk.down_bytes > 0;
  hn::Vec<decltype(d16)> halves[2][8];
  for (int i = 0; i < 8; ++i) {
    const auto row = [&](int x)
                         HWY_ATTR { return hn::LoadU(d8, walk.at(left + x, forward ? top : top + 15)); };
    const Block even = row(2 * i);
    const Block odd = row(2 * i + 1);
    halves[0][i] = hn::BitCast(d16, hn::InterleaveLower(d8, even, odd));
    halves[1][i] = hn::BitCast(d16, hn::InterleaveUpper(d8, even, odd));
  }
  for (int half = 0; half < 2; ++half) {
    transpose_squares(d16, halves[half]);
    for (int i = 0; i < 8; ++i) {
      const int y = 8 * half + i;
      hn::StoreU(hn::BitCast(d8, halves[half][i]), d8, out.row(top + (forward ? y : 15 - y)) + left);
    }
  }
}

/// Three channels to four with a byte between pixels, and back.
alignas(16) constexpr std::uint8_t kSpread[16] = {0, 1, 2, 0, 3, 4, 5, 0, 6, 7, 8, 0, 9, 10, 11, 0};
alignas(16) constexpr std::uint8_t kGather[16] = {0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0};

using EightTag = hn::FixedTag<std::uint8_t, 8>;
using FourTag = hn::FixedTag<std::uint8_t, 4>;

/// Four pixels, each in four bytes.
template <int kChannels>
HWY_INLINE Block load_four(const std::uint8_t* pixels) {
  const BlockTag d8;
  if constexpr (kChannels == 4) {
    return hn::LoadU(d8, pixels);
  } else {
    const auto last = hn::ZeroExtendVector(EightTag(), hn::LoadU(FourTag(), pixels + 8));
    const Block bytes = hn::Combine(d8, last, hn::LoadU(EightTag(), pixels));
    return hn::TableLookupBytes(bytes, hn::Load(d8, kSpread));
  }
}

template <int kChannels>
HWY_INLINE void store_four(Block pixels, std::uint8_t* to) {
  const BlockTag d8;
  if constexpr (kChannels == 4) {
    hn::StoreU(pixels, d8, to);
  } else {
    const Block bytes = hn::TableLookupBytes(pixels, hn::Load(d8, kGather));
    hn::StoreU(hn::LowerHalf(EightTag(), bytes), EightTag(), to);
    hn::StoreU(hn::LowerHalf(FourTag(), hn::UpperHalf(EightTag(), bytes)), FourTag(), to + 8);
  }
}

template <int kChannels>
HWY_INLINE void turn_colours(const Walk& walk, const ImageView& out, int left, int top) {
  const BlockTag d8;
  const hn::Repartition<std::uint32_t, BlockTag> d32;
  const hn::Repartition<std::uint64_t, BlockTag> d64;
  const bool forward = walk.down_bytes > 0;
  const auto row = [&](int x) HWY_ATTR {
    return hn::BitCast(d32, load_four<kChannels>(walk.at(left + x, forward ? top : top + 3)));
  };
  const auto first = row(0);
  const auto second = row(1);
  const auto third = row(2);
  const auto fourth = row(3);
  const auto upper_pairs = hn::BitCast(d64, hn::InterleaveLower(d32, first, second));
  const auto upper_rest = hn::BitCast(d64, hn::InterleaveUpper(d32, first, second));
  const auto lower_pairs = hn::BitCast(d64, hn::InterleaveLower(d32, third, fourth));
  const auto lower_rest = hn::BitCast(d64, hn::InterleaveUpper(d32, third, fourth));
  const auto store = [&](int y, hn::Vec<decltype(d64)> pixels) HWY_ATTR {
    std::uint8_t* to = out.row(top + (forward ? y : 3 - y)) + std::ptrdiff_t{left} * kChannels;
    store_four<kChannels>(hn::BitCast(d8, pixels), to);
  };
  store(0, hn::InterleaveLower(d64, upper_pairs, lower_pairs));
  store(1, hn::InterleaveUpper(d64, upper_pairs, lower_pairs));
  store(2, hn::InterleaveLower(d64, upper_rest, lower_rest));
  store(3, hn::InterleaveUpper(d64, upper_rest, lower_rest));
}

template <int kChannels>
void turn_square(const Walk& walk, const ImageView& out, int left, int top) {
  if constexpr (kChannels == 1) {
    turn_gray(walk, out, left, top);
  } else {
    turn_colours<kChannels>(walk, out, left, top);
  }
}

#endif

/// Squares in tiles, so that what is read across rows stays in the cache; what is left over singly.
template <int kChannels>
void swap_axes(const Walk& walk, const ImageView& out) {
  constexpr int kTile = 64;
  constexpr int kSide = kSquare<kChannels>;
  const int whole_width = kSide == 0 ? 0 : out.width_px / kSide * kSide;
  const int whole_height = kSide == 0 ? 0 : out.height_px / kSide * kSide;
  for (int top = 0; top < whole_height; top += kTile) {
    for (int left = 0; left < whole_width; left += kTile) {
      for (int y = top; y < std::min(top + kTile, whole_height); y += kSide) {
        for (int x = left; x < std::min(left + kTile, whole_width); x += kSide) {
          turn_square<kChannels>(walk, out, x, y);
        }
      }
    }
  }
  turn_pixels<kChannels>(walk, out, whole_width, 0, out.width_px, whole_height);
  turn_pixels<kChannels>(walk, out, 0, whole_height, out.width_px, out.height_px);
}

template <int kChannels>
void turn_all(const Walk& walk, bool swaps_axes, const ImageView& out) {
  if (swaps_axes) return swap_axes<kChannels>(walk, out);
  for (int y = 0; y < out.height_px; ++y) {
    if (walk.right_bytes > 0) {
      std::memcpy(out.row(y), walk.at(0, y), static_cast<std::size_t>(out.width_px) * kChannels);
      continue;
    }
    const int done_px = reverse_vectors<kChannels>(walk.at(0, y), out.width_px, out.row(y));
    turn_pixels<kChannels>(walk, out, done_px, y, out.width_px, y + 1);
  }
}

void turn_picture(const ConstImageView& in, const Turn& turn, const ImageView& out) {
  const Walk walk = walk_of(in, turn);
  if (in.channels == 1) turn_all<1>(walk, turn.swap_axes, out);
  if (in.channels == 3) turn_all<3>(walk, turn.swap_axes, out);
  if (in.channels == 4) turn_all<4>(walk, turn.swap_axes, out);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(turn_picture);

Status turn(const ConstImageView& in, Turn turn, const ImageView& out) noexcept {
  ConstImageView turned = in;
  if (turn.swap_axes) std::swap(turned.width_px, turned.height_px);
  if (!is_well_formed(in) || !is_well_formed(out) || !same_size(turned, out) || in.channels != out.channels) {
    return Status::BadShape;
  }
  HWY_DYNAMIC_DISPATCH(turn_picture)(in, turn, out);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
