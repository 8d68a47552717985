#include <array>

#include "bench/hand/kernel_job.hpp"
#include "kernels/gaussian_blur.hpp"

namespace framewright::bench {
namespace {

/// The planes of a picture whose sides are even.
class Planes {
 public:
  explicit Planes(Size size) : size_(size), bytes_(size.pixels() * 3 / 2) {}

  std::array<kernels::ImageView, 3> views() {
    const Size half{size_.width_px / 2, size_.height_px / 2};
    auto* const cb = bytes_.data() + size_.pixels();
    return {{{bytes_.data(), size_.width_px, size_.height_px, 1, size_.width_px},
             {cb, half.width_px, half.height_px, 1, half.width_px},
             {cb + half.pixels(), half.width_px, half.height_px, 1, half.width_px}}};
  }

 private:
  Size size_;
  Bytes bytes_;
};

/// Decodes to planes, runs a kernel on each, encodes from planes.
class PlaneJob : public KernelJob {
 public:
  PlaneJob(const Bytes& jpeg, Size output) : KernelJob(jpeg, output), decoded_(size_), made_(output_) {
    must(size_.width_px % 2 == 0 && size_.height_px % 2 == 0, "halving the picture");
  }

  void run() final {
    const auto in = decoded_.views();
    const auto out = made_.views();
    unsigned char* to[] = {in[0].pixels, in[1].pixels, in[2].pixels};
    must(tjDecompressToYUVPlanes(decoder_, jpeg_.data(), jpeg_.size(), to, 0, nullptr, 0,
                                 TJFLAG_STOPONWARNING) == 0,
         "decoding");
    for (std::size_t i = 0; i < in.size(); ++i)
      must(filter(in[i], out[i]) == kernels::Status::Ok, "filtering");
    const unsigned char* from[] = {out[0].pixels, out[1].pixels, out[2].pixels};
    auto* bytes = encoded_.data();
    unsigned long size = encoded_.size();
    must(tjCompressFromYUVPlanes(encoder_, from, output_.width_px, nullptr, output_.height_px, TJSAMP_420,
                                 &bytes, &size, kQuality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) == 0,
         "encoding");
  }

 private:
  Planes decoded_;
  Planes made_;
};

class Gauss final : public PlaneJob {
 public:
  explicit Gauss(const Bytes& jpeg) : PlaneJob(jpeg, {}) {}

 private:
  kernels::Status filter(const kernels::ImageView& in, const kernels::ImageView& out) override {
    const auto& kernel = in.width_px == size_.width_px ? luma_ : chroma_;
    return kernels::gaussian_blur(in, kernel, kernels::Border::Reflect, out, scratch_.get());
  }

  const kernels::GaussianKernel luma_ = *kernels::make_gaussian_kernel(5, 1.0);
  const kernels::GaussianKernel chroma_ = *kernels::make_gaussian_kernel(3, 0.5);
  ScratchRoom scratch_{kernels::gaussian_blur_scratch_bytes(size_.width_px, 1, luma_)};
};

}  // namespace

std::unique_ptr<Job> make_plane_job(std::string_view name, const Bytes& jpeg) {
  if (name == "gauss_planes") return std::make_unique<Gauss>(jpeg);
  if (name == "resize_planes") return std::make_unique<ResizeJob<PlaneJob, 1>>(jpeg);
  return nullptr;
}

}  // namespace framewright::bench
