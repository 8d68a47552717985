// Frames a second through all slots of a worker, launch by launch and by graphs, and what one frame takes
// that has the device for itself, with copies and without.
#include <algorithm>
#include <cstdio>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "bench/device/tables.hpp"
#include "bench/device/worker_runs.hpp"
#include "kernels/reference.hpp"

namespace framewright::kernels {
namespace {

constexpr int kSlots = 4;

struct Row {
  std::string name;
  DeviceSteps steps;
  Picture expected;
  std::optional<JpegTables> jpeg = {};  ///< given: the output leaves as the scan of a JPEG
};

Row make_row(const char* name, const Links& links, const Picture& in) {
  return {name, steps_of(links), expected_of(links, in)};
}

/// No step but the coding.
Row make_jpeg_row(Picture& in) {
  Row row{"jpeg_80", {}, Picture(in.shape), make_jpeg_tables(80)};
  auto& bytes = row.expected.bytes;
  if (reference::jpeg_scan(in.view(), *row.jpeg, bytes.data(), bytes.size()) > 8 * bytes.size()) {
    throw std::runtime_error("a scan is larger than its picture");
  }
  return row;
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

std::int64_t middle_of(std::vector<std::int64_t>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Of at least one frame for each slot.
Measured measure(CudaWorker& worker, const Picture& in, const Row& row, const Way& way, int frames) {
  const auto slots = static_cast<std::size_t>(way.slots);
  std::vector<Picture> out(slots, Picture(row.expected.shape));
  std::deque<Outcome> outcomes(slots);
  std::vector<std::int64_t> device_us;
  std::vector<std::int64_t> steps_us;
  const auto take = [&](const Outcome& outcome) {
    const DeviceResult& result = outcome.wait();
    device_us.push_back(result.device_us());
    steps_us.push_back(result.steps_us);
  };
  const auto start = Clock::now();
  for (std::size_t frame = 0; frame < static_cast<std::size_t>(frames); ++frame) {
    Outcome& outcome = outcomes[frame % slots];
    if (frame >= slots) take(outcome);
    DeviceJob job{&row.steps, in.view(), out[frame % slots].view(), outcome.expect()};
    if (row.jpeg) job.jpeg = &*row.jpeg;
    job.work = way.work;
    require_accepted(worker.submit(static_cast<int>(frame % slots), job));
  }
  for (const Outcome& outcome : outcomes) take(outcome);
  const double seconds = seconds_since(start);
  for (const Picture& picture : out) {
    if (picture.bytes != row.expected.bytes)
      throw std::runtime_error(row.name + " differs from its reference");
  }
  return {frames / seconds, middle_of(device_us), middle_of(steps_us)};
}

}  // namespace

void print_frames(const Scale& scale) {
  Picture in = noise(scale.large);
  const Row rows[] = {make_row("table", {table()}, in), make_row("gaussian_5", {gaussian(5)}, in),
                      make_row("gaussian_15", {gaussian(15)}, in),
                      make_row("gaussian_5_grayscale_table", {gaussian(5), grayscale(), table()}, in),
                      make_jpeg_row(in)};
  const auto worker = make_worker(scale.device_index, kSlots, in.bytes.size());
  std::printf("\nFrames of %dx%d, RGB, through %d slots, copied up and down by the worker.\n\n",
              in.shape.width_px, in.shape.height_px, kSlots);
  std::printf("| steps | frames/s | by graphs, frames/s | one frame alone us | its steps us |\n");
  std::printf("| --- | ---: | ---: | ---: | ---: |\n");
  std::uint64_t number = 0;
  for (const Row& row : rows) {
    const WorkName work{++number};
    const Measured direct = measure(*worker, in, row, {kSlots, {}}, scale.frames);
    const Measured graphs = measure(*worker, in, row, {kSlots, work}, scale.frames);
    const Measured alone = measure(*worker, in, row, {1, work}, scale.frames);
    std::printf("| %s | %.0f | %.0f | %lld | %lld |\n", row.name.c_str(), direct.frames_per_second,
                graphs.frames_per_second, static_cast<long long>(alone.device_us),
                static_cast<long long>(alone.steps_us));
    std::fflush(stdout);
  }
}

}  // namespace framewright::kernels
