// Steps timed on pictures that lie on a device already.
#pragma once

#include <memory>

#include "kernels/device_step.hpp"

namespace framewright::kernels {

/// Pictures of one shape and room for what is made of them, several times of what the device's cache holds.
/// They are taken in turn, by a graph of one round, so that neither the cache nor the host's calls are in the
/// time.
///
/// Errors   all throw std::runtime_error with what CUDA says.
class Rotation {
 public:
  /// Times are the median of so many repetitions, each of at least so many seconds.
  Rotation(int device_index, const DeviceShape& shape, int repetitions, double seconds);
  ~Rotation();
  Rotation(const Rotation&) = delete;
  Rotation& operator=(const Rotation&) = delete;

  /// Seconds that a picture takes. What the steps make is no larger than a picture.
  double seconds_of(const DeviceSteps& steps);
  /// The same for a copy of it to another place on the device.
  double seconds_of_copy();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace framewright::kernels
