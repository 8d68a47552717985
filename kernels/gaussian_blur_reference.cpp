#include <vector>

#include "kernels/gaussian_reference.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {
namespace {

/// Values of a line at positions -margin to n + margin - 1.
class Line {
 public:
  Line(int n, int margin) : margin_(margin), values_(static_cast<std::size_t>(n + 2 * margin)) {}

  int& at(int position) { return values_[static_cast<std::size_t>(position + margin_)]; }

  /// As the kernel asks for. What has no neighbours is not asked for afterwards.
  void smooth(const GaussianKernel& kernel) {
    const int neighbours = kernel.smoothed_neighbours();
    for (int distance = 1; distance < kernel.spacing_px; distance *= 2) {
      const std::vector<int> old = values_;
      const auto gap = static_cast<std::size_t>(distance);
      const std::size_t margin = gap * static_cast<std::size_t>(neighbours);
      for (std::size_t i = margin; i + margin < old.size(); ++i) {
        values_[i] = neighbours == 1 ? smooth_three(old[i - gap], old[i], old[i + gap])
                                     : smooth_five(old[i - 2 * gap], old[i - gap], old[i], old[i + gap],
                                                   old[i + 2 * gap]);
      }
    }
  }

 private:
  int margin_;
  std::vector<int> values_;
};

/// One pass over a line of n values; `value_of(position)` gives those outside too.
template <typename ValueOf>
std::vector<int> blur_line(const GaussianKernel& kernel, int n, ValueOf value_of) {
  const int margin = kernel.smoothing_px();
  Line weighed(n, margin);
  for (int i = -margin; i < n + margin; ++i) {
    weighed.at(i) = weigh_neighbours(kernel, [&](int offset) { return value_of(i + offset); });
  }
  weighed.smooth(kernel);
  std::vector<int> blurred;
  for (int i = 0; i < n; ++i) {
    blurred.push_back(weighed.at(i) + weigh_edges(kernel, [&](int offset) { return value_of(i + offset); }));
  }
  return blurred;
}

}  // namespace

std::vector<int> blurred_channel(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                                 int channel) {
  std::vector<std::vector<int>> rows;
  for (int y = 0; y < in.height_px; ++y) {
    rows.push_back(blur_line(kernel, in.width_px, [&](int x) {
      return value_at(in, border_index(x, in.width_px, border), y, channel) << kPassBits;
    }));
  }
  std::vector<int> all(static_cast<std::size_t>(in.width_px * in.height_px));
  for (int x = 0; x < in.width_px; ++x) {
    const std::vector<int> column = blur_line(kernel, in.height_px, [&](int y) {
      const int row = border_index(y, in.height_px, border);
      return rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(x)];
    });
    for (int y = 0; y < in.height_px; ++y) {
      all[static_cast<std::size_t>(y * in.width_px + x)] = column[static_cast<std::size_t>(y)];
    }
  }
  return all;
}

Status gaussian_blur(const ConstImageView& in, const GaussianKernel& kernel, Border border,
                     const ImageView& out) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  set_from_blurred(in, kernel, border, out, [](int, int blurred) { return int{round_pass(blurred)}; });
  return Status::Ok;
}

}  // namespace framewright::kernels::reference
