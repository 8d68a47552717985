#include "bench/hand/job.hpp"

namespace framewright::bench {
namespace {

/// Takes the luma coefficients over; the quality stays that of the input.
class GrayJob final : public Job {
 public:
  explicit GrayJob(const Bytes& jpeg) : jpeg_(jpeg) {
    const auto decoder = tjInitDecompress();
    const auto size = size_of(decoder, jpeg);
    tjDestroy(decoder);
    encoded_.resize(tjBufSize(size.width_px, size.height_px, TJSAMP_GRAY));
    gray_.options = TJXOPT_GRAY;
  }
  ~GrayJob() override { tjDestroy(transformer_); }

  void run() override {
    auto* bytes = encoded_.data();
    unsigned long size = encoded_.size();
    must(tjTransform(transformer_, jpeg_.data(), jpeg_.size(), 1, &bytes, &size, &gray_,
                     TJFLAG_NOREALLOC | TJFLAG_STOPONWARNING) == 0,
         "taking the luma");
  }

 private:
  // Given.
  const Bytes& jpeg_;
  // Owned.
  tjhandle transformer_ = tjInitTransform();
  tjtransform gray_{};
  Bytes encoded_;
};

}  // namespace

std::unique_ptr<Job> make_gray_job(const Bytes& jpeg) { return std::make_unique<GrayJob>(jpeg); }

}  // namespace framewright::bench
