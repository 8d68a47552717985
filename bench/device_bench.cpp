// CUDA on 1920x1080 RGB: checks each step against its reference, then measures frames a second through all
// slots and the time of one frame on the device, copies included. Needs nothing but the kernels.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "kernels/cuda_device.hpp"
#include "kernels/reference.hpp"

namespace framewright::kernels {
namespace {

constexpr int kWidth = 1920;
constexpr int kHeight = 1080;
constexpr int kSlots = 4;
constexpr int kFrames = 2000;

struct Picture {
  explicit Picture(int channel_count)
      : channels(channel_count), bytes(static_cast<std::size_t>(kWidth) * kHeight * channel_count) {}
  ImageView view() { return {bytes.data(), kWidth, kHeight, channels, std::ptrdiff_t{kWidth} * channels}; }

  int channels;
  std::vector<std::uint8_t> bytes;
};

Picture noise() {
  Picture picture(3);
  std::mt19937 random(1);
  for (auto& byte : picture.bytes) byte = static_cast<std::uint8_t>(random() >> 24);
  return picture;
}

/// What the completion of one slot says.
struct Outcome {
  std::atomic<bool> is_done{true};
  Status status = Status::Ok;
  std::int64_t device_us = 0;

  DeviceCompletion completion() { return {&Outcome::set, this}; }
  void wait() const {
    while (!is_done.load(std::memory_order_acquire)) std::this_thread::yield();
  }
  static void set(void* context, const DeviceResult& result) {
    auto* self = static_cast<Outcome*>(context);
    self->status = result.status;
    self->device_us = result.device_us;
    self->is_done.store(true, std::memory_order_release);
  }
};

struct Row {
  std::string name;
  DeviceSteps steps;
  Picture expected;
  std::optional<JpegTables> jpeg = {};  ///< given: the output leaves as the scan of a JPEG
};

/// A step and what it has to make.
struct Link {
  DeviceStep step;
  Status (*reference)(const DeviceStep& step, ImageView in, ImageView out);
};

Row make_row(std::string name, const std::vector<Link>& links, const Picture& in) {
  Row row{std::move(name), {}, in};
  for (const Link& link : links) {
    const int channels = output_shape(link.step, {kWidth, kHeight, row.expected.channels}).channels;
    Picture made(channels);
    if (link.reference(link.step, row.expected.view(), made.view()) != Status::Ok) made.bytes.clear();
    row.steps.push_back(link.step);
    row.expected = std::move(made);
    if (row.expected.bytes.empty()) break;
  }
  return row;
}

Link grayscale() {
  return {DeviceGrayscale{GrayscaleAlgorithm::Bt601},
          [](const DeviceStep& step, ImageView in, ImageView out) {
            return reference::grayscale(in, std::get<DeviceGrayscale>(step).algorithm, out);
          }};
}

Link table() {
  return {DevicePointTable{*make_gamma_table(2.2)}, [](const DeviceStep& step, ImageView in, ImageView out) {
            return reference::apply_table(in, std::get<DevicePointTable>(step).table, out);
          }};
}

Link sepia() {
  return {device_sepia(*make_sepia_matrix(1.0)), [](const DeviceStep& step, ImageView in, ImageView out) {
            return reference::apply_colour_matrix(in, std::get<DeviceColourMatrix>(step).matrix, out);
          }};
}

Link gaussian(int size) {
  return {DeviceGaussian{*make_gaussian_kernel(size, 0.3 * size), Border::Reflect},
          [](const DeviceStep& step, ImageView in, ImageView out) {
            const auto& [kernel, border, use, weights] = std::get<DeviceGaussian>(step);
            return reference::gaussian_blur(in, kernel, border, out);
          }};
}

/// No step but the coding.
Row make_jpeg_row(Picture& in) {
  Row row{"jpeg_80", {}, Picture(3), make_jpeg_tables(80)};
  auto& bytes = row.expected.bytes;
  if (reference::jpeg_scan(in.view(), *row.jpeg, bytes.data(), bytes.size()) > 8 * bytes.size())
    bytes.clear();
  return row;
}

std::vector<Row> make_rows(Picture& in) {
  std::vector<Row> rows;
  rows.push_back(make_row("grayscale_bt601", {grayscale()}, in));
  rows.push_back(make_row("table", {table()}, in));
  rows.push_back(make_row("sepia", {sepia()}, in));
  // Tables that follow each other are one; these are five operations.
  rows.push_back(make_row("five_points", {sepia(), table(), sepia(), table(), sepia()}, in));
  for (const int size : {5, 15, 63}) {
    const std::string name = "gaussian_" + std::to_string(size);
    rows.push_back(make_row(name, {gaussian(size)}, in));
    rows.push_back(make_row(name + "_grayscale_table", {gaussian(size), grayscale(), table()}, in));
  }
  rows.push_back(make_row("table_gaussian_5", {table(), gaussian(5)}, in));
  rows.push_back(make_jpeg_row(in));
  return rows;
}

/// Sends kFrames through all slots; false when a frame fails or comes back with other bytes than the
/// reference.
bool measure(CudaWorker& worker, Picture& in, const Row& row) {
  std::vector<Picture> out(kSlots, Picture(row.expected.channels));
  std::vector<Outcome> outcomes(kSlots);
  std::vector<std::int64_t> device_us;
  const auto start = std::chrono::steady_clock::now();
  for (int frame = 0; frame < kFrames; ++frame) {
    const auto slot = static_cast<std::size_t>(frame % kSlots);
    outcomes[slot].wait();
    if (outcomes[slot].status != Status::Ok) return false;
    if (frame >= kSlots) device_us.push_back(outcomes[slot].device_us);
    outcomes[slot].is_done.store(false, std::memory_order_release);
    DeviceJob job{&row.steps, in.view(), out[slot].view(), outcomes[slot].completion()};
    if (row.jpeg) job.jpeg = &*row.jpeg;
    if (worker.submit(static_cast<int>(slot), job) != Status::Ok) return false;
  }
  for (const Outcome& outcome : outcomes) outcome.wait();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  for (const Picture& picture : out) {
    if (picture.bytes != row.expected.bytes) return false;
  }
  std::nth_element(device_us.begin(), device_us.begin() + kFrames / 2, device_us.end());
  std::printf("| %s | %.0f | %lld |\n", row.name.c_str(), kFrames / seconds.count(),
              static_cast<long long>(device_us[kFrames / 2]));
  return true;
}

int run() {
  const std::vector<CudaDeviceDescription> devices = cuda_devices();
  if (devices.empty()) {
    std::fprintf(stderr, "no CUDA device\n");
    return 1;
  }
  constexpr std::size_t kFrameBytes = std::size_t{kWidth} * kHeight * 3;
  auto created = CudaWorker::create({devices.front().index, kSlots, {kFrameBytes, 2 * kFrameBytes}});
  if (created.worker == nullptr) {
    std::fprintf(stderr, "%s\n", created.error.c_str());
    return 1;
  }
  std::printf("%s, %d slots\n\n| step | frames/s | device us a frame |\n| --- | ---: | ---: |\n",
              devices.front().name.c_str(), kSlots);
  Picture in = noise();
  for (const Row& row : make_rows(in)) {
    if (measure(*created.worker, in, row)) continue;
    std::fprintf(stderr, "%s: failed, or differs from its reference\n", row.name.c_str());
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace framewright::kernels

int main() { return framewright::kernels::run(); }
