// The tables of the benchmark, each of which prints itself. What fails, or makes other bytes than its
// reference, is thrown as a std::runtime_error.
#pragma once

#include "bench/device/links.hpp"

namespace framewright::kernels {

/// What is measured on, and for how long.
struct Scale {
  int device_index = 0;
  DeviceShape large{3840, 2160, 3};
  DeviceShape hd{1920, 1080, 3};
  DeviceShape compared{643, 357, 3};  ///< with references, some of which take a microsecond for a value
  int frames = 1000;                  ///< one after the other
  int batches = 300;
  int least_side_px = 64;  ///< of pictures for batches, as the next
  int most_side_px = 256;
  int repetitions = 5;
  double seconds = 0.1;  ///< of each repetition, at least
};

/// A few small pictures, to see that all of it works: what this prints is no measurement.
inline Scale scale_of_check() {
  Scale scale;
  scale.large = scale.hd = scale.compared = {37, 19, 3};
  scale.frames = scale.batches = 4;
  scale.least_side_px = 9;
  scale.most_side_px = 30;
  scale.repetitions = 1;
  scale.seconds = 0;
  return scale;
}

/// Steps on pictures that lie on the device, beside copies from its memory to its memory.
void print_bandwidth(const Scale& scale);
/// Frames through the slots of a worker, with what becomes of them as graphs.
void print_frames(const Scale& scale);
/// Copies up, steps and copies down at the same time, beside the slowest of the three.
void print_overlap(const Scale& scale);
/// Small pictures of mixed sizes, one by one and in batches.
void print_batches(const Scale& scale);
/// The time of one frame from up to down while others keep the device busy.
void print_latency(const Scale& scale);

}  // namespace framewright::kernels
