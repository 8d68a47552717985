// Pixels at other places: turned, or a part of them.
#include "kernels/pixel_groups.cuh"
#include "kernels/wide_bytes.cuh"

namespace framewright::kernels {
namespace {

// A block moves a square through shared memory, so that it reads and writes along rows even where rows become
// columns.
constexpr int kSide = 32;
constexpr int kThreads = 256;

/// From one row of the square to the next: an odd number of words keeps a column out of one bank.
template <int kChannels>
constexpr int kPitch = kSide * kChannels + 4;

/// The pixel of the input that a square begins at.
struct Corner {
  int x;
  int y;
};

/// Where the part of one side of the input begins that a square shows: the positions [from, from + kSide),
/// counted from the end of the side where it is read backwards.
__device__ int begin_of(int from, int side_px, bool backwards) {
  if (!backwards) return from;
  return from + kSide < side_px ? side_px - from - kSide : 0;
}

/// Rows of the input, from a pixel of it on, into the square. Beyond the end of the picture nothing is read.
template <int kChannels>
__device__ void read_square(const DevicePicture& in, const Corner& corner, std::uint32_t* square) {
  constexpr int kWords = kSide * kChannels / 4;
  const int row_bytes = in.width_px * kChannels;
  for (int i = static_cast<int>(threadIdx.x); i < kSide * kWords; i += kThreads) {
    const int row = i / kWords;
    const int word = i % kWords;
    const int x = corner.x * kChannels + 4 * word;
    const int at = (corner.y + row) * row_bytes + x;
    if (corner.y + row >= in.height_px || x >= row_bytes) continue;
    square[row * kPitch<kChannels> / 4 + word] =
        x + 4 <= row_bytes ? four_bytes(in.pixels, at) : word_of([&](int byte) {
          return x + byte < row_bytes ? in.pixels[at + byte] : std::uint8_t{0};
        });
  }
}

/// A row of a square of the output, wherever it begins there: whole words, and bytes at its ends.
/// byte(i) gives its i-th.
template <typename Byte>
__device__ void write_word(int word, int count, std::uint8_t* out, int at, Byte byte) {
  const int first = (at & ~3) + 4 * word - at;  // of the row; may lie before it
  if (first >= 0 && first + 4 <= count) {
    reinterpret_cast<std::uint32_t*>(out)[(at + first) >> 2] =
        word_of([&](int i) { return byte(first + i); });
    return;
  }
  for (int i = first; i < first + 4; ++i) {
    if (i >= 0 && i < count) out[at + i] = byte(i);
  }
}

template <int kChannels>
__global__ void turn_square(LaunchFrames frames, Turn turn) {
  __shared__ std::uint32_t square[kSide * kPitch<kChannels> / 4];
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const int out_width = turn.swap_axes ? in.height_px : in.width_px;
  const int out_height = turn.swap_axes ? in.width_px : in.height_px;
  const int left = frame.left(out_width, kSide);
  const int top = frame.top(out_width, kSide, kSide);
  const Corner corner{begin_of(turn.swap_axes ? top : left, in.width_px, turn.from_right),
                      begin_of(turn.swap_axes ? left : top, in.height_px, turn.from_bottom)};
  read_square<kChannels>(in, corner, square);
  __syncthreads();
  const auto* values = reinterpret_cast<const std::uint8_t*>(square);
  const int count = (left + kSide < out_width ? kSide : out_width - left) * kChannels;
  // A row that begins within a word touches one more.
  constexpr int kWords = kSide * kChannels / 4 + 1;
  for (int i = static_cast<int>(threadIdx.x); i < kSide * kWords; i += kThreads) {
    const int y = top + i / kWords;
    if (y >= out_height) break;
    write_word(i % kWords, count, frame.out, (y * out_width + left) * kChannels, [&](int byte) {
      const int x = left + byte / kChannels;
      const int column = turn.swap_axes ? y : x;
      const int row = turn.swap_axes ? x : y;
      const int in_column = (turn.from_right ? in.width_px - 1 - column : column) - corner.x;
      const int in_row = (turn.from_bottom ? in.height_px - 1 - row : row) - corner.y;
      return values[in_row * kPitch<kChannels> + in_column * kChannels + byte % kChannels];
    });
  }
}

constexpr int kCopied = 16;

/// So many bytes of the part for a thread. Where they are of one row they are read as words.
__global__ void copy_part(LaunchFrames frames, PixelRectangle part) {
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const int row_bytes = part.width_px * in.channels;
  const int begin = (frame.block * kThreads + static_cast<int>(threadIdx.x)) * kCopied;
  if (begin >= row_bytes * part.height_px) return;
  int y = begin / row_bytes;
  int x = begin % row_bytes;
  const auto place = [&] { return ((part.y + y) * in.width_px + part.x) * in.channels + x; };
  auto* out = reinterpret_cast<uint4*>(frame.out) + begin / kCopied;
  if (x + kCopied <= row_bytes) {
    *out = sixteen_bytes(in.pixels, place());
    return;
  }
  const auto next = [&](int /*i*/) {
    if (y == part.height_px) return std::uint8_t{0};
    const std::uint8_t value = in.pixels[place()];
    if (++x == row_bytes) {
      x = 0;
      ++y;
    }
    return value;
  };
  const std::uint32_t first = word_of(next);
  const std::uint32_t second = word_of(next);
  const std::uint32_t third = word_of(next);
  *out = {first, second, third, word_of(next)};
}

}  // namespace

cudaError_t enqueue(const DeviceTurn& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work) {
  // Squares of the output are as many as those of the input.
  const LaunchFrames frames(in, out, [](const DeviceShape& shape) {
    return rectangles_of(shape.width_px, shape.height_px, kSide, kSide);
  });
  return launch(for_channels(in.channels(), [](auto channels) { return turn_square<channels()>; }),
                frames.grid(kThreads), work.stream, frames, step.turn);
}

cudaError_t enqueue(const DeviceCrop& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work) {
  const LaunchFrames frames(
      in, out, [&](const DeviceShape&) { return blocks_for(out.shape(0).bytes(), kThreads * kCopied); });
  return launch(copy_part, frames.grid(kThreads), work.stream, frames, step.part);
}

}  // namespace framewright::kernels
