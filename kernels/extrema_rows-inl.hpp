// Running minima and maxima over rows of bytes. Read once for each SIMD target.
#if defined(FRAMEWRIGHT_KERNELS_EXTREMA_ROWS_INL_HPP) == defined(HWY_TARGET_TOGGLE)
#ifdef FRAMEWRIGHT_KERNELS_EXTREMA_ROWS_INL_HPP
#undef FRAMEWRIGHT_KERNELS_EXTREMA_ROWS_INL_HPP
#else
#define FRAMEWRIGHT_KERNELS_EXTREMA_ROWS_INL_HPP
#endif

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

/// The darker of two values; kNeutral changes nothing.
struct Darker {
  static constexpr std::uint8_t kNeutral = 255;
  template <class V>
  HWY_INLINE V operator()(V a, V b) const {
    return hn::Min(a, b);
  }
};

struct Lighter {
  static constexpr std::uint8_t kNeutral = 0;
  template <class V>
  HWY_INLINE V operator()(V a, V b) const {
    return hn::Max(a, b);
  }
};

/// Extrema of one vector of values, and of four that stand side by side. Named members stay in registers,
/// which an array would not.
template <class Choose, class D>
class OneVector {
 public:
  HWY_INLINE OneVector() : v_(hn::Set(D(), Choose::kNeutral)) {}
  static std::size_t values() { return hn::Lanes(D()); }
  HWY_INLINE void take(const std::uint8_t* from) { v_ = Choose()(v_, hn::LoadU(D(), from)); }
  HWY_INLINE void store(std::uint8_t* to) const { hn::StoreU(v_, D(), to); }
  HWY_INLINE void join_into(std::uint8_t* to) const { hn::StoreU(Choose()(v_, hn::LoadU(D(), to)), D(), to); }

 private:
  hn::Vec<D> v_;
};

template <class Choose, class D>
class FourVectors {
 public:
  HWY_INLINE FourVectors() {}
  static std::size_t values() { return 4 * hn::Lanes(D()); }
  HWY_INLINE void take(const std::uint8_t* from) {
    a_.take(from);
    b_.take(from + hn::Lanes(D()));
    c_.take(from + 2 * hn::Lanes(D()));
    d_.take(from + 3 * hn::Lanes(D()));
  }
  HWY_INLINE void store(std::uint8_t* to) const {
    a_.store(to);
    b_.store(to + hn::Lanes(D()));
    c_.store(to + 2 * hn::Lanes(D()));
    d_.store(to + 3 * hn::Lanes(D()));
  }
  HWY_INLINE void join_into(std::uint8_t* to) const {
    a_.join_into(to);
    b_.join_into(to + hn::Lanes(D()));
    c_.join_into(to + 2 * hn::Lanes(D()));
    d_.join_into(to + 3 * hn::Lanes(D()));
  }

 private:
  OneVector<Choose, D> a_, b_, c_, d_;
};

/// Rows that a window slides over.
struct WindowRows {
  const std::uint8_t* const* rows;  ///< size + count - 1 of them
  int size;                         ///< rows in a window
  int count;                        ///< windows, at most `size`
};

/// Sets out[j] to the extrema of rows[j, j + size), from column i on. All windows contain row size - 1: each
/// is a tail of the rows up to it and a head of those after it, and both kinds grow by one row at a time, so
/// that a window costs three operations whatever its size.
template <class Vectors>
HWY_INLINE void slide_down(WindowRows window, std::size_t i, std::uint8_t* const* out) {
  Vectors tail;
  int j = window.size - 1;
  for (; j >= window.count; --j) tail.take(window.rows[j] + i);
  for (; j >= 0; --j) {
    tail.take(window.rows[j] + i);
    tail.store(out[j] + i);
  }
  Vectors head;
  for (j = 1; j < window.count; ++j) {
    head.take(window.rows[window.size - 1 + j] + i);
    head.join_into(out[j] + i);
  }
}

/// slide_down() of whole rows, which need no room past their end.
template <class Choose>
void slide_rows(const WindowRows& window, std::size_t row_bytes, std::uint8_t* const* out) {
  using One = OneVector<Choose, ByteTag>;
  using Four = FourVectors<Choose, ByteTag>;
  using OneByte = OneVector<Choose, hn::CappedTag<std::uint8_t, 1>>;
  std::size_t i = 0;
  for (; i + Four::values() <= row_bytes; i += Four::values()) slide_down<Four>(window, i, out);
  for (; i + One::values() <= row_bytes; i += One::values()) slide_down<One>(window, i, out);
  if (i < row_bytes && row_bytes >= One::values()) {
    return slide_down<One>(window, row_bytes - One::values(), out);
  }
  for (; i < row_bytes; ++i) slide_down<OneByte>(window, i, out);
}

/// Sets out[0, count) to extreme_at(i), a vector of bytes.
template <typename Function>
HWY_INLINE void store_extrema(std::size_t count, std::uint8_t* out, Function extreme_at) {
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(extreme_at(i), d8, out + i);
  if (i == count) return;
  alignas(HWY_MAX_BYTES) std::uint8_t last[HWY_MAX_BYTES];
  hn::Store(extreme_at(i), d8, last);
  std::memcpy(out + i, last, count - i);
}

/// Extrema of kTerms values in a row, at `offsets` from each.
template <class Choose, int kTerms>
void join_terms(const std::uint8_t* row, const std::size_t* offsets, std::size_t count, std::uint8_t* out) {
  const ByteTag d8;
  const Choose choose_of;
  store_extrema(count, out, [&](std::size_t i) HWY_ATTR {
    Bytes extreme = hn::LoadU(d8, row + i);
    for (int t = 1; t < kTerms; ++t) extreme = choose_of(extreme, hn::LoadU(d8, row + i + offsets[t]));
    return extreme;
  });
}

/// Sets out[0, count) to the extrema of `size` pixels from each on. Destroys `row`, which holds size - 1
/// pixels more, and room for a vector. Each pass makes windows four times as wide, until five of them cover
/// the whole.
template <class Choose>
void slide_along(std::uint8_t* row, int size, std::size_t pixel_bytes, std::size_t count, std::uint8_t* out) {
  const ByteTag d8;
  const Choose choose_of;
  const auto window = static_cast<std::size_t>(size);
  const std::size_t whole = count + (window - 1) * pixel_bytes;
  std::size_t wide = 1;
  for (; 5 * wide < window; wide *= 4) {
    const std::size_t step = wide * pixel_bytes;
    for (std::size_t i = 0; i + 3 * step < whole; i += hn::Lanes(d8)) {
      const auto at = [&](std::size_t term) HWY_ATTR { return hn::LoadU(d8, row + i + term * step); };
      hn::StoreU(choose_of(choose_of(at(0), at(1)), choose_of(at(2), at(3))), d8, row + i);
    }
  }
  const std::size_t terms = (window + wide - 1) / wide;
  std::size_t offsets[5] = {};
  for (std::size_t t = 1; t < terms; ++t) offsets[t] = std::min(t * wide, window - wide) * pixel_bytes;
  switch (terms) {
    case 2: return join_terms<Choose, 2>(row, offsets, count, out);
    case 3: return join_terms<Choose, 3>(row, offsets, count, out);
    case 4: return join_terms<Choose, 4>(row, offsets, count, out);
    default: return join_terms<Choose, 5>(row, offsets, count, out);
  }
}

/// The extrema of several rows from column i on.
template <class Vectors>
HWY_INLINE Vectors extrema_of(const std::uint8_t* const* rows, std::size_t row_count, std::size_t i) {
  Vectors extrema;
  for (std::size_t r = 0; r < row_count; ++r) extrema.take(rows[r] + i);
  return extrema;
}

/// Sets out[0, count) to the extrema of several rows, which have room for a vector past their end.
template <class Choose>
void join_rows(const std::uint8_t* const* rows, std::size_t row_count, std::size_t count, std::uint8_t* out) {
  using One = OneVector<Choose, ByteTag>;
  using Four = FourVectors<Choose, ByteTag>;
  std::size_t i = 0;
  for (; i + Four::values() <= count; i += Four::values())
    extrema_of<Four>(rows, row_count, i).store(out + i);
  for (; i + One::values() <= count; i += One::values()) extrema_of<One>(rows, row_count, i).store(out + i);
  if (i == count) return;
  alignas(HWY_MAX_BYTES) std::uint8_t last[HWY_MAX_BYTES];
  extrema_of<One>(rows, row_count, i).store(last);
  std::memcpy(out + i, last, count - i);
}

/// out[i] = a[i] - b[i], where that is not negative; `out` may be one of them. None needs room past its end.
HWY_INLINE void subtract_rows(const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                              std::uint8_t* out) {
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(hn::SaturatedSub(hn::LoadU(d8, a + i), hn::LoadU(d8, b + i)), d8, out + i);
  }
  for (; i < count; ++i) out[i] = static_cast<std::uint8_t>(a[i] - b[i]);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // FRAMEWRIGHT_KERNELS_EXTREMA_ROWS_INL_HPP
