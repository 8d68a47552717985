#include "kernels/lab_rows.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/lab_rows.cpp"
#include <hwy/foreach_target.h>

#include "kernels/wide_rows-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

/// A quarter of the lanes that bytes have.
using NumberTag = hn::Repartition<std::int32_t, ByteTag>;
using Numbers = hn::Vec<NumberTag>;

/// Where in the table the colours of as many pixels are found.
using Places = std::uint16_t[3][HWY_MAX_BYTES];

/// As cubed_root().
HWY_INLINE Numbers cubed_roots(Numbers root) {
  const NumberTag d;
  const auto half = hn::Set(d, 1 << (kRootBits - 1));
  const auto square = hn::ShiftRight<kRootBits>(hn::Add(hn::Mul(root, root), half));
  constexpr int kShift = 2 * kRootBits - kShareBits;
  const auto cube = hn::ShiftRight<kShift>(hn::Add(hn::Mul(square, root), hn::Set(d, 1 << (kShift - 1))));
  const auto line = hn::Sub(hn::Mul(root, hn::Set(d, kLineSlope)), hn::Sub(hn::Set(d, kLineStart), half));
  return hn::IfThenElse(hn::Gt(root, hn::Set(d, kLineEnd)), cube, hn::ShiftRight<kRootBits>(line));
}

/// One linear colour, limited to the table.
HWY_INLINE Numbers place_of(const int (&weights)[3], Numbers x, Numbers y, Numbers z) {
  const NumberTag d;
  constexpr int kShift = kShareBits + kWeightBits - kXyzIndexBits;
  auto sum = hn::Add(hn::Mul(x, hn::Set(d, weights[0])), hn::Mul(y, hn::Set(d, weights[1])));
  sum = hn::Add(sum, hn::Mul(z, hn::Set(d, weights[2])));
  const auto linear = hn::ShiftRight<kShift>(hn::Add(sum, hn::Set(d, 1 << (kShift - 1))));
  return hn::Min(hn::Max(linear, hn::Zero(d)), hn::Set(d, 1 << kXyzIndexBits));
}

/// As lab_to_rgb_pixel() up to the table, for a quarter of a vector of pixels.
HWY_INLINE void find_places(Numbers lightness, Numbers a, Numbers b, std::size_t at, Places& places) {
  const NumberTag d;
  const hn::Rebind<std::uint16_t, NumberTag> d16;
  const auto constant = hn::Set(d, kDarkRoot + (1 << (kRootBelow - 1)));
  const auto middle = hn::Add(hn::Mul(lightness, hn::Set(d, kLightnessStep)), constant);
  const auto along_a = hn::Mul(hn::Sub(a, hn::Set(d, 128)), hn::Set(d, kAStep));
  const auto along_b = hn::Mul(hn::Sub(b, hn::Set(d, 128)), hn::Set(d, kBStep));
  const auto x = cubed_roots(hn::ShiftRight<kRootBelow>(hn::Add(middle, along_a)));
  const auto y = cubed_roots(hn::ShiftRight<kRootBelow>(middle));
  const auto z = cubed_roots(hn::ShiftRight<kRootBelow>(hn::Sub(middle, along_b)));
  constexpr FromXyz kFromXyz;
  for_each_constant<3>([&](auto i) HWY_ATTR {
    hn::StoreU(hn::DemoteTo(d16, place_of(kFromXyz.weights[i], x, y, z)), d16, places[i] + at);
  });
}

/// Converts whole vectors of pixels and says how many pixels those are.
template <int kChannels>
HWY_INLINE std::size_t convert_vectors(const FromLabTables& tables, const std::uint8_t* from,
                                       std::size_t pixels, std::uint8_t* to) {
  const NumberTag d;
  const ByteTag d8;
  const hn::Rebind<std::uint8_t, NumberTag> quarter;
  const std::size_t lanes = hn::Lanes(d8);
  alignas(64) std::uint8_t lab[3][HWY_MAX_BYTES];
  alignas(64) Places places;
  std::size_t i = 0;
  for (; i + lanes <= pixels; i += lanes) {
    const ColourLanes colours = load_colours<kChannels>(from + i * kChannels);
    hn::Store(colours.red, d8, lab[0]);
    hn::Store(colours.green, d8, lab[1]);
    hn::Store(colours.blue, d8, lab[2]);
    const auto load = [&](std::size_t channel, std::size_t at)
                          HWY_ATTR { return hn::PromoteTo(d, hn::Load(quarter, lab[channel] + at)); };
    for (std::size_t at = 0; at < lanes; at += hn::Lanes(d)) {
      find_places(load(0, at), load(1, at), load(2, at), at, places);
    }
    for (std::size_t pixel = 0; pixel < lanes; ++pixel) {
      std::uint8_t* rgb = to + (i + pixel) * kChannels;
      for_each_constant<3>([&](auto c) HWY_ATTR { rgb[c] = tables.encoded[places[c][pixel]]; });
      if (kChannels == 4) rgb[3] = from[(i + pixel) * kChannels + 3];
    }
  }
  return i;
}

#else

template <int kChannels>
HWY_INLINE std::size_t convert_vectors(const FromLabTables&, const std::uint8_t*, std::size_t,
                                       std::uint8_t*) {
  return 0;
}

#endif

void convert_lab(const FromLabTables& tables, int channels, const std::uint8_t* from, std::size_t pixels,
                 std::uint8_t* to) {
  const auto step = static_cast<std::size_t>(channels);
  std::size_t i = channels == 3 ? convert_vectors<3>(tables, from, pixels, to)
                                : convert_vectors<4>(tables, from, pixels, to);
  for (; i < pixels; ++i) {
    const std::uint8_t* lab = from + i * step;
    std::uint8_t rgb[3];
    lab_to_rgb_pixel(tables, lab[0], lab[1], lab[2], rgb);
    if (channels == 4) to[i * step + 3] = lab[3];
    for (std::size_t c = 0; c < 3; ++c) to[i * step + c] = rgb[c];
  }
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(convert_lab);

void lab_row_to_rgb(const FromLabTables& tables, int channels, const std::uint8_t* from, std::size_t pixels,
                    std::uint8_t* to) {
  HWY_DYNAMIC_DISPATCH(convert_lab)(tables, channels, from, pixels, to);
}

}  // namespace framewright::kernels
#endif
