#include <cstdio>
#include <map>
#include <string>

#include "bench/device/rotation.hpp"
#include "bench/device/tables.hpp"
#include "bench/device/worker_runs.hpp"

namespace framewright::kernels {
namespace {

struct Row {
  const char* name;
  Links links;
  double target;  ///< share of what a copy moves in its time; 0 for none
};

constexpr double kPoints = 0.9;
constexpr double kSmallSquares = 0.9;

std::vector<Row> rows_of_any(const DeviceShape& in) {
  const auto side = [](int px, int of) { return std::max(1, px * 2 / of); };
  return {
      {"table", {table()}, kPoints},
      {"vignette", {vignette()}, kPoints},
      {"sharpen", {neighbourhood(NeighbourhoodKind::Sharpen)}, kSmallSquares},
      {"sobel", {neighbourhood(NeighbourhoodKind::Sobel)}, kSmallSquares},
      {"scharr", {neighbourhood(NeighbourhoodKind::Scharr)}, kSmallSquares},
      {"gaussian_3", {gaussian(3)}, kSmallSquares},
      {"gaussian_5", {gaussian(5)}, kSmallSquares},
      {"box_3", {box(3)}, kSmallSquares},
      {"box_5", {box(5)}, kSmallSquares},
      {"erode_3", {morphology(Morphology::Erode, ElementShape::Rectangle, 3)}, kSmallSquares},
      {"erode_5", {morphology(Morphology::Erode, ElementShape::Rectangle, 5)}, kSmallSquares},
      {"median_3", {median(3)}, kSmallSquares},
      {"median_5", {median(5)}, 0.25},
      {"gaussian_15", {gaussian(15)}, 0.6},
      {"box_31", {box(31)}, 0},
      {"equalize", {equalize()}, 0.5},
      {"clahe", {clahe()}, 0.5},
      {"otsu", {otsu()}, 0},
      {"gaussian_63", {gaussian(63)}, 0},
      {"erode_31", {morphology(Morphology::Erode, ElementShape::Rectangle, 31)}, 0},
      {"open_5", {morphology(Morphology::Open, ElementShape::Ellipse, 5)}, 0},
      {"bilateral_9", {bilateral(9)}, 0},
      {"area_half", {resized(Interpolation::Area, side(in.width_px, 4), side(in.height_px, 4))}, 0},
      {"bilinear_2_3", {resized(Interpolation::Bilinear, side(in.width_px, 3), side(in.height_px, 3))}, 0},
      {"lanczos_2_3", {resized(Interpolation::Lanczos, side(in.width_px, 3), side(in.height_px, 3))}, 0},
  };
}

std::vector<Row> rows_of_colours() {
  return {
      {"grayscale", {grayscale()}, kPoints},
      {"sepia", {sepia()}, kPoints},
      {"rgb_to_ycbcr", {rgb_to_ycbcr()}, kPoints},
      {"rgb_to_hsv", {conversion(ColourConversion::RgbToHsv)}, kPoints},
      {"hsv_to_rgb", {conversion(ColourConversion::HsvToRgb)}, kPoints},
      {"rgb_to_lab", {conversion(ColourConversion::RgbToLab)}, kPoints},
      {"lab_to_rgb", {conversion(ColourConversion::LabToRgb)}, kPoints},
      // Tables that follow each other are one; these are five operations.
      {"five_points", {sepia(), table(), sepia(), table(), sepia()}, kPoints},
      {"gaussian_5_grayscale_table", {gaussian(5), grayscale(), table()}, 0},
      {"gaussian_15_grayscale_table", {gaussian(15), grayscale(), table()}, 0},
      {"table_gaussian_5", {table(), gaussian(5)}, 0},
      {"white_balance", {white_balance()}, 0},
  };
}

/// Whether a device makes what the references make, of a picture that is no multiple of anything.
void compare(CudaWorker& worker, const Row& row, const Picture& in) {
  const Picture expected = expected_of(row.links, in);
  Picture made(expected.shape);
  Outcome outcome;
  const DeviceSteps steps = steps_of(row.links);
  require_accepted(worker.submit(0, {&steps, in.view(), made.view(), outcome.expect()}));
  outcome.wait();
  if (made.bytes != expected.bytes) {
    throw std::runtime_error(std::string(row.name) + " differs from its reference");
  }
}

/// Seconds of each row, by its name.
using Times = std::map<std::string, double>;

Times print_rows(const std::vector<Row>& rows, const DeviceShape& shape, const Scale& scale) {
  Rotation rotation(scale.device_index, shape, scale.repetitions, scale.seconds);
  const Picture compared = noise({scale.compared.width_px, scale.compared.height_px, shape.channels});
  const auto worker = make_worker(scale.device_index, 1, shape.bytes() + compared.bytes.size());
  const double copied = 2.0 * static_cast<double>(shape.bytes()) / rotation.seconds_of_copy();
  std::printf("\n%dx%d, %s. A copy on the device moves %.0f GB/s (bytes read and written).\n\n",
              shape.width_px, shape.height_px, shape.channels == 1 ? "gray" : "RGB", copied / 1e9);
  std::printf("| steps | us | GB/s | share of a copy | target |\n| --- | ---: | ---: | ---: | ---: |\n");
  Times times;
  for (const Row& row : rows) {
    compare(*worker, row, compared);
    const DeviceSteps steps = steps_of(row.links);
    DeviceShape made = shape;
    for (const DeviceStep& step : steps) made = output_shape(step, made);
    const double seconds = rotation.seconds_of(steps);
    const double moved = static_cast<double>(shape.bytes() + made.bytes()) / seconds;
    std::printf("| %s | %.1f | %.0f | %.2f |", row.name, 1e6 * seconds, moved / 1e9, moved / copied);
    row.target > 0 ? std::printf(" %.2f |\n", row.target) : std::printf("  |\n");
    std::fflush(stdout);
    times[row.name] = seconds;
  }
  return times;
}

/// What is allowed to cost little more than something else.
void print_ratios(const Times& times) {
  std::printf("\n| steps | times the time of | ratio | target |\n| --- | --- | ---: | ---: |\n");
  const auto print = [&](const char* steps, const char* beside, double target) {
    std::printf("| %s | %s | %.2f | %.2f |\n", steps, beside, times.at(steps) / times.at(beside), target);
  };
  print("five_points", "sepia", 1.1);
  print("gaussian_5_grayscale_table", "gaussian_5", 1.15);
  print("gaussian_15_grayscale_table", "gaussian_15", 1.15);
  print("table_gaussian_5", "gaussian_5", 1.15);
  print("box_31", "box_5", 1.3);
}

}  // namespace

void print_bandwidth(const Scale& scale) {
  const DeviceShape& colours = scale.large;
  std::vector<Row> rows = rows_of_colours();
  for (Row& row : rows_of_any(colours)) rows.push_back(std::move(row));
  print_ratios(print_rows(rows, colours, scale));
  const DeviceShape gray{colours.width_px, colours.height_px, 1};
  rows = rows_of_any(gray);
  rows.push_back({"canny", {canny()}, 0});
  print_rows(rows, gray, scale);
}

}  // namespace framewright::kernels
