#include "kernels/canny.hpp"

#include <algorithm>

#include "kernels/canny_layout.hpp"
#include "kernels/edge_math.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/canny.cpp"
#include <hwy/foreach_target.h>

#include "kernels/gradient_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

// Strengths as the two norms keep them: 16 bits each, or squares in 32 bits. Either way a comparison gives
// ones or zeros in 16 bits.

HWY_INLINE Wide exceeds(const std::int16_t* a, const std::int16_t* b) {
  const WideTag d16;
  return hn::VecFromMask(d16, hn::Gt(hn::LoadU(d16, a), hn::LoadU(d16, b)));
}

HWY_INLINE Wide exceeds(const std::int16_t* a, std::int16_t limit) {
  const WideTag d16;
  return hn::VecFromMask(d16, hn::Gt(hn::LoadU(d16, a), hn::Set(d16, limit)));
}

using SquareTag = hn::ScalableTag<std::int32_t>;

#if HWY_TARGET != HWY_SCALAR

/// gt(offset) compares a vector of squares.
template <typename Compare>
HWY_INLINE Wide join_halves(Compare gt) {
  const SquareTag d32;
  const hn::Half<WideTag> half;
  const auto narrow = [&](std::size_t offset)
                          HWY_ATTR { return hn::DemoteTo(half, hn::VecFromMask(d32, gt(offset))); };
  return hn::Combine(WideTag(), narrow(hn::Lanes(d32)), narrow(0));
}

HWY_INLINE Wide exceeds(const std::int32_t* a, const std::int32_t* b) {
  const SquareTag d32;
  return join_halves([&](std::size_t offset)
                         HWY_ATTR { return hn::Gt(hn::LoadU(d32, a + offset), hn::LoadU(d32, b + offset)); });
}

HWY_INLINE Wide exceeds(const std::int32_t* a, std::int32_t limit) {
  const SquareTag d32;
  return join_halves([&](std::size_t offset)
                         HWY_ATTR { return hn::Gt(hn::LoadU(d32, a + offset), hn::Set(d32, limit)); });
}

#else

HWY_INLINE Wide exceeds(const std::int32_t* a, std::int32_t limit) {
  return hn::Set(WideTag(), static_cast<std::int16_t>(*a > limit ? -1 : 0));
}
HWY_INLINE Wide exceeds(const std::int32_t* a, const std::int32_t* b) { return exceeds(a, *b); }

#endif

HWY_INLINE void store_strengths(const CannyRow& row, std::size_t count, std::int16_t* strength) {
  const WideTag d16;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d16)) {
    const Wide sum = hn::Add(hn::Abs(hn::Load(d16, row.x + i)), hn::Abs(hn::Load(d16, row.y + i)));
    hn::Store(sum, d16, strength + i);
  }
}

HWY_INLINE void store_strengths(const CannyRow& row, std::size_t count, std::int32_t* strength) {
  const SquareTag d32;
  const hn::Rebind<std::int16_t, SquareTag> d16;
  const auto square = [&](const std::int16_t* at) HWY_ATTR {
    const auto value = hn::PromoteTo(d32, hn::LoadU(d16, at));
    return hn::Mul(value, value);
  };
  for (std::size_t i = 0; i < count; i += hn::Lanes(d32)) {
    hn::Store(hn::Add(square(row.x + i), square(row.y + i)), d32, strength + i);
  }
}

/// Which of the four directions a gradient has, as canny_direction() of edge_math.hpp, in ones or zeros.
struct Directions {
  Wide horizontal;
  Wide vertical;
  Wide falling;  ///< from above left to below right
  Wide rising;
};

HWY_INLINE Directions directions_of(Wide x, Wide y) {
  const WideTag d16;
  const Wide size_x = hn::Abs(x);
  const Wide size_y = hn::Abs(y);
  const Wide flat = hn::MulHigh(size_x, hn::Set(d16, 2 * kTangent22));
  const Wide steep = hn::Add(flat, hn::Add(size_x, size_x));
  const Wide not_horizontal = hn::VecFromMask(d16, hn::Gt(size_y, flat));
  const Wide vertical = hn::VecFromMask(d16, hn::Gt(size_y, steep));
  const Wide diagonal = hn::AndNot(vertical, not_horizontal);
  const Wide differ = hn::BroadcastSignBit(hn::Xor(x, y));
  return {hn::Not(not_horizontal), vertical, hn::AndNot(differ, diagonal), hn::And(differ, diagonal)};
}

/// The strengths of a row and its neighbours.
template <typename T>
struct ThreeStrengths {
  const T* above;
  const T* middle;
  const T* below;
};

/// Ones where a gradient is larger than its neighbours in its direction. Of two equal ones side by side, it
/// is the left or upper.
template <typename T>
HWY_INLINE Wide is_ridge(const ThreeStrengths<T>& strengths, const Directions& directions, std::size_t i) {
  const T* middle = strengths.middle + i;
  const T* above = strengths.above + i;
  const T* below = strengths.below + i;
  const Wide horizontal = hn::AndNot(exceeds(middle + 1, middle), exceeds(middle, middle - 1));
  const Wide vertical = hn::AndNot(exceeds(below, middle), exceeds(middle, above));
  const Wide falling = hn::And(exceeds(middle, above - 1), exceeds(middle, below + 1));
  const Wide rising = hn::And(exceeds(middle, above + 1), exceeds(middle, below - 1));
  return hn::Or(hn::Or(hn::And(directions.horizontal, horizontal), hn::And(directions.vertical, vertical)),
                hn::Or(hn::And(directions.falling, falling), hn::And(directions.rising, rising)));
}

/// Writes the map of one row, and nothing behind its last pixel.
template <typename T>
void thin_row(const CannyRow& row, const ThreeStrengths<T>& strengths, T low, T high, std::size_t count,
              std::uint8_t* map) {
  const WideTag d16;
  const hn::Rebind<std::uint8_t, WideTag> d8;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d16)) {
    const Wide is_weak = exceeds(strengths.middle + i, low);
    if (hn::AllFalse(d16, hn::MaskFromVec(is_weak))) {
      hn::StoreU(hn::Zero(d8), d8, map + i);
      continue;
    }
    const Wide ridge =
        is_ridge(strengths, directions_of(hn::Load(d16, row.x + i), hn::Load(d16, row.y + i)), i);
    const Wide levels = hn::Neg(hn::Add(is_weak, exceeds(strengths.middle + i, high)));
    hn::StoreU(hn::DemoteTo(d8, hn::And(ridge, levels)), d8, map + i);
  }
  std::memset(map + count, kNoEdge, kScratchAlignment);
}

/// Everything up to the map of strong and weak pixels.
template <typename T>
void map_edges(const ConstImageView& in, T low, T high, const CannyLayout& layout, std::byte* scratch) {
  const WideTag d16;
  const auto count = static_cast<std::size_t>(in.width_px);
  GradientOfRow<1, 2> gradient(in, scratch);
  const auto row = [&](int y) { return layout.row(scratch, static_cast<std::size_t>(y + 3) % 3); };
  const auto strengths = [&](int y) { return reinterpret_cast<T*>(row(y).strength); };
  std::fill_n(strengths(-1) - 1, count + 2, T{0});
  for (int below = 0; below <= in.height_px; ++below) {
    if (below < in.height_px) {
      const CannyRow to = row(below);
      gradient.move_to(below);
      for (std::size_t i = 0; i < count; i += hn::Lanes(d16)) {
        const Gradient g = gradient.at(i);
        hn::Store(g.x, d16, to.x + i);
        hn::Store(g.y, d16, to.y + i);
      }
      store_strengths(to, count, strengths(below));
      strengths(below)[-1] = strengths(below)[count] = 0;
    } else {
      std::fill_n(strengths(below) - 1, count + 2, T{0});
    }
    const int y = below - 1;
    if (y < 0) continue;
    thin_row<T>(row(y), {strengths(y - 1), strengths(y), strengths(below)}, low, high, count,
                layout.map_row(scratch, y));
  }
}

/// Weak pixels joined to strong ones become strong.
class Growth {
 public:
  Growth(const CannyLayout& layout, int height_px, std::size_t count, std::byte* scratch)
      : layout_(layout),
        pitch_(static_cast<std::ptrdiff_t>(layout.map_pitch_bytes())),
        height_px_(height_px),
        count_(count),
        scratch_(scratch),
        waiting_(layout.waiting(scratch)) {}

  void run() {
    do {
      has_missed_ = false;
      for (int y = 0; y < height_px_; ++y) grow_from(layout_.map_row(scratch_, y));
    } while (has_missed_);
  }

 private:
  /// Ones where a pixel is weak and has a strong neighbour.
  HWY_INLINE hn::Mask<ByteTag> is_shore(const std::uint8_t* map, hn::Mask<ByteTag> is_weak) const {
    const ByteTag d8;
    const auto sides = [&](const std::uint8_t* at)
                           HWY_ATTR { return hn::Max(hn::LoadU(d8, at - 1), hn::LoadU(d8, at + 1)); };
    const Bytes columns = hn::Max(hn::LoadU(d8, map - pitch_), hn::LoadU(d8, map + pitch_));
    const Bytes corners = hn::Max(sides(map - pitch_), sides(map + pitch_));
    const Bytes strongest = hn::Max(hn::Max(columns, corners), sides(map));
    return hn::And(is_weak, hn::Eq(strongest, hn::Set(d8, kStrongEdge)));
  }

  void grow_from(std::uint8_t* row) {
    const ByteTag d8;
    for (std::size_t i = 0; i < count_; i += hn::Lanes(d8)) {
      const auto is_weak = hn::Eq(hn::LoadU(d8, row + i), hn::Set(d8, kWeakEdge));
      if (hn::AllFalse(d8, is_weak)) continue;
      const auto shore = is_shore(row + i, is_weak);
      if (hn::AllFalse(d8, shore)) continue;
      alignas(8) std::uint8_t bits[8 + HWY_MAX_BYTES / 8] = {};
      hn::StoreMaskBits(d8, shore, bits);
      for (std::size_t lane = 0; lane < hn::Lanes(d8); ++lane) {
        if ((bits[lane / 8] >> (lane % 8) & 1) != 0) flood(row + i + lane);
      }
    }
  }

  /// Makes one weak pixel strong, and all that hangs together with it.
  void flood(std::uint8_t* first) {
    std::size_t waiting = 0;
    const auto visit = [&](std::uint8_t* pixel) {
      if (*pixel != kWeakEdge) return;
      *pixel = kStrongEdge;
      if (waiting < kCannyWaiting) {
        waiting_[waiting++] = pixel;
      } else {
        has_missed_ = true;
      }
    };
    visit(first);
    while (waiting > 0) {
      std::uint8_t* pixel = waiting_[--waiting];
      for (const std::ptrdiff_t row : {-pitch_, std::ptrdiff_t{0}, pitch_}) {
        for (const std::ptrdiff_t column : {-1, 0, 1}) visit(pixel + row + column);
      }
    }
  }

  // Given.
  const CannyLayout layout_;
  const std::ptrdiff_t pitch_;
  const int height_px_;
  const std::size_t count_;
  std::byte* const scratch_;
  std::uint8_t** const waiting_;
  // Measured.
  bool has_missed_ = false;
};

void store_map(const std::uint8_t* map, std::size_t count, std::uint8_t* out) {
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto is_strong = hn::Eq(hn::LoadU(d8, map + i), hn::Set(d8, kStrongEdge));
    hn::StoreU(hn::VecFromMask(d8, is_strong), d8, out + i);
  }
  for (; i < count; ++i) out[i] = map[i] == kStrongEdge ? 255 : 0;
}

void find_thin_edges(const ConstImageView& in, const CannyThresholds& thresholds, const ImageView& out,
                     std::byte* scratch) {
  const CannyLayout layout(in.width_px, in.height_px);
  const auto count = static_cast<std::size_t>(in.width_px);
  for (int y = -1; y <= in.height_px; ++y) {
    const bool is_border = y < 0 || y == in.height_px;
    std::uint8_t* start = layout.map_row(scratch, y) - kScratchAlignment;
    std::memset(start, kNoEdge, is_border ? layout.map_pitch_bytes() : kScratchAlignment);
  }
  if (thresholds.norm == GradientNorm::L1) {
    map_edges(in, static_cast<std::int16_t>(thresholds.low), static_cast<std::int16_t>(thresholds.high),
              layout, scratch);
  } else {
    map_edges(in, std::int32_t{thresholds.low * thresholds.low},
              std::int32_t{thresholds.high * thresholds.high}, layout, scratch);
  }
  Growth(layout, in.height_px, count, scratch).run();
  for (int y = 0; y < in.height_px; ++y) store_map(layout.map_row(scratch, y), count, out.row(y));
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {
HWY_EXPORT(find_thin_edges);

std::size_t canny_scratch_bytes(int width_px, int height_px) noexcept {
  return CannyLayout(width_px, height_px).scratch_bytes();
}

Status canny(const ConstImageView& in, const CannyThresholds& thresholds, const ImageView& out,
             Scratch scratch) noexcept {
  if (!same_shape(in, out) || in.channels != 1) return Status::BadShape;
  if (!are_canny_thresholds(thresholds) ||
      scratch.size_bytes < canny_scratch_bytes(in.width_px, in.height_px)) {
    return Status::BadParameter;
  }
  HWY_DYNAMIC_DISPATCH(find_thin_edges)(in, thresholds, out, scratch.bytes);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
