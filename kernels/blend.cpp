#include "kernels/blend.hpp"

#include <algorithm>
#include <cstddef>

#include "kernels/blend_math.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/blend.cpp"
#include <hwy/foreach_target.h>

#include "kernels/colour_lanes-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

/// Mixes whole vectors and says how many bytes those are. The weight is that of the nearer half, so that it
/// fits into 16 signed bits: base + (other - base) * weight rounds as the mean does, whichever is the base.
std::size_t mix_vectors(const std::uint8_t* base, const std::uint8_t* other, int weight, std::size_t bytes,
                        std::uint8_t* out) {
  const ByteTag d8;
  const auto share = hn::Set(ShortTag(), static_cast<std::int16_t>(weight));
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= bytes; i += lanes) {
    const EvenOdd a = split(hn::LoadU(d8, base + i));
    const EvenOdd b = split(hn::LoadU(d8, other + i));
    const auto mix = [&](Shorts from, Shorts to)
                         HWY_ATTR { return hn::Add(from, hn::MulFixedPoint15(hn::Sub(to, from), share)); };
    hn::StoreU(join({mix(a.even, b.even), mix(a.odd, b.odd)}), d8, out + i);
  }
  return i;
}

#else

std::size_t mix_vectors(const std::uint8_t*, const std::uint8_t*, int, std::size_t, std::uint8_t*) {
  return 0;
}

#endif

void mix_bytes(const std::uint8_t* first, const std::uint8_t* second, int weight, std::size_t bytes,
               std::uint8_t* out) {
  constexpr int kOne = 1 << kMixBits;
  std::size_t i = weight <= kOne / 2 ? mix_vectors(first, second, weight, bytes, out)
                                     : mix_vectors(second, first, kOne - weight, bytes, out);
  for (; i < bytes; ++i) out[i] = mixed_values(first[i], second[i], weight);
}

/// Pixels that are widened at a time: the colours they become stay in the nearest cache.
inline constexpr std::size_t kPart = 1024;

/// Grays as colours, with the alpha of `like`. Writes up to a vector of pixels more.
void widen_grays(const std::uint8_t* grays, const std::uint8_t* like, int channels, std::size_t pixels,
                 std::uint8_t* out) {
  const ByteTag d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= pixels; i += lanes) {
    const Bytes gray = hn::LoadU(d8, grays + i);
    if (channels == 3) {
      hn::StoreInterleaved3(gray, gray, gray, d8, out + 3 * i);
    } else {
      ColourLanes colours = load_colours<4>(like + 4 * i);
      colours.red = colours.green = colours.blue = gray;
      store_colours<4>(colours, out + 4 * i);
    }
  }
  const auto step = static_cast<std::size_t>(channels);
  for (; i < pixels; ++i) {
    for (std::size_t c = 0; c < step; ++c) out[i * step + c] = c == 3 ? like[i * step + c] : grays[i];
  }
}

void mix_wide(const std::uint8_t* grays, const std::uint8_t* colours, int weight_of_grays, int channels,
              std::size_t pixels, std::uint8_t* out) {
  alignas(64) std::uint8_t wide[kPart * 4];
  const auto step = static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < pixels; i += kPart) {
    const std::size_t part = std::min(kPart, pixels - i);
    widen_grays(grays + i, colours + i * step, channels, part, wide);
    mix_bytes(colours + i * step, wide, weight_of_grays, part * step, out + i * step);
  }
}

void mix_rows(const ConstImageView& first, const ConstImageView& second, int weight, const ImageView& out) {
  const auto pixels = static_cast<std::size_t>(out.width_px);
  const int rest = (1 << kMixBits) - weight;
  for (int y = 0; y < out.height_px; ++y) {
    if (first.channels == second.channels) {
      mix_bytes(first.row(y), second.row(y), weight, pixels * static_cast<std::size_t>(out.channels),
                out.row(y));
    } else if (second.channels == 1) {
      mix_wide(second.row(y), first.row(y), weight, out.channels, pixels, out.row(y));
    } else {
      mix_wide(first.row(y), second.row(y), rest, out.channels, pixels, out.row(y));
    }
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(mix_rows);

Status blend(const ConstImageView& first, const ConstImageView& second, BlendWeight weight,
             const ImageView& out) noexcept {
  const auto status = check_blend(first, second, weight, out);
  if (status != Status::Ok) return status;
  HWY_DYNAMIC_DISPATCH(mix_rows)(first, second, weight.second, out);
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
