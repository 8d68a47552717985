#include "kernels/point_chain.cuh"

#include "kernels/pixel_groups.cuh"
#include "kernels/point_run.cuh"

namespace framewright::kernels {
namespace {

/// Blocks that are to share a multiprocessor: it waits for memory, and with more registers for each there
/// would be fewer threads to wait with. Turing's has 1024 threads. Where
/// the host stands in for a device, launches have no bounds.
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 800
[[maybe_unused]] constexpr int kBlocksTogether = 4;
#else
[[maybe_unused]] constexpr int kBlocksTogether = 6;
#endif

/// One after the other, so that what a block does before its first pixel counts for more of them. Pictures
/// have too few blocks for more of it.
constexpr int kGroupsOfThread = 2;

template <int kIn, int kOut>
__global__ void __launch_bounds__(kGroupThreads, kBlocksTogether)
    run_point_chain(LaunchFrames frames, PointChain chain, DeviceTables large) {
  __shared__ std::uint32_t tables[PointRun::kTableWords];
  PointRun::copy_tables(chain, tables);
  const BlockFrame frame = frames.of_block();
  const PointRun points{chain, large, reinterpret_cast<const std::uint8_t*>(tables), frame.in};
  const int first = frame.block * kGroupThreads * kGroupsOfThread + static_cast<int>(threadIdx.x);
  FW_NO_UNROLL
  for (int turn = 0; turn < kGroupsOfThread; ++turn) {
    const int group = first + turn * kGroupThreads;
    if (group >= group_count(frame.in)) return;
    Pixel pixels[kGroupPixels];
    unpack<kIn>(reinterpret_cast<const std::uint32_t*>(frame.in.pixels) + group * kIn, pixels);
    points.for_each_behind([&](const PointOperation& operation) {
      points.apply<kGroupPixels>(
          operation, [&](int i) { return points.place_of(group * kGroupPixels + i); }, pixels);
    });
    pack<kOut>(pixels, reinterpret_cast<std::uint32_t*>(frame.out) + group * kOut);
  }
}

}  // namespace

PointOperation* PointChain::next(PointKind kind) {
  if (operation_count_ == kMaxOperations) return nullptr;
  PointOperation& operation = operations_[operation_count_++];
  operation.kind = kind;
  operation.channels = static_cast<std::uint8_t>(channels_);
  return &operation;
}

bool PointChain::append(const DeviceGrayscale& step) {
  if (channels_ == 1) return true;
  PointOperation* operation = next(PointKind::Gray);
  if (operation == nullptr) return false;
  operation->algorithm = step.algorithm;
  channels_ = 1;
  return true;
}

bool PointChain::append(const DevicePointTable& step) {
  const bool follows_table =
      operation_count_ > before_count_ && operations_[operation_count_ - 1].kind == PointKind::Table;
  if (follows_table) {
    PointTable& before = tables_[operations_[operation_count_ - 1].table];
    before = compose(before, step.table);
    return true;
  }
  PointOperation* operation = next(PointKind::Table);
  if (operation == nullptr) return false;
  operation->table = static_cast<std::uint8_t>(table_count_);
  tables_[table_count_++] = step.table;
  return true;
}

bool PointChain::append(const DeviceColourMatrix& step) {
  if (channels_ == 1) return true;
  PointOperation* operation = next(PointKind::Matrix);
  if (operation == nullptr) return false;
  operation->matrix = step.matrix;
  return true;
}

/// Gray is its own value in HSV; in L*a*b* it is a table.
bool PointChain::append(const DeviceConversion& step) {
  if (channels_ > 1) {
    switch (step.conversion) {
      case ColourConversion::RgbToHsv: return next(PointKind::RgbToHsv) != nullptr;
      case ColourConversion::HsvToRgb: return next(PointKind::HsvToRgb) != nullptr;
      case ColourConversion::RgbToLab: return next(PointKind::RgbToLab) != nullptr;
      case ColourConversion::LabToRgb: return next(PointKind::LabToRgb) != nullptr;
    }
  }
  const bool to_lab = step.conversion == ColourConversion::RgbToLab;
  if (!to_lab && step.conversion != ColourConversion::LabToRgb) return true;
  DevicePointTable grays{};
  for (int value = 0; value < 256; ++value) {
    std::uint8_t made[3];
    if (to_lab) {
      rgb_to_lab_pixel(to_lab_tables(), value, value, value, made);
    } else {
      lab_to_rgb_pixel(from_lab_tables(), value, 128, 128, made);
    }
    grays.table[static_cast<std::size_t>(value)] = made[0];
  }
  return append(grays);
}

bool PointChain::append(const DeviceVignette& step) {
  PointOperation* operation = next(PointKind::Vignette);
  if (operation == nullptr) return false;
  operation->vignette = step.vignette;
  return true;
}

bool PointChain::add(const DeviceStep& step) {
  const bool is_added = std::visit([&](const auto& each) { return append(each); }, step);
  has_steps_ = has_steps_ || is_added;
  return is_added;
}

cudaError_t PointChain::enqueue(const DevicePictures& in, const DevicePictures& out,
                                const DeviceWorkspace& work) const {
  const LaunchFrames frames(in, out, [](const DeviceShape& shape) {
    return blocks_for(shape.pixels(), kGroupPixels * kGroupThreads * kGroupsOfThread);
  });
  const auto run = [&](auto* kernel) {
    return launch(kernel, frames.grid(kGroupThreads), work.stream, frames, *this, work.tables);
  };
  if (in_channels_ == 1) return run(run_point_chain<1, 1>);
  if (in_channels_ == 3) return run(channels_ == 1 ? run_point_chain<3, 1> : run_point_chain<3, 3>);
  return run(channels_ == 1 ? run_point_chain<4, 1> : run_point_chain<4, 4>);
}

}  // namespace framewright::kernels
