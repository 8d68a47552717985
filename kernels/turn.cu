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

__global__ void turn_square(LaunchFrames frames, Turn turn) {
  __shared__ std::uint8_t square[kSide * kPitch * 4];
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const int out_width = turn.swap_axes ? in.height_px : in.width_px;
  const int out_height = turn.swap_axes ? in.width_px : in.height_px;
  const int left = frame.left(out_width, kSide);
  const int top = frame.top(out_width, kSide, kSide);
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
    if (x >= out_width || y >= out_height) continue;
    const int column = turn.swap_axes ? y : x;
    const int row = turn.swap_axes ? x : y;
    const int in_column = (turn.from_right ? in.width_px - 1 - column : column) - columns.begin;
    const int in_row = (turn.from_bottom ? in.height_px - 1 - row : row) - rows.begin;
    const std::uint8_t* from = square + (in_row * kPitch + in_column) * channels;
    std::uint8_t* to = frame.out + (y * out_width + x) * channels;
    for (int c = 0; c < channels; ++c) to[c] = from[c];
  }
}

__global__ void copy_part(LaunchFrames frames, PixelRectangle part) {
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const int row_elements = part.width_px * in.channels;
  const int element = frame.left(row_elements, kThreads) + static_cast<int>(threadIdx.x);
  if (element >= row_elements) return;
  const int y = frame.top(row_elements, kThreads, 1);
  frame.out[y * row_elements + element] =
      in.pixels[((part.y + y) * in.width_px + part.x) * in.channels + element];
}

}  // namespace

cudaError_t enqueue(const DeviceTurn& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work) {
  // Squares of the output are as many as those of the input.
  const LaunchFrames frames(in, out, [](const DeviceShape& shape) {
    return rectangles_of(shape.width_px, shape.height_px, kSide, kSide);
  });
  return launch(turn_square, frames.grid(kThreads), work.stream, frames, step.turn);
}

cudaError_t enqueue(const DeviceCrop& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work) {
  const LaunchFrames frames(in, out, [&](const DeviceShape& shape) {
    return rectangles_of(step.part.width_px * shape.channels, step.part.height_px, kThreads, 1);
  });
  return launch(copy_part, frames.grid(kThreads), work.stream, frames, step.part);
}

}  // namespace framewright::kernels
