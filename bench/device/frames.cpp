// CUDA on 3840x2160 RGB: checks each row against its reference, then measures frames a second through all
// slots, launch by launch and by graphs, and what one frame takes that has the device for itself, with copies
// and without. Then RGB pictures of mixed sizes from 64x64 to 256x256, one by one and in batches. Needs
// nothing but the kernels.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
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

constexpr int kWidth = 3840;
constexpr int kHeight = 2160;
constexpr int kSlots = 4;
constexpr int kFrames = 1000;

constexpr std::size_t kTableBytes = std::size_t{2} << 20;
constexpr DeviceShape kLarge{kWidth, kHeight, 3};

struct Picture {
  explicit Picture(const DeviceShape& of) : shape(of), bytes(of.bytes()) {}
  ImageView view() {
    return {bytes.data(), shape.width_px, shape.height_px, shape.channels,
            std::ptrdiff_t{shape.width_px} * shape.channels};
  }

  DeviceShape shape;
  std::vector<std::uint8_t> bytes;
};

Picture noise(const DeviceShape& shape) {
  Picture picture(shape);
  std::mt19937 random(1);
  for (auto& byte : picture.bytes) byte = static_cast<std::uint8_t>(random() >> 24);
  return picture;
}

/// What the completion of one slot says.
struct Outcome {
  std::atomic<bool> is_done{true};
  DeviceResult result;

  DeviceCompletion completion() { return {&Outcome::set, this}; }
  void wait() const {
    while (!is_done.load(std::memory_order_acquire)) std::this_thread::yield();
  }
  static void set(void* context, const DeviceResult& result) {
    auto* self = static_cast<Outcome*>(context);
    self->result = result;
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
    Picture made(output_shape(link.step, row.expected.shape));
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
  Row row{"jpeg_80", {}, Picture(kLarge), make_jpeg_tables(80)};
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

struct Way {
  int slots;
  WorkName work;
};

struct Measured {
  double frames_per_second;
  std::int64_t device_us;  ///< the median, as the next
  std::int64_t steps_us;
};

std::int64_t middle_of(std::vector<std::int64_t> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Sends kFrames; none when a frame fails or comes back with other bytes than the reference.
std::optional<Measured> measure(CudaWorker& worker, Picture& in, const Row& row, const Way& way) {
  const auto slots = static_cast<std::size_t>(way.slots);
  std::vector<Picture> out(slots, Picture(row.expected.shape));
  std::vector<Outcome> outcomes(slots);
  std::vector<std::int64_t> device_us;
  std::vector<std::int64_t> steps_us;
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t frame = 0; frame < kFrames; ++frame) {
    Outcome& outcome = outcomes[frame % slots];
    outcome.wait();
    if (outcome.result.status != Status::Ok) return {};
    if (frame >= slots) {
      device_us.push_back(outcome.result.device_us);
      steps_us.push_back(outcome.result.steps_us);
    }
    outcome.is_done.store(false, std::memory_order_release);
    DeviceJob job{&row.steps, in.view(), out[frame % slots].view(), outcome.completion()};
    if (row.jpeg) job.jpeg = &*row.jpeg;
    job.work = way.work;
    if (worker.submit(static_cast<int>(frame % slots), job) != Status::Ok) return {};
  }
  for (const Outcome& outcome : outcomes) outcome.wait();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  for (const Picture& picture : out) {
    if (picture.bytes != row.expected.bytes) return {};
  }
  return Measured{kFrames / seconds.count(), middle_of(device_us), middle_of(steps_us)};
}

/// What the steps of each row take, by its name; empty when a row fails or differs.
std::map<std::string, std::int64_t> measure_all(CudaWorker& worker, Picture& in) {
  std::map<std::string, std::int64_t> steps_us;
  std::uint64_t number = 0;
  std::printf("| steps | frames/s | by graphs, frames/s | one frame alone us | its steps us |\n");
  std::printf("| --- | ---: | ---: | ---: | ---: |\n");
  for (const Row& row : make_rows(in)) {
    const WorkName work{++number};
    const auto direct = measure(worker, in, row, {kSlots, {}});
    const auto graphs = measure(worker, in, row, {kSlots, work});
    const auto alone = measure(worker, in, row, {1, work});
    if (!direct || !graphs || !alone) {
      std::fprintf(stderr, "%s: failed, or differs from its reference\n", row.name.c_str());
      return {};
    }
    std::printf("| %s | %.0f | %.0f | %lld | %lld |\n", row.name.c_str(), direct->frames_per_second,
                graphs->frames_per_second, static_cast<long long>(alone->device_us),
                static_cast<long long>(alone->steps_us));
    steps_us[row.name] = alone->steps_us;
  }
  return steps_us;
}

/// What is fused, beside what it is fused into.
void print_fusing(const std::map<std::string, std::int64_t>& steps_us) {
  std::printf("\n| fused | times the time of | ratio | target |\n| --- | --- | ---: | ---: |\n");
  const auto print = [&](const char* fused, const char* alone, double target) {
    const double ratio = static_cast<double>(steps_us.at(fused)) / static_cast<double>(steps_us.at(alone));
    std::printf("| %s | %s | %.2f | %.2f |\n", fused, alone, ratio, target);
  };
  print("five_points", "sepia", 1.1);
  print("gaussian_5_grayscale_table", "gaussian_5", 1.15);
  print("gaussian_15_grayscale_table", "gaussian_15", 1.15);
  print("table_gaussian_5", "gaussian_5", 1.15);
}

// Batches: the same pictures, of mixed sizes, one launch of every step for each or for all of a batch.

constexpr std::size_t kBatch = 32;
constexpr std::size_t kBatches = 500;

Link box(int size) {
  return {DeviceBoxBlur{size}, [](const DeviceStep& step, ImageView in, ImageView out) {
            return reference::box_blur(in, std::get<DeviceBoxBlur>(step).kernel_size_px, out);
          }};
}

Link sobel() {
  return {DeviceNeighbourhood{NeighbourhoodKind::Sobel},
          [](const DeviceStep&, ImageView in, ImageView out) { return reference::sobel(in, out); }};
}

Link median(int size) {
  return {DeviceMedian{size}, [](const DeviceStep& step, ImageView in, ImageView out) {
            return reference::median_blur(in, std::get<DeviceMedian>(step).kernel_size_px, out);
          }};
}

Link opening(int size) {
  return {DeviceMorphology{Morphology::Open, *make_structuring_element(ElementShape::Ellipse, size)},
          [](const DeviceStep& step, ImageView in, ImageView out) {
            const auto& [operation, element] = std::get<DeviceMorphology>(step);
            return reference::morphology(in, operation, element, out);
          }};
}

Link area(int side) {
  return {DeviceResize{side, side, Interpolation::Area},
          [](const DeviceStep& step, ImageView in, ImageView out) {
            return reference::resize(in, std::get<DeviceResize>(step).interpolation, out);
          }};
}

/// What is run for every picture of a batch, and what becomes of each.
struct BatchRow {
  std::string name;
  std::vector<Row> pictures;  ///< all have the same steps
};

BatchRow make_batch_row(const std::string& name, const std::vector<Link>& links,
                        const std::vector<Picture>& in) {
  BatchRow row{name, {}};
  for (const Picture& picture : in) row.pictures.push_back(make_row(name, links, picture));
  return row;
}

/// Sides that are no multiples of a tile, too.
std::vector<Picture> mixed_pictures() {
  std::vector<Picture> pictures;
  std::mt19937 random(2);
  const auto side = [&] { return 64 + static_cast<int>(random() % 193); };
  for (std::size_t i = 0; i < kBatch; ++i) {
    const int width = side();
    pictures.push_back(noise({width, side(), 3}));
  }
  return pictures;
}

/// What one slot makes of a batch, or of one picture after the other.
struct BatchOutput {
  explicit BatchOutput(const BatchRow& row) {
    for (const Row& picture : row.pictures) made.emplace_back(picture.expected.shape);
  }
  bool is_as_expected(const BatchRow& row) const {
    for (std::size_t i = 0; i < made.size(); ++i) {
      if (made[i].bytes != row.pictures[i].expected.bytes) return false;
    }
    return true;
  }

  std::vector<Picture> made;
  Outcome outcome;
};

enum class Together : bool { No, Yes };

/// Hands one piece of work to a slot that is free, which waits for it first.
template <typename Submit>
bool submit_to(BatchOutput& slot, Submit submit) {
  slot.outcome.wait();
  if (slot.outcome.result.status != Status::Ok) return false;
  slot.outcome.is_done.store(false, std::memory_order_release);
  return submit() == Status::Ok;
}

/// Pictures a second; none when one fails or comes back with other bytes than the reference. Nothing has a
/// name, so that nothing becomes a graph: sizes that are mixed hardly come again.
std::optional<double> measure_batches(CudaWorker& worker, std::vector<Picture>& in, const BatchRow& row,
                                      Together together) {
  std::deque<BatchOutput> slots;
  for (int i = 0; i < kSlots; ++i) slots.emplace_back(row);
  const auto start = std::chrono::steady_clock::now();
  std::size_t turn = 0;
  for (std::size_t batch = 0; batch < kBatches; ++batch) {
    std::vector<DeviceItem> items;
    BatchOutput& to = slots[batch % kSlots];
    for (std::size_t i = 0; i < in.size(); ++i) {
      items.push_back({&row.pictures[i].steps, in[i].view(), to.made[i].view()});
    }
    if (together == Together::Yes) {
      const DeviceBatch work{items.data(), items.size(), to.outcome.completion()};
      const int slot = static_cast<int>(batch % kSlots);
      if (!submit_to(to, [&] { return worker.submit_batch(slot, work); })) return {};
      continue;
    }
    for (const DeviceItem& item : items) {
      const auto slot = static_cast<int>(turn++ % kSlots);
      BatchOutput& busy = slots[static_cast<std::size_t>(slot)];
      const DeviceJob job{item.steps, item.in, item.out, busy.outcome.completion()};
      if (!submit_to(busy, [&] { return worker.submit(slot, job); })) return {};
    }
  }
  for (const BatchOutput& slot : slots) slot.outcome.wait();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  for (const BatchOutput& slot : slots) {
    if (!slot.is_as_expected(row)) return {};
  }
  return static_cast<double>(kBatches * kBatch) / seconds.count();
}

/// False when a row fails or differs.
bool measure_all_batches(CudaWorker& worker) {
  std::vector<Picture> in = mixed_pictures();
  const BatchRow rows[] = {
      make_batch_row("table", {table()}, in),
      make_batch_row("gaussian_5", {gaussian(5)}, in),
      make_batch_row("gaussian_15", {gaussian(15)}, in),
      make_batch_row("gaussian_63", {gaussian(63)}, in),
      make_batch_row("box_9", {box(9)}, in),
      make_batch_row("sobel", {sobel()}, in),
      make_batch_row("median_3", {median(3)}, in),
      make_batch_row("open_5", {opening(5)}, in),
      make_batch_row("area_to_128x128", {area(128)}, in),
      make_batch_row("gaussian_5_grayscale_sobel_table", {gaussian(5), grayscale(), sobel(), table()}, in)};
  std::printf("\n| steps of 64x64 to 256x256 | frames/s | in batches of %zu, frames/s | ratio | target |\n",
              kBatch);
  std::printf("| --- | ---: | ---: | ---: | ---: |\n");
  for (const BatchRow& row : rows) {
    const auto alone = measure_batches(worker, in, row, Together::No);
    const auto together = measure_batches(worker, in, row, Together::Yes);
    if (!alone || !together) {
      std::fprintf(stderr, "batches of %s: failed, or differ from their reference\n", row.name.c_str());
      return false;
    }
    std::printf("| %s | %.0f | %.0f | %.1f | 10 |\n", row.name.c_str(), *alone, *together,
                *together / *alone);
  }
  return true;
}

int run() {
  const std::vector<CudaDeviceDescription> devices = cuda_devices();
  if (devices.empty()) {
    std::fprintf(stderr, "no CUDA device\n");
    return 1;
  }
  const std::size_t frame_bytes = kLarge.bytes();
  auto created =
      CudaWorker::create({devices.front().index, kSlots, {frame_bytes, 2 * frame_bytes, kTableBytes}});
  if (created.worker == nullptr) {
    std::fprintf(stderr, "%s\n", created.error.c_str());
    return 1;
  }
  std::printf("%s, %d slots\n\n", devices.front().name.c_str(), kSlots);
  Picture in = noise(kLarge);
  const auto steps_us = measure_all(*created.worker, in);
  if (steps_us.empty()) return 1;
  print_fusing(steps_us);
  return measure_all_batches(*created.worker) ? 0 : 1;
}

}  // namespace
}  // namespace framewright::kernels

int main() { return framewright::kernels::run(); }
