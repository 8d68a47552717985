#include "kernels/png_filters.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/png_filters.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The Paeth predictor without its distances: an estimate left + above - above_left beyond both neighbours is
// nearest to the one on its side; in between, above_left is the nearest unless a neighbour is within a third
// of the way, which `threshold` finds.
HWY_INLINE int paeth(int left, int above, int above_left) {
  const int threshold = 3 * above_left - left - above;
  const int lower = std::min(left, above);
  const int upper = std::max(left, above);
  if (threshold <= lower) return upper;
  return upper <= threshold ? lower : above_left;
}

HWY_INLINE int predict(PngFilter filter, int left, int above, int above_left) {
  switch (filter) {
    case PngFilter::None: return 0;
    case PngFilter::Sub: return left;
    case PngFilter::Up: return above;
    case PngFilter::Average: return (left + above) / 2;
    case PngFilter::Paeth: return paeth(left, above, above_left);
  }
  return 0;
}

/// What is predicted for byte i, from `pixels`, the row without a filter.
template <PngFilter kFilter>
HWY_INLINE int predict_at(const PngRow& row, const std::uint8_t* pixels, std::size_t i) {
  const bool is_first = i < row.pixel_bytes;
  const int left = is_first ? 0 : pixels[i - row.pixel_bytes];
  const int above = row.above == nullptr ? 0 : row.above[i];
  const int above_left = is_first || row.above == nullptr ? 0 : row.above[i - row.pixel_bytes];
  return predict(kFilter, left, above, above_left);
}

template <PngFilter kFilter>
HWY_INLINE void filter_scalar(const PngRow& row, std::size_t begin, std::size_t end, std::uint8_t* out) {
  for (std::size_t i = begin; i < end; ++i) {
    out[i] = static_cast<std::uint8_t>(row.bytes[i] - predict_at<kFilter>(row, row.bytes, i));
  }
}

template <PngFilter kFilter>
HWY_INLINE void unfilter_scalar(const PngRow& row, std::size_t begin, std::uint8_t* out) {
  for (std::size_t i = begin; i < row.size_bytes; ++i) {
    out[i] = static_cast<std::uint8_t>(row.bytes[i] + predict_at<kFilter>(row, out, i));
  }
}

#if HWY_TARGET != HWY_SCALAR

using ByteTag = hn::ScalableTag<std::uint8_t>;
using Bytes = hn::Vec<ByteTag>;

/// What the prediction of a byte is made of.
struct Neighbours {
  Bytes left;
  Bytes above;
  Bytes above_left;
};

HWY_INLINE Neighbours neighbours_at(const PngRow& row, std::size_t i) {
  const ByteTag d8;
  return {hn::LoadU(d8, row.bytes + i - row.pixel_bytes), hn::LoadU(d8, row.above + i),
          hn::LoadU(d8, row.above + i - row.pixel_bytes)};
}

template <class V>
HWY_INLINE V distance(V a, V b) {
  return hn::Sub(hn::Max(a, b), hn::Min(a, b));
}

template <class D, class V>
HWY_INLINE V floor_average(D d, V a, V b) {
  return hn::Sub(hn::AverageRound(a, b), hn::And(hn::Xor(a, b), hn::Set(d, 1)));
}

// Distances in bytes: that of above_left is the difference of the other two where it lies between them, and
// never the least elsewhere.
HWY_INLINE Bytes paeth(const Neighbours& n) {
  const ByteTag d8;
  const auto to_left = distance(n.above, n.above_left);
  const auto to_above = distance(n.left, n.above_left);
  const auto is_between = hn::Xor(hn::VecFromMask(d8, hn::Gt(n.left, n.above_left)),
                                  hn::VecFromMask(d8, hn::Gt(n.above, n.above_left)));
  const auto to_above_left = hn::Or(distance(to_left, to_above), hn::Not(is_between));
  const auto least = hn::Min(to_left, hn::Min(to_above, to_above_left));
  const auto above_or_above_left = hn::IfThenElse(hn::Eq(to_above, least), n.above, n.above_left);
  return hn::IfThenElse(hn::Eq(to_left, least), n.left, above_or_above_left);
}

template <PngFilter kFilter>
HWY_INLINE Bytes predict_bytes(const Neighbours& n) {
  const ByteTag d8;
  if constexpr (kFilter == PngFilter::Sub) return n.left;
  if constexpr (kFilter == PngFilter::Up) return n.above;
  if constexpr (kFilter == PngFilter::Average) return floor_average(d8, n.left, n.above);
  if constexpr (kFilter == PngFilter::Paeth) return paeth(n);
  return hn::Zero(d8);
}

template <PngFilter kFilter>
void filter_row(const PngRow& row, std::uint8_t* out) {
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = row.above == nullptr ? row.size_bytes : row.pixel_bytes;
  filter_scalar<kFilter>(row, 0, i, out);
  for (; i + lanes <= row.size_bytes; i += lanes) {
    const auto predicted = predict_bytes<kFilter>(neighbours_at(row, i));
    hn::StoreU(hn::Sub(hn::LoadU(d8, row.bytes + i), predicted), d8, out + i);
  }
  filter_scalar<kFilter>(row, i, row.size_bytes, out);
}

/// What is predicted for one pixel: each depends on the one to its left, so a vector holds no more. Lanes of
/// 16 bits hold bytes.
template <PngFilter kFilter, class D, class V>
HWY_INLINE V predict_pixel(D d, V left, V above, V above_left) {
  if constexpr (kFilter == PngFilter::Sub) return left;
  if constexpr (kFilter == PngFilter::Average) return floor_average(d, left, above);
  if constexpr (kFilter == PngFilter::Paeth) {
    // As paeth() of one byte. Signs are spread by shifts: masks of comparisons take longer to come back.
    const auto threshold =
        hn::Sub(hn::Sub(hn::Add(hn::Add(above_left, above_left), above_left), above), left);
    const auto lower = hn::Min(left, above);
    const auto upper = hn::Max(left, above);
    const auto is_below_upper = hn::ShiftRight<15>(hn::Sub(threshold, upper));
    const auto is_above_lower = hn::ShiftRight<15>(hn::Sub(lower, threshold));
    const auto inner = hn::Or(hn::And(is_below_upper, above_left), hn::AndNot(is_below_upper, lower));
    return hn::Or(hn::And(is_above_lower, inner), hn::AndNot(is_above_lower, upper));
  }
}

/// Bytes as the lanes of a prediction, and back.
template <class DPixel>
struct Narrow {
  const DPixel d{};
  HWY_INLINE auto load(const std::uint8_t* bytes) const { return hn::LoadU(d, bytes); }
  template <class V>
  HWY_INLINE void store(V pixel, std::uint8_t* bytes) const {
    hn::StoreU(pixel, d, bytes);
  }
};
template <class DPixel>
struct Wide {
  const DPixel d8{};
  const hn::Rebind<std::int16_t, DPixel> d{};
  HWY_INLINE auto load(const std::uint8_t* bytes) const { return hn::PromoteTo(d, hn::LoadU(d8, bytes)); }
  template <class V>
  HWY_INLINE void store(V pixel, std::uint8_t* bytes) const {
    hn::StoreU(hn::DemoteTo(d8, pixel), d8, bytes);
  }
};

/// Sums modulo 256 whatever the lanes are.
template <class D, class V>
HWY_INLINE V add_bytes(D d, V a, V b) {
  const hn::Repartition<std::uint8_t, D> d8;
  return hn::BitCast(d, hn::Add(hn::BitCast(d8, a), hn::BitCast(d8, b)));
}

/// A pixel of 3 or 6 bytes is stored as 4 or 8: the excess is the next pixel's first bytes, which in place
/// are read before.
template <PngFilter kFilter, std::size_t kPixelBytes>
void unfilter_pixels(const PngRow& row, std::uint8_t* out) {
  constexpr std::size_t kLanes = kPixelBytes <= 4 ? 4 : 8;
  using DPixel = hn::CappedTag<std::uint8_t, kLanes>;
  const std::conditional_t<kFilter == PngFilter::Paeth, Wide<DPixel>, Narrow<DPixel>> lanes;
  if (row.size_bytes < kLanes) return unfilter_scalar<kFilter>(row, 0, out);

  auto left = hn::Zero(lanes.d);
  auto above = left;
  auto above_left = left;
  auto next = lanes.load(row.bytes);
  const auto decode = [&](std::size_t i) HWY_ATTR {
    if (kFilter != PngFilter::Sub) above = lanes.load(row.above + i);
    left = add_bytes(lanes.d, next, predict_pixel<kFilter>(lanes.d, left, above, above_left));
    above_left = above;
  };
  std::size_t i = 0;
  for (; i + kPixelBytes + kLanes <= row.size_bytes; i += kPixelBytes) {
    decode(i);
    next = lanes.load(row.bytes + i + kPixelBytes);
    lanes.store(left, out + i);
  }
  decode(i);
  std::uint8_t last[kLanes];
  lanes.store(left, last);
  std::memcpy(out + i, last, kPixelBytes);
  unfilter_scalar<kFilter>(row, i + kPixelBytes, out);
}

template <PngFilter kFilter>
void unfilter_row(const PngRow& row, std::uint8_t* out) {
  switch (row.pixel_bytes) {
    case 3: return unfilter_pixels<kFilter, 3>(row, out);
    case 4: return unfilter_pixels<kFilter, 4>(row, out);
    case 6: return unfilter_pixels<kFilter, 6>(row, out);
    case 8: return unfilter_pixels<kFilter, 8>(row, out);
    default: return unfilter_scalar<kFilter>(row, 0, out);
  }
}

void unfilter_up(const PngRow& row, std::uint8_t* out) {
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= row.size_bytes; i += lanes) {
    hn::StoreU(hn::Add(hn::LoadU(d8, row.bytes + i), hn::LoadU(d8, row.above + i)), d8, out + i);
  }
  unfilter_scalar<PngFilter::Up>(row, i, out);
}

using Sums = hn::Vec<hn::Repartition<std::uint64_t, ByteTag>>;

template <PngFilter kFilter>
HWY_INLINE Sums weigh(Bytes bytes, const Neighbours& n) {
  const auto difference = hn::Sub(bytes, predict_bytes<kFilter>(n));
  return hn::SumsOf8(hn::Min(difference, hn::Sub(hn::Zero(ByteTag()), difference)));
}

HWY_INLINE std::uint64_t total(Sums sums) {
  const hn::Repartition<std::uint64_t, ByteTag> d64;
  return hn::GetLane(hn::SumOfLanes(d64, sums));
}

/// Adds the weights of whole vectors from the second pixel on. Returns where it stopped.
std::size_t add_vector_weights(const PngRow& row, std::uint64_t* weights) {
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  Sums none = hn::Zero(hn::Repartition<std::uint64_t, ByteTag>());
  Sums sub = none, up = none, average = none, paeth = none;
  std::size_t i = row.pixel_bytes;
  for (; i + lanes <= row.size_bytes; i += lanes) {
    const auto bytes = hn::LoadU(d8, row.bytes + i);
    const auto neighbours = neighbours_at(row, i);
    none = hn::Add(none, weigh<PngFilter::None>(bytes, neighbours));
    sub = hn::Add(sub, weigh<PngFilter::Sub>(bytes, neighbours));
    up = hn::Add(up, weigh<PngFilter::Up>(bytes, neighbours));
    average = hn::Add(average, weigh<PngFilter::Average>(bytes, neighbours));
    paeth = hn::Add(paeth, weigh<PngFilter::Paeth>(bytes, neighbours));
  }
  weights[0] += total(none);
  weights[1] += total(sub);
  weights[2] += total(up);
  weights[3] += total(average);
  weights[4] += total(paeth);
  return i;
}

#else

template <PngFilter kFilter>
void filter_row(const PngRow& row, std::uint8_t* out) {
  filter_scalar<kFilter>(row, 0, row.size_bytes, out);
}

template <PngFilter kFilter>
void unfilter_row(const PngRow& row, std::uint8_t* out) {
  unfilter_scalar<kFilter>(row, 0, out);
}

void unfilter_up(const PngRow& row, std::uint8_t* out) { unfilter_scalar<PngFilter::Up>(row, 0, out); }

std::size_t add_vector_weights(const PngRow& row, std::uint64_t*) { return row.pixel_bytes; }

#endif

template <PngFilter kFilter>
std::uint64_t scalar_weight(const PngRow& row, std::size_t begin, std::size_t end) {
  std::uint64_t sum = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const auto difference = static_cast<std::uint8_t>(row.bytes[i] - predict_at<kFilter>(row, row.bytes, i));
    sum += std::min<unsigned>(difference, 256u - difference);
  }
  return sum;
}

void add_scalar_weights(const PngRow& row, std::size_t begin, std::size_t end, std::uint64_t* weights) {
  weights[0] += scalar_weight<PngFilter::None>(row, begin, end);
  weights[1] += scalar_weight<PngFilter::Sub>(row, begin, end);
  weights[2] += scalar_weight<PngFilter::Up>(row, begin, end);
  weights[3] += scalar_weight<PngFilter::Average>(row, begin, end);
  weights[4] += scalar_weight<PngFilter::Paeth>(row, begin, end);
}

PngFilter lightest_filter(const PngRow& row) {
  std::uint64_t weights[5] = {};
  const std::size_t done = row.above == nullptr ? row.pixel_bytes : add_vector_weights(row, weights);
  add_scalar_weights(row, 0, row.pixel_bytes, weights);
  add_scalar_weights(row, done, row.size_bytes, weights);
  return static_cast<PngFilter>(std::min_element(weights, weights + 5) - weights);
}

void copy_row(const PngRow& row, std::uint8_t* out) { std::memmove(out, row.bytes, row.size_bytes); }

void filter_any(PngFilter filter, const PngRow& row, std::uint8_t* out) {
  switch (filter) {
    case PngFilter::None: return copy_row(row, out);
    case PngFilter::Sub: return filter_row<PngFilter::Sub>(row, out);
    case PngFilter::Up: return filter_row<PngFilter::Up>(row, out);
    case PngFilter::Average: return filter_row<PngFilter::Average>(row, out);
    case PngFilter::Paeth: return filter_row<PngFilter::Paeth>(row, out);
  }
}

/// Below zeros, Up predicts nothing and Paeth the left.
void unfilter_first(PngFilter filter, const PngRow& row, std::uint8_t* out) {
  switch (filter) {
    case PngFilter::None:
    case PngFilter::Up: return copy_row(row, out);
    case PngFilter::Sub:
    case PngFilter::Paeth: return unfilter_row<PngFilter::Sub>(row, out);
    case PngFilter::Average: return unfilter_scalar<PngFilter::Average>(row, 0, out);
  }
}

void unfilter_any(PngFilter filter, const PngRow& row, std::uint8_t* out) {
  if (row.above == nullptr) return unfilter_first(filter, row, out);
  switch (filter) {
    case PngFilter::None: return copy_row(row, out);
    case PngFilter::Sub: return unfilter_row<PngFilter::Sub>(row, out);
    case PngFilter::Up: return unfilter_up(row, out);
    case PngFilter::Average: return unfilter_row<PngFilter::Average>(row, out);
    case PngFilter::Paeth: return unfilter_row<PngFilter::Paeth>(row, out);
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {
namespace {

HWY_EXPORT(filter_any);
HWY_EXPORT(unfilter_any);
HWY_EXPORT(lightest_filter);

Status check(PngFilter filter, const PngRow& row, const std::uint8_t* out) {
  if (!is_well_formed(row) || out == nullptr) return Status::BadShape;
  return filter <= PngFilter::Paeth ? Status::Ok : Status::BadParameter;
}

}  // namespace

Status png_filter(PngFilter filter, const PngRow& row, std::uint8_t* out) noexcept {
  const Status status = check(filter, row, out);
  if (status == Status::Ok) HWY_DYNAMIC_DISPATCH(filter_any)(filter, row, out);
  return status;
}

Status png_unfilter(PngFilter filter, const PngRow& row, std::uint8_t* out) noexcept {
  const Status status = check(filter, row, out);
  if (status == Status::Ok) HWY_DYNAMIC_DISPATCH(unfilter_any)(filter, row, out);
  return status;
}

PngFilter lightest_png_filter(const PngRow& row) noexcept {
  if (!is_well_formed(row)) return PngFilter::None;
  return HWY_DYNAMIC_DISPATCH(lightest_filter)(row);
}

}  // namespace framewright::kernels
#endif
