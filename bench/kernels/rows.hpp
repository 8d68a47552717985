// What the kernel benchmarks share: the pictures, and how a row is added.
//
// Every kernel runs on one thread, with OpenCV's nearest equivalent, single-threaded, beside it. Rows are
// named <kernel>/framewright and <kernel>/opencv; bytes are those read plus those written.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <opencv2/core.hpp>
#include <string>

#include "kernels/image_view.hpp"
#include "kernels/scratch.hpp"

namespace framewright::kernels::bench {

inline constexpr int kWidth = 1920;
inline constexpr int kHeight = 1080;

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Memory = std::unique_ptr<std::uint8_t, Free>;

/// Memory like that of the server's frames: aligned, and on huge pages where the system has them.
Memory allocate(std::size_t bytes);

/// Pixels of random values, the same in every run.
class Picture {
 public:
  Picture(int width_px, int height_px, int channels);

  ImageView view() { return {bytes_.get(), width_px_, height_px_, channels_, width_px_ * channels_}; }
  cv::Mat mat() { return {height_px_, width_px_, CV_8UC(channels_), bytes_.get()}; }
  std::size_t size() const {
    return static_cast<std::size_t>(width_px_) * static_cast<std::size_t>(height_px_ * channels_);
  }

 private:
  int width_px_;
  int height_px_;
  int channels_;
  Memory bytes_;
};

/// What most rows read: 1920x1080 RGB, and one channel of that size.
Picture& rgb_input();
Picture& gray_input();
Picture rgb_output();
Picture gray_output();

/// Scratch for any kernel at the sizes measured here.
Scratch scratch();

struct Row {
  std::string kernel;
  std::function<Status(const ConstImageView& in, const ImageView& out)> ours;
  /// Must write into `out` where it lies. Empty where OpenCV has nothing like it.
  std::function<void(const cv::Mat& in, cv::Mat& out)> opencv;
  Picture& (*input)() = rgb_input;
  std::function<Picture()> make_output = rgb_output;
};
void add_row(const Row& row);

// The groups, a file each.
void add_point_rows();
void add_colour_rows();
void add_neighbourhood_rows();
void add_edge_rows();
void add_morphology_rows();
void add_geometry_rows();
void add_edge_preserving_rows();
void add_histogram_rows();
void add_two_thread_rows();

}  // namespace framewright::kernels::bench
