#include "kernels/median_blur.hpp"

#include "kernels/median_passes.hpp"
#include "kernels/shape.hpp"

namespace framewright::kernels {
namespace {

/// Networks grow with the square of the size, counts do not.
constexpr int kLargestNetwork = 5;

}  // namespace

std::size_t median_blur_scratch_bytes(int kernel_size_px) noexcept {
  if (kernel_size_px > kLargestNetwork) return median_counts_scratch_bytes(kernel_size_px);
  return median_network_scratch_bytes();
}

Status median_blur(const ConstImageView& in, int kernel_size_px, const ImageView& out,
                   Scratch scratch) noexcept {
  if (!same_shape(in, out)) return Status::BadShape;
  if (!is_median_size(kernel_size_px) || scratch.size_bytes < median_blur_scratch_bytes(kernel_size_px)) {
    return Status::BadParameter;
  }
  if (kernel_size_px > kLargestNetwork) {
    median_by_counts(in, kernel_size_px, out, scratch.bytes);
  } else {
    median_by_network(in, kernel_size_px, out, scratch.bytes);
  }
  return Status::Ok;
}

}  // namespace framewright::kernels
