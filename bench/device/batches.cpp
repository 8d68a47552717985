// The same pictures, of mixed sizes: one launch of every step for each, or for all of a batch.
#include <cstdio>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "bench/device/tables.hpp"
#include "bench/device/worker_runs.hpp"

namespace framewright::kernels {
namespace {

constexpr int kSlots = 4;
constexpr std::size_t kBatch = 32;
constexpr double kTarget = 10;

struct Row {
  const char* name;
  Links links;
};

/// Pictures are resized to this side.
std::vector<Row> rows_for(int side_px) {
  return {{"table", {table()}},
          {"gaussian_5", {gaussian(5)}},
          {"gaussian_15", {gaussian(15)}},
          {"gaussian_63", {gaussian(63)}},
          {"box_9", {box(9)}},
          {"sobel", {neighbourhood(NeighbourhoodKind::Sobel)}},
          {"median_3", {median(3)}},
          {"open_5", {morphology(Morphology::Open, ElementShape::Ellipse, 5)}},
          {"area_to_one_size", {resized(Interpolation::Area, side_px, side_px)}},
          {"gaussian_5_grayscale_sobel_table",
           {gaussian(5), grayscale(), neighbourhood(NeighbourhoodKind::Sobel), table()}}};
}

/// Sides that are no multiples of a tile, too.
std::vector<Picture> mixed_pictures(int least_side_px, int most_side_px) {
  std::vector<Picture> pictures;
  std::mt19937 random(2);
  const auto sides = static_cast<unsigned>(most_side_px - least_side_px + 1);
  const auto side = [&] { return least_side_px + static_cast<int>(random() % sides); };
  for (std::size_t i = 0; i < kBatch; ++i) {
    const int width = side();
    pictures.push_back(noise({width, side(), 3}));
  }
  return pictures;
}

/// What is run for every picture, and what becomes of each.
struct Work {
  DeviceSteps steps;
  std::vector<Picture> expected;
};

/// What one slot makes of a batch, or of one picture after the other.
struct Made {
  explicit Made(const Work& work) {
    for (const Picture& picture : work.expected) pictures.emplace_back(picture.shape);
  }
  bool is_as_expected(const Work& work) const {
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      if (pictures[i].bytes != work.expected[i].bytes) return false;
    }
    return true;
  }

  std::vector<Picture> pictures;
  Outcome outcome;
};

enum class Together : bool { No, Yes };

/// Pictures a second of at least as many batches as there are slots. Nothing has a name, so that nothing
/// becomes a graph: sizes that are mixed hardly come again.
double measure(CudaWorker& worker, const std::vector<Picture>& in, const Work& work, Together together,
               int batches) {
  std::deque<Made> slots;
  for (int i = 0; i < kSlots; ++i) slots.emplace_back(work);
  const auto start = Clock::now();
  std::size_t turn = 0;
  for (int batch = 0; batch < batches; ++batch) {
    std::vector<DeviceItem> items;
    Made& to = slots[static_cast<std::size_t>(batch % kSlots)];
    for (std::size_t i = 0; i < in.size(); ++i) {
      items.push_back({&work.steps, in[i].view(), to.pictures[i].view()});
    }
    if (together == Together::Yes) {
      to.outcome.wait();
      require_accepted(
          worker.submit_batch(batch % kSlots, {items.data(), items.size(), to.outcome.expect()}));
      continue;
    }
    for (const DeviceItem& item : items) {
      const std::size_t slot = turn++ % kSlots;
      slots[slot].outcome.wait();
      require_accepted(worker.submit(static_cast<int>(slot),
                                     {item.steps, item.in, item.out, slots[slot].outcome.expect()}));
    }
  }
  for (const Made& slot : slots) slot.outcome.wait();
  const double seconds = seconds_since(start);
  for (const Made& slot : slots) {
    if (!slot.is_as_expected(work)) throw std::runtime_error("a batch differs from its reference");
  }
  return static_cast<double>(batches) * static_cast<double>(in.size()) / seconds;
}

}  // namespace

void print_batches(const Scale& scale) {
  const std::vector<Picture> in = mixed_pictures(scale.least_side_px, scale.most_side_px);
  std::size_t bytes = 0;
  for (const Picture& picture : in) bytes += device_bytes(picture.bytes.size());
  const auto worker = make_worker(scale.device_index, kSlots, 2 * bytes);
  std::printf("\nPictures of mixed sizes, RGB, sides of %d to %d, one by one and in batches of %zu.\n\n",
              scale.least_side_px, scale.most_side_px, kBatch);
  std::printf("| steps | frames/s | in batches, frames/s | ratio | target |\n");
  std::printf("| --- | ---: | ---: | ---: | ---: |\n");
  for (const Row& row : rows_for(scale.most_side_px / 2)) {
    Work work{steps_of(row.links), {}};
    for (const Picture& picture : in) work.expected.push_back(expected_of(row.links, picture));
    const double alone = measure(*worker, in, work, Together::No, scale.batches);
    const double together = measure(*worker, in, work, Together::Yes, scale.batches);
    std::printf("| %s | %.0f | %.0f | %.1f | %.0f |\n", row.name, alone, together, together / alone, kTarget);
    std::fflush(stdout);
  }
}

}  // namespace framewright::kernels
