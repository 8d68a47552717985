// A Job is the work on one whole frame as one would write it by hand for just this case: JPEG in, JPEG of
// quality 80 out, no queue, socket or actor. What the program is held against.
//
// Memory    all of it is taken once; a run allocates no more than the library does.
// Threads   a job belongs to one thread.
#pragma once

#include <turbojpeg.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::bench {

inline constexpr int kQuality = 80;
inline constexpr int kSmallWidth = 1280;
inline constexpr int kSmallHeight = 720;

using Bytes = std::vector<std::uint8_t>;

inline void must(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "hand_loop: %s failed\n", what);
  std::exit(1);
}

class Job {
 public:
  virtual ~Job() = default;
  virtual void run() = 0;
};

/// Which work, on a JPEG 4:2:0 that outlives the job:
///   decode_rgb    no more than decoding, to RGB
///   gauss_rgb     Gaussian 5x5, sigma 1, on RGB
///   gauss_planes  the same on whole planes, chroma 3x3 with sigma 0.5
///   gauss_strips  as gauss_planes, from row of blocks to row of blocks
///   gray          luma alone, its coefficients taken over
///   resize_rgb    to 1280x720 by area, on RGB
///   resize_planes the same on planes
/// None for another name.
std::unique_ptr<Job> make_job(std::string_view name, const Bytes& jpeg);

std::unique_ptr<Job> make_rgb_job(std::string_view name, const Bytes& jpeg);
std::unique_ptr<Job> make_plane_job(std::string_view name, const Bytes& jpeg);
std::unique_ptr<Job> make_strip_job(const Bytes& jpeg);
std::unique_ptr<Job> make_gray_job(const Bytes& jpeg);

struct Size {
  int width_px = 0;
  int height_px = 0;

  std::size_t pixels() const {
    return static_cast<std::size_t>(width_px) * static_cast<std::size_t>(height_px);
  }
};

/// The size of a JPEG; ends the program unless it is 4:2:0.
Size size_of(tjhandle decoder, const Bytes& jpeg);

/// Scratch of at least so many bytes, aligned as kernels want it.
class ScratchRoom {
 public:
  explicit ScratchRoom(std::size_t bytes) : bytes_(bytes + kernels::kScratchAlignment) {}
  kernels::Scratch get() {
    const auto address = reinterpret_cast<std::uintptr_t>(bytes_.data());
    const auto shift =
        (kernels::kScratchAlignment - address % kernels::kScratchAlignment) % kernels::kScratchAlignment;
    return {bytes_.data() + shift, bytes_.size() - kernels::kScratchAlignment};
  }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace framewright::bench
