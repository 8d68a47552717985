#include "kernels/colour_matrix.hpp"

#include <cstddef>
#include <cstdint>

#include "kernels/colour_math.hpp"
#include "kernels/packed_rows.hpp"
#include "kernels/shape.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/colour_matrix.cpp"
#include <hwy/foreach_target.h>

#include "kernels/quad_writer-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace framewright::kernels::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

template <int kChannels>
class PixelMixer {
 public:
  explicit PixelMixer(const ColourMatrix& matrix)
      : red_(weights_of(matrix.weights[0])),
        green_(weights_of(matrix.weights[1])),
        blue_(weights_of(matrix.weights[2])),
        shift_(hn::Set(QuadWordTag(), matrix.shift)) {}

  HWY_INLINE std::size_t operator()(const std::uint8_t* in, std::uint8_t* out, std::size_t pixels) const {
    const std::size_t step = quad_step();
    std::size_t i = 0;
    for (; i + step <= pixels; i += step) {
      const FourQuads q = read_(in + i * kChannels);
      write_([&](std::size_t part) HWY_ATTR { return mixed(q.part[part]); }, out + i * kChannels);
    }
    return i;
  }

 private:
  static QuadWeights weights_of(const std::array<std::int16_t, 4>& w) {
    return quad_weights(w[0], w[1], w[2], w[3]);
  }

  HWY_INLINE QuadColours mixed(QuadBytes quads) const {
    const WideQuads wide(with_constant<kChannels>(quads));
    return {sum(wide, red_), sum(wide, green_), sum(wide, blue_), alpha_of<kChannels>(quads)};
  }

  HWY_INLINE QuadWords sum(const WideQuads& quads, const QuadWeights& weights) const {
    return hn::Shr(quads.weighed(weights), shift_);
  }

  QuadWeights red_;
  QuadWeights green_;
  QuadWeights blue_;
  QuadWords shift_;
  QuadReader<kChannels> read_;
  QuadWriter<kChannels> write_;
};

#else

template <int kChannels>
class PixelMixer {
 public:
  explicit PixelMixer(const ColourMatrix&) {}
  std::size_t operator()(const std::uint8_t*, std::uint8_t*, std::size_t) const { return 0; }
};

#endif

template <int kChannels>
void mix_rows(const ConstImageView& in, const ColourMatrix& matrix, const ImageView& out) {
  const PixelMixer<kChannels> mixer(matrix);
  const PackedRows packed = packed_rows(in, out);
  for (int y = 0; y < packed.rows; ++y) {
    const std::uint8_t* from = in.row(y);
    std::uint8_t* to = out.row(y);
    for (std::size_t i = mixer(from, to, packed.pixels); i < packed.pixels; ++i) {
      mix_pixel(matrix, kChannels, from + i * kChannels, to + i * kChannels);
    }
  }
}

void mix_pixels(const ConstImageView& in, const ColourMatrix& matrix, const ImageView& out) {
  in.channels == 3 ? mix_rows<3>(in, matrix, out) : mix_rows<4>(in, matrix, out);
}

}  // namespace framewright::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace framewright::kernels {

HWY_EXPORT(mix_pixels);

Status apply_colour_matrix(const ConstImageView& in, const ColourMatrix& matrix,
                           const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (in.channels == 1) {
    copy_rows(in, out);
  } else {
    HWY_DYNAMIC_DISPATCH(mix_pixels)(in, matrix, out);
  }
  return Status::Ok;
}

}  // namespace framewright::kernels
#endif
