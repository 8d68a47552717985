// Pixels at other places: turned, or a part of them.
#include "kernels/cuda_steps.cuh"

namespace framewright::kernels {
namespace {

// A block moves a square through shared memory, so that it reads and writes along rows even where rows become
// columns. A pixel more in each row there keeps a column out of one bank.
constexpr int kSide = 32;
constexpr int kPitch = kSide + 1;
constexpr int kThreads = 256;

/// The part of one side of the input that a square shows.
struct Span {
  int begin;
  int side_px;

  __device__ bool holds(int position) const { return begin + position < side_px; }
};

/// The positions [from, from + kSide) of a side, counted from its end where it is read backwards.
__device__ Span span_of(int from, int side_px, bool backwards) {
  if (!backwards) return {from, side_px};
  const int last = from + kSide < side_px ? from + kSide : side_px;
  return {side_px - last, side_px - from};
}

__global__ void turn_square(DevicePicture in, Turn turn, DevicePicture out) {
  __shared__ std::uint8_t square[kSide * kPitch * 4];
  const int left = static_cast<int>(blockIdx.x) * kSide;
  const int top = static_cast<int>(blockIdx.y) * kSide;
  const Span columns = span_of(turn.swap_axes ? top : left, in.width_px, turn.from_right);
  const Span rows = span_of(turn.swap_axes ? left : top, in.height_px, turn.from_bottom);
  const int channels = in.channels;
  for (int i = static_cast<int>(threadIdx.x); i < kSide * kSide; i += kThreads) {
    if (!columns.holds(i % kSide) || !rows.holds(i / kSide)) continue;
    const std::uint8_t* from =
        in.pixels + ((rows.begin + i / kSide) * in.width_px + columns.begin + i % kSide) * channels;
    std::uint8_t* to = square + (i / kSide * kPitch + i % kSide) * channels;
    for (int c = 0; c < channels; ++c) to[c] = from[c];
  }
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < kSide * kSide; i += kThreads) {
    const int x = left + i % kSide;
    const int y = top + i / kSide;
    if (x >= out.width_px || y >= out.height_px) continue;
    const int column = turn.swap_axes ? y : x;
    const int row = turn.swap_axes ? x : y;
    const int in_column = (turn.from_right ? in.width_px - 1 - column : column) - columns.begin;
    const int in_row = (turn.from_bottom ? in.height_px - 1 - row : row) - rows.begin;
    const std::uint8_t* from = square + (in_row * kPitch + in_column) * channels;
    std::uint8_t* to = out.pixels + (y * out.width_px + x) * channels;
    for (int c = 0; c < channels; ++c) to[c] = from[c];
  }
}

__global__ void copy_part(DevicePicture in, PixelRectangle part, std::uint8_t* out) {
  const int element = static_cast<int>(blockIdx.x * kThreads + threadIdx.x);
  const int row_elements = part.width_px * in.channels;
  if (element >= row_elements) return;
  const int y = static_cast<int>(blockIdx.y);
  out[y * row_elements + element] = in.pixels[((part.y + y) * in.width_px + part.x) * in.channels + element];
}

}  // namespace

cudaError_t enqueue(const DeviceTurn& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  const Grid grid{{blocks_for(static_cast<std::size_t>(out.width_px), kSide),
                   blocks_for(static_cast<std::size_t>(out.height_px), kSide)},
                  kThreads};
  return launch(turn_square, grid, work.stream, in, step.turn, out);
}

cudaError_t enqueue(const DeviceCrop& step, const DevicePicture& in, const DevicePicture& out,
                    const DeviceWorkspace& work) {
  const auto elements = static_cast<std::size_t>(out.width_px * out.channels);
  const Grid grid{{blocks_for(elements, kThreads), static_cast<unsigned>(out.height_px)}, kThreads};
  return launch(copy_part, grid, work.stream, in, step.part, out.pixels);
}

}  // namespace framewright::kernels
