#include "bench/hand/kernel_job.hpp"
#include "kernels/gaussian_blur.hpp"

namespace framewright::bench {
namespace {

kernels::ImageView view_of(Bytes& pixels, Size size) {
  return {pixels.data(), size.width_px, size.height_px, 3, static_cast<std::ptrdiff_t>(size.width_px) * 3};
}

/// Decodes to RGB, runs a kernel, encodes from RGB.
class RgbJob : public KernelJob {
 public:
  RgbJob(const Bytes& jpeg, Size output)
      : KernelJob(jpeg, output), pixels_(size_.pixels() * 3), made_(output_.pixels() * 3) {}

  void run() final {
    must(tjDecompress2(decoder_, jpeg_.data(), jpeg_.size(), pixels_.data(), size_.width_px, 0,
                       size_.height_px, TJPF_RGB, TJFLAG_STOPONWARNING) == 0,
         "decoding");
    must(filter(view_of(pixels_, size_), view_of(made_, output_)) == kernels::Status::Ok, "filtering");
    auto* bytes = encoded_.data();
    unsigned long size = encoded_.size();
    must(tjCompress2(encoder_, made_.data(), output_.width_px, 0, output_.height_px, TJPF_RGB, &bytes, &size,
                     TJSAMP_420, kQuality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) == 0,
         "encoding");
  }

 private:
  Bytes pixels_;
  Bytes made_;
};

class Gauss final : public RgbJob {
 public:
  explicit Gauss(const Bytes& jpeg) : RgbJob(jpeg, {}) {}

 private:
  kernels::Status filter(const kernels::ImageView& in, const kernels::ImageView& out) override {
    return kernels::gaussian_blur(in, kernel_, kernels::Border::Reflect, out, scratch_.get());
  }

  const kernels::GaussianKernel kernel_ = *kernels::make_gaussian_kernel(5, 1.0);
  ScratchRoom scratch_{kernels::gaussian_blur_scratch_bytes(size_.width_px, 3, kernel_)};
};

/// Decodes to RGB and no more: what a core has to do for a device.
class Decode final : public Job {
 public:
  explicit Decode(const Bytes& jpeg)
      : jpeg_(jpeg), size_(size_of(decoder_, jpeg)), pixels_(size_.pixels() * 3) {}
  ~Decode() override { tjDestroy(decoder_); }
  void run() override {
    must(tjDecompress2(decoder_, jpeg_.data(), jpeg_.size(), pixels_.data(), size_.width_px, 0,
                       size_.height_px, TJPF_RGB, TJFLAG_STOPONWARNING) == 0,
         "decoding");
  }

 private:
  // Given.
  const Bytes& jpeg_;
  // Owned.
  tjhandle decoder_ = tjInitDecompress();
  const Size size_;
  Bytes pixels_;
};

}  // namespace

std::unique_ptr<Job> make_rgb_job(std::string_view name, const Bytes& jpeg) {
  if (name == "gauss_rgb") return std::make_unique<Gauss>(jpeg);
  if (name == "decode_rgb") return std::make_unique<Decode>(jpeg);
  if (name == "resize_rgb") return std::make_unique<ResizeJob<RgbJob, 3>>(jpeg);
  return nullptr;
}

}  // namespace framewright::bench
