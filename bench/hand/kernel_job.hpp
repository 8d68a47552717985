// A KernelJob decodes, runs one kernel of the program's, and encodes; whether on RGB or on planes is its
// subclasses'.
#pragma once

#include "bench/hand/job.hpp"
#include "kernels/resize.hpp"

namespace framewright::bench {

class KernelJob : public Job {
 public:
  /// Without a size `output` is as large as the picture.
  KernelJob(const Bytes& jpeg, Size output)
      : jpeg_(jpeg), size_(size_of(decoder_, jpeg)), output_(output.width_px == 0 ? size_ : output) {
    encoded_.resize(tjBufSize(output_.width_px, output_.height_px, TJSAMP_420));
  }
  ~KernelJob() override {
    tjDestroy(decoder_);
    tjDestroy(encoder_);
  }

 protected:
  virtual kernels::Status filter(const kernels::ImageView& in, const kernels::ImageView& out) = 0;

  // Given.
  const Bytes& jpeg_;
  // Owned.
  tjhandle decoder_ = tjInitDecompress();
  tjhandle encoder_ = tjInitCompress();
  const Size size_;
  const Size output_;
  Bytes encoded_;
};

/// To 1280x720 by area, on `Pixels`, a KernelJob, whose views have so many channels.
template <class Pixels, int kChannels>
class ResizeJob final : public Pixels {
 public:
  explicit ResizeJob(const Bytes& jpeg) : Pixels(jpeg, {kSmallWidth, kSmallHeight}) {}

 private:
  kernels::Status filter(const kernels::ImageView& in, const kernels::ImageView& out) override {
    return kernels::resize(in, kernels::Interpolation::Area, out, scratch_.get());
  }

  ScratchRoom scratch_{kernels::resize_scratch_bytes(
      {nullptr, this->size_.width_px, this->size_.height_px, kChannels, 0},
      {nullptr, kSmallWidth, kSmallHeight, kChannels, 0}, kernels::Interpolation::Area)};
};

}  // namespace framewright::bench
