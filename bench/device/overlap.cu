// What of a frame goes on at the same time: copies up, steps and copies down, each on as many streams as a
// worker has slots. Host memory is pinned, and nobody else copies.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "bench/device/device_memory.cuh"
#include "bench/device/tables.hpp"
#include "kernels/cuda_steps.cuh"

namespace framewright::kernels {
namespace {

constexpr std::size_t kLanes = 4;
constexpr double kTarget = 0.9;

/// A stream with all that a frame needs.
struct Lane {
  explicit Lane(std::size_t bytes)
      : host_in(pinned_memory(bytes)),
        host_out(pinned_memory(bytes)),
        in(device_memory(bytes)),
        out(device_memory(bytes)) {}

  DeviceStream stream;
  PinnedBytes host_in;
  PinnedBytes host_out;
  DeviceBytes in;
  DeviceBytes out;
};

/// What is done for each frame.
struct Parts {
  bool up;
  bool steps;
  bool down;
};

class Overlap {
 public:
  Overlap(const DeviceShape& shape, const Link& link, int frames)
      : shape_(shape), steps_({link.step}), frames_(frames) {
    for (std::size_t i = 0; i < kLanes; ++i) lanes_.emplace_back(device_bytes(shape.bytes()));
  }

  /// Of one frame, when all are under way that the lanes hold.
  double seconds_of(const Parts& parts) {
    run(parts, kLanes);
    const auto start = std::chrono::steady_clock::now();
    run(parts, static_cast<std::size_t>(frames_));
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() / frames_;
  }

 private:
  void run(const Parts& parts, std::size_t frames) {
    for (std::size_t i = 0; i < frames; ++i) require(enqueue(parts, lanes_[i % kLanes]), "a frame");
    for (const Lane& lane : lanes_) lane.stream.wait();
  }

  cudaError_t enqueue(const Parts& parts, const Lane& lane) {
    cudaStream_t stream = lane.stream.get();
    cudaError_t error = cudaSuccess;
    if (parts.up) {
      error =
          cudaMemcpyAsync(lane.in.get(), lane.host_in.get(), shape_.bytes(), cudaMemcpyHostToDevice, stream);
    }
    if (error == cudaSuccess && parts.steps) {
      const std::byte* no_staging = nullptr;
      DevicePictures picture({lane.in.get(), shape_.width_px, shape_.height_px, shape_.channels});
      const DeviceSteps* const list = &steps_;
      error =
          enqueue_steps(&list, {lane.out.get(), lane.in.get()}, {stream, {}, nullptr, &no_staging}, picture);
    }
    if (error == cudaSuccess && parts.down) {
      error = cudaMemcpyAsync(lane.host_out.get(), lane.out.get(), shape_.bytes(), cudaMemcpyDeviceToHost,
                              stream);
    }
    return error;
  }

  // Given.
  DeviceShape shape_;
  DeviceSteps steps_;
  int frames_;
  // Owned.
  std::vector<Lane> lanes_;
};

}  // namespace

void print_overlap(const Scale& scale) {
  require(cudaSetDevice(scale.device_index), "the device");
  std::printf("\nFrames of %dx%d, RGB, on %zu streams, host memory pinned.\n\n", scale.hd.width_px,
              scale.hd.height_px, kLanes);
  std::printf("| steps | up us | steps us | down us | together us | slowest / together | target |\n");
  std::printf("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
  const struct {
    const char* name;
    Link link;
  } rows[] = {{"table", table()}, {"gaussian_5", gaussian(5)}};
  for (const auto& row : rows) {
    Overlap overlap(scale.hd, row.link, scale.frames);
    const double up = overlap.seconds_of({true, false, false});
    const double steps = overlap.seconds_of({false, true, false});
    const double down = overlap.seconds_of({false, false, true});
    const double together = overlap.seconds_of({true, true, true});
    std::printf("| %s | %.0f | %.0f | %.0f | %.0f | %.2f | %.2f |\n", row.name, 1e6 * up, 1e6 * steps,
                1e6 * down, 1e6 * together, std::max({up, steps, down}) / together, kTarget);
  }
}

}  // namespace framewright::kernels
