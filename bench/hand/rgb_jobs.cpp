#include "bench/hand/job.hpp"
#include "kernels/gaussian_blur.hpp"
#include "kernels/resize.hpp"

namespace framewright::bench {
namespace {

kernels::ImageView view_of(Bytes& pixels, Size size) {
  return {pixels.data(), size.width_px, size.height_px, 3, static_cast<std::ptrdiff_t>(size.width_px) * 3};
}

/// Decodes to RGB, runs a kernel of the program's, encodes from RGB.
class RgbJob : public Job {
 public:
  RgbJob(const Bytes& jpeg, Size output) : jpeg_(jpeg), size_(size_of(decoder_, jpeg)) {
    output_ = output.width_px == 0 ? size_ : output;
    pixels_.resize(size_.pixels() * 3);
    made_.resize(output_.pixels() * 3);
    encoded_.resize(tjBufSize(output_.width_px, output_.height_px, TJSAMP_420));
  }
  ~RgbJob() override {
    tjDestroy(decoder_);
    tjDestroy(encoder_);
  }

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

 protected:
  virtual kernels::Status filter(const kernels::ImageView& in, const kernels::ImageView& out) = 0;
  Size size() const { return size_; }

 private:
  // Given.
  const Bytes& jpeg_;
  // Owned.
  tjhandle decoder_ = tjInitDecompress();
  tjhandle encoder_ = tjInitCompress();
  Size size_;
  Size output_;
  Bytes pixels_;
  Bytes made_;
  Bytes encoded_;
};

class Gauss final : public RgbJob {
 public:
  explicit Gauss(const Bytes& jpeg) : RgbJob(jpeg, {}) {}

 private:
  kernels::Status filter(const kernels::ImageView& in, const kernels::ImageView& out) override {
    return kernels::gaussian_blur(in, kernel_, kernels::Border::Reflect, out, scratch_.get());
  }

  const kernels::GaussianKernel kernel_ = *kernels::make_gaussian_kernel(5, 1.0);
  ScratchRoom scratch_{kernels::gaussian_blur_scratch_bytes(size().width_px, 3, kernel_)};
};

class Resize final : public RgbJob {
 public:
  explicit Resize(const Bytes& jpeg) : RgbJob(jpeg, {kSmallWidth, kSmallHeight}) {}

 private:
  kernels::Status filter(const kernels::ImageView& in, const kernels::ImageView& out) override {
    return kernels::resize(in, kernels::Interpolation::Area, out, scratch_.get());
  }

  ScratchRoom scratch_{kernels::resize_scratch_bytes({nullptr, size().width_px, size().height_px, 3, 0},
                                                     {nullptr, kSmallWidth, kSmallHeight, 3, 0},
                                                     kernels::Interpolation::Area)};
};

}  // namespace

std::unique_ptr<Job> make_rgb_job(std::string_view name, const Bytes& jpeg) {
  if (name == "gauss_rgb") return std::make_unique<Gauss>(jpeg);
  if (name == "resize_rgb") return std::make_unique<Resize>(jpeg);
  return nullptr;
}

}  // namespace framewright::bench
