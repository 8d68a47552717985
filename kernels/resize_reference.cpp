#include <cstdint>
#include <vector>

#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/resample_math.hpp"

namespace framewright::kernels::reference {
namespace {

int nearest(const ConstImageView& in, const ImageView& out, int x, int y, int channel) {
  return value_at(in, nearest_index(x, in.width_px, out.width_px),
                  nearest_index(y, in.height_px, out.height_px), channel);
}

struct Taps {
  int first;
  std::vector<std::int32_t> weights;

  Taps(const ResampleAxis& axis, int x, int one) : weights(static_cast<std::size_t>(tap_count(axis))) {
    first = weigh_taps(axis, x, one, weights.data());
  }
  int count() const { return static_cast<int>(weights.size()); }
  int heaviest() const { return heaviest_tap(weights.data(), count()); }
};

int narrow(const ConstImageView& in, const Taps& across, const Taps& down, int channel) {
  const auto down_column = [&](int column) {
    return weigh_narrow(down.weights.data(), down.count(), down.heaviest(), [&](int row) {
      return value_at(in, across.first + column, down.first + row, channel) << kPassBits;
    });
  };
  return round_narrow(weigh_narrow(across.weights.data(), across.count(), across.heaviest(), down_column));
}

int wide(const ConstImageView& in, const Taps& across, const Taps& down, int channel) {
  std::int64_t sum = 0;
  for (int row = 0; row < down.count(); ++row) {
    for (int column = 0; column < across.count(); ++column) {
      const std::int64_t weight = std::int64_t{down.weights[static_cast<std::size_t>(row)]} *
                                  across.weights[static_cast<std::size_t>(column)];
      sum += weight * value_at(in, across.first + column, down.first + row, channel);
    }
  }
  return round_wide(sum);
}

int weighed(const ConstImageView& in, Interpolation interpolation, const ImageView& out, int x, int y,
            int channel) {
  const ResampleAxis across{interpolation, in.width_px, out.width_px};
  const ResampleAxis down{interpolation, in.height_px, out.height_px};
  if (is_narrow(across, down)) {
    return narrow(in, Taps(across, x, kNarrowOne), Taps(down, y, kNarrowOne), channel);
  }
  return wide(in, Taps(across, x, kWideOne), Taps(down, y, kWideOne), channel);
}

}  // namespace

Status resize(const ConstImageView& in, Interpolation interpolation, const ImageView& out) noexcept {
  if (!can_resize(in, out)) return Status::BadShape;
  for (int y = 0; y < out.height_px; ++y) {
    for (int x = 0; x < out.width_px; ++x) {
      for (int channel = 0; channel < out.channels; ++channel) {
        const int value = interpolation == Interpolation::Nearest
                              ? nearest(in, out, x, y, channel)
                              : weighed(in, interpolation, out, x, y, channel);
        out.row(y)[x * out.channels + channel] = static_cast<std::uint8_t>(value);
      }
    }
  }
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
