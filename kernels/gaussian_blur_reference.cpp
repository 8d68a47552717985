#include <vector>

#include "kernels/gaussian_reference.hpp"
#include "kernels/pixel_math.hpp"
#include "kernels/reference.hpp"
#include "kernels/reference_pixels.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels::reference {
namespace {

/// Values of a line at positions -reach to n + reach - 1.
class Line {
 public:
  Line(int n, int reach) : reach_(reach), values_(static_cast<std::size_t>(n + 2 * reach)) {}

  int& at(int position) { return values_[static_cast<std::size_t>(position + reach_)]; }

  /// [1 2 1] / 4 over values that far apart. What has no neighbours is not asked for afterwards.
  void smooth(int distance) {
    const std::vector<int> old = values_;
    const auto gap = static_cast<std::size_t>(distance);
    for (std::size_t i = gap; i + gap < old.size(); ++i) {
      values_[i] = smooth_three(old[i - gap], old[i], old[i + gap]);
    }
  }

 private:
  int reach_;
  std::vector<int> values_;
};

/// One pass over a line of n values; `value_of(position)` gives those outside too.
template <typename ValueOf>
std::vector<int> blur_line(const GaussianKernel& kernel, int n, ValueOf value_of) {
  Line line(n, kernel.reach_px());
  for (int i = -kernel.reach_px(); i < n + kernel.reach_px(); ++i) line.at(i) = value_of(i);
  if (kernel.spacing_px >= 2) line.smooth(1);
  if (kernel.spacing_px == 4) line.smooth(2);
  std::vector<int> blurred;
  for (int i = 0; i < n; ++i) {
    blurred.push_back(weigh_neighbours(kernel, [&](int offset) { return line.at(i + offset); }));
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
