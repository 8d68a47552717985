// The Kuwahara filter: sums of all squares of a tile first, along rows and then along columns, so that a
// pixel looks up four of them.
#include "kernels/cuda_tile.cuh"
#include "kernels/oil_painting_math.hpp"

namespace framewright::kernels {
namespace {

/// Squares are named by their upper left pixel, which lies at most the radius before that of a tile's pixel.
struct Squares {
  int radius;

  FW_HOST_DEVICE int side() const { return radius + 1; }
  FW_HOST_DEVICE int wide() const { return Tile::kWidth + radius; }
  FW_HOST_DEVICE int rows() const { return Tile::kHeight + radius; }
  FW_HOST_DEVICE int count() const { return wide() * rows(); }
  /// Sums along rows are needed for all rows that a tile sees.
  FW_HOST_DEVICE int row_sums() const { return wide() * (Tile::kHeight + 2 * radius); }
};

/// What a block keeps: luma, sums along rows, sums of squares, and the square that each pixel takes.
struct Memory {
  std::uint32_t* row_sums;
  std::uint32_t* spreads;
  std::uint16_t* chosen;
  std::uint8_t* values;

  __device__ Memory(const Squares& squares, std::uint32_t* shared)
      : row_sums(shared),
        spreads(row_sums + squares.row_sums()),
        chosen(reinterpret_cast<std::uint16_t*>(spreads + squares.count())),
        values(reinterpret_cast<std::uint8_t*>(chosen + Tile::kWidth * Tile::kHeight)) {}

  static std::size_t bytes(const Squares& squares) {
    const int words = squares.row_sums() + squares.count();
    const int values = Tile{1, squares.radius}.wide_elements();
    return static_cast<std::size_t>(words) * 4 + 2 * Tile::kWidth * Tile::kHeight +
           static_cast<std::size_t>(values);
  }
};

/// value(x, y) of the tile with its surroundings.
template <typename Value>
__device__ void load_values(const DevicePicture& in, const Tile& tile, const Memory& memory, Value value) {
  for (int i = static_cast<int>(threadIdx.x); i < tile.wide_elements(); i += kTileThreads) {
    const int x = border_index(tile.left - tile.radius + i % tile.wide(), in.width_px, Border::Reflect);
    const int y = border_index(tile.top - tile.radius + i / tile.wide(), in.height_px, Border::Reflect);
    memory.values[i] = value(in.pixels + (y * in.width_px + x) * in.channels);
  }
  __syncthreads();
}

/// Along rows, of what term() makes of each value.
template <typename Term>
__device__ void add_along_rows(const Squares& squares, const Tile& tile, const Memory& memory, Term term) {
  for (int i = static_cast<int>(threadIdx.x); i < squares.row_sums(); i += kTileThreads) {
    const std::uint8_t* first = memory.values + i / squares.wide() * tile.wide() + i % squares.wide();
    std::uint32_t sum = 0;
    for (int x = 0; x < squares.side(); ++x) sum += term(std::uint32_t{first[x]});
    memory.row_sums[i] = sum;
  }
  __syncthreads();
}

/// The sum of square i, from sums along rows.
__device__ std::uint32_t square_sum(const Squares& squares, const Memory& memory, int i) {
  std::uint32_t sum = 0;
  for (int y = 0; y < squares.side(); ++y) sum += memory.row_sums[i + y * squares.wide()];
  return sum;
}

__device__ void find_spreads(const Squares& squares, const Tile& tile, const Memory& memory) {
  add_along_rows(squares, tile, memory, [](std::uint32_t value) { return value; });
  const auto count = static_cast<std::uint32_t>(squares.side() * squares.side());
  for (int i = static_cast<int>(threadIdx.x); i < squares.count(); i += kTileThreads) {
    memory.spreads[i] = square_sum(squares, memory, i);
  }
  __syncthreads();
  add_along_rows(squares, tile, memory, [](std::uint32_t value) { return value * value; });
  for (int i = static_cast<int>(threadIdx.x); i < squares.count(); i += kTileThreads) {
    memory.spreads[i] = square_spread(count, memory.spreads[i], square_sum(squares, memory, i));
  }
  __syncthreads();
}

/// Of above left, above right, below left and below right the first that varies least.
__device__ void choose_squares(const Squares& squares, const Memory& memory) {
  for (int i = static_cast<int>(threadIdx.x); i < Tile::kWidth * Tile::kHeight; i += kTileThreads) {
    const int above_left = i / Tile::kWidth * squares.wide() + i % Tile::kWidth;
    int calmest = above_left;
    const auto consider = [&](int square) {
      if (memory.spreads[square] < memory.spreads[calmest]) calmest = square;
    };
    consider(above_left + squares.radius);
    consider(above_left + squares.radius * squares.wide());
    consider(above_left + squares.radius * (squares.wide() + 1));
    memory.chosen[i] = static_cast<std::uint16_t>(calmest);
  }
  __syncthreads();
}

__global__ void paint_tile(LaunchFrames frames, int radius) {
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const Squares squares{radius};
  const Tile tile = Tile{1, radius}.at(frame);
  const Memory memory(squares, shared_memory<std::uint32_t>());
  load_values(in, tile, memory, [&](const std::uint8_t* pixel) {
    return in.channels == 1 ? pixel[0] : gray_of(GrayscaleAlgorithm::Bt601, pixel[0], pixel[1], pixel[2]);
  });
  find_spreads(squares, tile, memory);
  choose_squares(squares, memory);
  const auto count = static_cast<std::uint32_t>(squares.side() * squares.side());
  for (int channel = 0; channel < in.channels; ++channel) {
    if (channel < 3) {
      load_values(in, tile, memory, [&](const std::uint8_t* pixel) { return pixel[channel]; });
      add_along_rows(squares, tile, memory, [](std::uint32_t value) { return value; });
    }
    for_each_place(Tile::kHeight, Tile::kWidth, [&](int row, int column) {
      const int x = tile.left + column;
      const int y = tile.top + row;
      if (x >= in.width_px || y >= in.height_px) return;
      const int at = (y * in.width_px + x) * in.channels + channel;
      const int square = memory.chosen[row * Tile::kWidth + column];
      frame.out[at] =
          channel == 3 ? in.pixels[at]
                       : static_cast<std::uint8_t>(square_mean(count, square_sum(squares, memory, square)));
    });
    __syncthreads();
  }
}

}  // namespace

cudaError_t enqueue(const DeviceOilPainting& step, const DevicePictures& in, const DevicePictures& out,
                    const DeviceWorkspace& work) {
  const LaunchFrames frames = tiles_of(in, out, Tile{1, step.radius_px});
  return launch(paint_tile, frames.grid(kTileThreads, Memory::bytes({step.radius_px})), work.stream, frames,
                step.radius_px);
}

}  // namespace framewright::kernels
