#include "kernels/vignette.hpp"

#include <cstddef>
#include <cstdint>

#include "kernels/shape.hpp"
#include "kernels/vignette_math.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/vignette.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using ShareTag = hn::ScalableTag<std::uint16_t>;
using Shares = hn::Vec<ShareTag>;

/// As kept_at().
HWY_INLINE Shares kept_shares(const Vignette& vignette, Shares share) {
  const ShareTag d;
  const auto beyond = hn::ShiftLeftSame(hn::SaturatedSub(share, hn::Set(d, vignette.start)), vignette.shift);
  const auto t = hn::MulHigh(beyond, hn::Set(d, vignette.gain));
  const auto squared = hn::MulHigh(hn::Add(t, t), t);
  const auto lost = hn::MulHigh(hn::Add(squared, squared), hn::Set(d, vignette.strength));
  return hn::Sub(hn::Set(d, 65535), lost);
}

/// What is kept of each value of a row: once for each channel, and all of alpha. Writes up to a vector of
/// pixels more than the row has.
void fill_kept(const Vignette& vignette, const std::uint16_t* columns, std::uint16_t row_share, int width_px,
               int channels, std::uint16_t* kept) {
  const ShareTag d;
  const auto row = hn::Set(d, row_share);
  const auto width = static_cast<std::size_t>(width_px);
  for (std::size_t x = 0; x < width; x += hn::Lanes(d)) {
    const auto shares = kept_shares(vignette, hn::Add(hn::LoadU(d, columns + x), row));
    switch (channels) {
      case 1: hn::StoreU(shares, d, kept + x); break;
      case 3: hn::StoreInterleaved3(shares, shares, shares, d, kept + 3 * x); break;
      default: hn::StoreInterleaved4(shares, shares, shares, hn::Set(d, 65535), d, kept + 4 * x); break;
    }
  }
}

void keep(const std::uint16_t* kept, std::size_t bytes, const std::uint8_t* in, std::uint8_t* out) {
  const ShareTag d;
  const hn::Rebind<std::uint8_t, ShareTag> d8;
  const hn::RebindToSigned<ShareTag> d16;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= bytes; i += lanes) {
    const auto value = hn::ShiftLeft<8>(hn::PromoteTo(d, hn::LoadU(d8, in + i)));
    const auto high = hn::MulHigh(value, hn::LoadU(d, kept + i));
    const auto rounded = hn::ShiftRight<8>(hn::Add(high, hn::Set(d, 128)));
    hn::StoreU(hn::DemoteTo(d8, hn::BitCast(d16, rounded)), d8, out + i);
  }
  for (; i < bytes; ++i) out[i] = kept_value(in[i], kept[i]);
}

void darken(const ConstImageView& in, const Vignette& vignette, const OutputRows& out, std::uint16_t* columns,
            std::uint16_t* kept) {
  for (int x = 0; x < in.width_px; ++x) columns[x] = squared_share(x, in.width_px, in.height_px);
  const auto row_bytes = static_cast<std::size_t>(in.width_px) * static_cast<std::size_t>(in.channels);
  for (int y = out.first; y < out.end; ++y) {
    fill_kept(vignette, columns, squared_share(y, in.height_px, in.width_px), in.width_px, in.channels, kept);
    keep(kept, row_bytes, in.row(y), out.picture.row(y));
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {
namespace {

/// Pixels that the widest vector, of 256 bytes, may write behind a row; and the longest side accepted.
constexpr std::size_t kBehind = 128;
constexpr int kMaxSide = 32767;

std::size_t columns_bytes(int width_px) {
  return scratch_row_bytes<std::uint16_t>(static_cast<std::size_t>(width_px) + kBehind);
}

}  // namespace

HWY_EXPORT(darken);

std::size_t vignette_scratch_bytes(int width_px, int channels) noexcept {
  const std::size_t pixels = static_cast<std::size_t>(width_px) + kBehind;
  return columns_bytes(width_px) +
         scratch_row_bytes<std::uint16_t>(pixels * static_cast<std::size_t>(channels));
}

Status vignette(const ConstImageView& in, const Vignette& vignette, const OutputRows& out,
                Scratch scratch) noexcept {
  if (!same_shape(in, out.picture) || !out.are_within() || in.width_px > kMaxSide || in.height_px > kMaxSide)
    return Status::BadShape;
  if (scratch.size_bytes < vignette_scratch_bytes(in.width_px, in.channels)) return Status::BadParameter;
  auto* columns = reinterpret_cast<std::uint16_t*>(scratch.bytes);
  auto* kept = reinterpret_cast<std::uint16_t*>(scratch.bytes + columns_bytes(in.width_px));
  HWY_DYNAMIC_DISPATCH(darken)(in, vignette, out, columns, kept);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
