// A picture becomes the scan of a JPEG: blocks are transformed, each finds how many bits it takes, running
// totals of these say where each begins, and each writes its own.
#include "kernels/jpeg_scan.cuh"

#include "kernels/jpeg_math.hpp"

namespace framewright::kernels {
namespace {

// Transform: eight threads for each block of pixels.

constexpr int kBlocksAtOnce = 24;  ///< of pixels, in a block of threads: four units of colour
constexpr int kTransformThreads = 8 * kBlocksAtOnce;
/// Between two blocks in shared memory: columns of four of them then lie in different banks.
constexpr int kBlockStride = kJpegBlockSize + 8;

__device__ void read_gray(const DevicePicture& in, const JpegLayout& layout, int first,
                          std::int16_t* samples) {
  const int blocks = layout.blocks();
  for (int i = static_cast<int>(threadIdx.x); i < kBlocksAtOnce * kJpegBlockSize; i += kTransformThreads) {
    const int block = first + i / kJpegBlockSize;
    if (block >= blocks) return;
    const int x = block % layout.units_across() * 8 + i % 8;
    const int y = block / layout.units_across() * 8 + i % kJpegBlockSize / 8;
    const int column = x < in.width_px ? x : in.width_px - 1;
    const int row = y < in.height_px ? y : in.height_px - 1;
    samples[i / kJpegBlockSize * kBlockStride + i % kJpegBlockSize] =
        static_cast<std::int16_t>(in.pixels[row * in.width_px + column] - 128);
  }
}

__device__ void read_colour(const DevicePicture& in, const JpegLayout& layout, int first,
                            std::int16_t* samples) {
  const int units = layout.blocks() / 6;
  const ConstImageView view{in.pixels, in.width_px, in.height_px, in.channels, in.width_px * in.channels};
  constexpr int kQuads = kBlocksAtOnce / 6 * kJpegBlockSize;
  for (int i = static_cast<int>(threadIdx.x); i < kQuads; i += kTransformThreads) {
    const int unit = first / 6 + i / kJpegBlockSize;
    if (unit >= units) return;
    const int row = i % kJpegBlockSize / 8;
    const int column = i % 8;
    const JpegQuad quad =
        read_quad(view, unit % layout.units_across() * 8 + column, unit / layout.units_across() * 8 + row);
    std::int16_t* blocks = samples + i / kJpegBlockSize * 6 * kBlockStride;
    std::int16_t* luma = blocks + (row / 4 * 2 + column / 4) * kBlockStride + row % 4 * 16 + column % 4 * 2;
    for (int j = 0; j < 4; ++j) luma[j / 2 * 8 + j % 2] = static_cast<std::int16_t>(quad.luma[j] - 128);
    blocks[4 * kBlockStride + 8 * row + column] = static_cast<std::int16_t>(quad.cb - 128);
    blocks[5 * kBlockStride + 8 * row + column] = static_cast<std::int16_t>(quad.cr - 128);
  }
}

/// Of values `stride` apart, in place.
template <JpegPass kPass>
__device__ void transform_line(std::int16_t* line, int stride, int* made) {
  for (int i = 0; i < 8; ++i) made[i] = line[i * stride];
  transform_eight<kPass>(made);
}

/// Leaves the block's coefficients in the order of the scan. All threads of the launch come here.
__device__ void transform_block(std::int16_t* block, int lane, const JpegDivisors& divisors) {
  int line[8];
  transform_line<JpegPass::Rows>(block + 8 * lane, 1, line);
  for (int i = 0; i < 8; ++i) block[8 * lane + i] = static_cast<std::int16_t>(line[i]);
  __syncthreads();
  transform_line<JpegPass::Columns>(block + lane, 8, line);
  __syncthreads();
  for (int row = 0; row < 8; ++row) {
    block[zigzag_place(row, lane)] =
        static_cast<std::int16_t>(quantised(line[row], divisors.places[8 * row + lane]));
  }
  __syncthreads();
}

__global__ void __launch_bounds__(kTransformThreads)
    transform_blocks(DevicePicture in, JpegLayout layout, JpegPair<JpegDivisors> given, JpegBlock* blocks) {
  __shared__ JpegEight room[kBlocksAtOnce * kBlockStride / 8];
  __shared__ JpegPair<JpegDivisors> divisors;
  std::int16_t* samples = room[0].values;
  for (int i = static_cast<int>(threadIdx.x); i < kJpegBlockSize; i += kTransformThreads) {
    divisors.luma.places[i] = given.luma.places[i];
    divisors.chroma.places[i] = given.chroma.places[i];
  }
  const int first = static_cast<int>(blockIdx.x) * kBlocksAtOnce;
  if (layout.is_gray) {
    read_gray(in, layout, first, samples);
  } else {
    read_colour(in, layout, first, samples);
  }
  __syncthreads();
  const int lane = static_cast<int>(threadIdx.x) % 8;
  const int own = static_cast<int>(threadIdx.x) / 8;
  transform_block(samples + own * kBlockStride, lane, layout.is_luma(own) ? divisors.luma : divisors.chroma);
  const int block = first + own;
  if (block >= layout.blocks()) return;
  const int there = layout.stands_for(block) - first;
  JpegEight eight{};
  if (there == own) {
    eight = *reinterpret_cast<const JpegEight*>(samples + own * kBlockStride + 8 * lane);
  } else if (lane == 0) {
    eight.values[0] = samples[there * kBlockStride];
  }
  blocks[block].eights[lane] = eight;
}

// Bits: a thread for each block of pixels.

constexpr int kBitThreads = JpegLayout::kGroupBlocks;

/// Into shared memory, because threads look up different codes; a barrier follows.
__device__ void share_codes(const JpegPair<JpegCodes>& given, JpegPair<JpegCodes>& codes) {
  for (int i = static_cast<int>(threadIdx.x); i < 256; i += kBitThreads) {
    codes.luma.ac[i] = given.luma.ac[i];
    codes.chroma.ac[i] = given.chroma.ac[i];
    if (i >= 12) continue;
    codes.luma.dc[i] = given.luma.dc[i];
    codes.chroma.dc[i] = given.chroma.dc[i];
  }
  __syncthreads();
}

template <typename Sink>
__device__ void put_block_of(const JpegLayout& layout, const JpegBlock* blocks,
                             const JpegPair<JpegCodes>& codes, int i, Sink& sink) {
  const int before = layout.before(i);
  put_block(layout.is_luma(i) ? codes.luma : codes.chroma, blocks[i],
            before < 0 ? 0 : blocks[before].eights[0].values[0], sink);
}

/// The sum of the values of this thread and of those before it. `room` is for twice as many values as there
/// are threads; all of them come here.
template <typename T>
__device__ T add_up(T value, T* room) {
  T* from = room;
  T* to = room + kBitThreads;
  const auto own = static_cast<int>(threadIdx.x);
  from[own] = value;
  __syncthreads();
  for (int distance = 1; distance < kBitThreads; distance *= 2) {
    to[own] = from[own] + (own >= distance ? from[own - distance] : 0);
    __syncthreads();
    T* made = to;
    to = from;
    from = made;
  }
  return from[own];
}

/// Where each block begins among those of its group of threads, and how long the group is.
__global__ void __launch_bounds__(kBitThreads)
    measure_blocks(JpegLayout layout, const JpegBlock* blocks, JpegPair<JpegCodes> tables,
                   std::uint32_t* begins, std::uint64_t* groups) {
  __shared__ JpegPair<JpegCodes> codes;
  __shared__ std::uint32_t room[2 * kBitThreads];
  share_codes(tables, codes);
  const int i = thread_number();
  BitCount count;
  if (i < layout.blocks()) put_block_of(layout, blocks, codes, i, count);
  const std::uint32_t end = add_up(count.bits, room);
  if (i < layout.blocks()) begins[i] = end - count.bits;
  if (threadIdx.x == kBitThreads - 1) groups[blockIdx.x] = end;
}

/// Makes of the lengths of groups where each begins; behind the last comes the sum of all.
__global__ void __launch_bounds__(kBitThreads) place_groups(int count, std::uint64_t* groups) {
  __shared__ std::uint64_t room[2 * kBitThreads];
  __shared__ std::uint64_t carried;
  if (threadIdx.x == 0) carried = 0;
  for (int first = 0; first < count; first += kBitThreads) {
    const int i = first + static_cast<int>(threadIdx.x);
    const std::uint64_t length = i < count ? groups[i] : 0;
    const std::uint64_t end = add_up(length, room);
    const std::uint64_t before = carried;
    if (i < count) groups[i] = before + end - length;
    __syncthreads();
    if (threadIdx.x == kBitThreads - 1) carried = before + end;
    __syncthreads();
  }
  if (threadIdx.x == 0) groups[count] = carried;
}

/// Bits from any place on in words that are zero. Blocks share the words at their ends, so all are or-ed in.
struct BitWriter {
  std::uint32_t* next;
  std::uint64_t pending = 0;  ///< the first bit highest
  int count;                  ///< of them, with those of the blocks before

  __device__ BitWriter(std::uint32_t* words, std::uint64_t begin)
      : next(words + begin / 32), count(static_cast<int>(begin % 32)) {}

  __device__ void put(std::uint32_t bits, int more) {
    count += more;
    pending |= std::uint64_t{bits} << (64 - count);
    if (count >= 32) flush();
  }
  /// The bytes of a word in the order of the file.
  __device__ void flush() {
    const auto word = static_cast<std::uint32_t>(pending >> 32);
    atomicOr(next++, word >> 24 | (word >> 8 & 0xFF00) | (word << 8 & 0xFF0000) | word << 24);
    pending <<= 32;
    count -= 32;
  }
};

__global__ void __launch_bounds__(kBitThreads)
    write_blocks(JpegLayout layout, const JpegBlock* blocks, JpegPair<JpegCodes> tables,
                 const std::uint32_t* begins, const std::uint64_t* groups, std::uint64_t room_bits,
                 std::uint32_t* words) {
  __shared__ JpegPair<JpegCodes> codes;
  share_codes(tables, codes);
  const int i = thread_number();
  if (i >= layout.blocks() || groups[gridDim.x] > room_bits) return;
  BitWriter writer(words, groups[blockIdx.x] + begins[i]);
  put_block_of(layout, blocks, codes, i, writer);
  if (writer.count > 0) writer.flush();
}

constexpr int kDeliverThreads = 256;
/// Enough to fill a link to the host, and few enough to leave the device to others meanwhile.
constexpr unsigned kDeliverBlocks = 16;

/// The bits where they have room, or else the pixels.
__global__ void deliver(DevicePicture picture, const uint4* bits, std::uint64_t room_bits,
                        const std::uint64_t* total, uint4* out, std::uint64_t* out_bits) {
  const bool fits = *total <= room_bits;
  const auto* from = fits ? bits : reinterpret_cast<const uint4*>(picture.pixels);
  const auto words = static_cast<std::uint32_t>(((fits ? *total : room_bits) + 127) / 128);
  const std::uint32_t step = kDeliverThreads * gridDim.x;
  for (std::uint32_t i = blockIdx.x * kDeliverThreads + threadIdx.x; i < words; i += step) {
    out[i] = from[i];
  }
  if (thread_number() == 0) *out_bits = fits ? *total : 0;
}

/// What jpeg_scratch_bytes() is for.
struct JpegScratch {
  JpegBlock* blocks;
  std::uint64_t* groups;
  std::uint32_t* begins;

  JpegScratch(std::byte* bytes, const JpegLayout& layout)
      : blocks(reinterpret_cast<JpegBlock*>(bytes)),
        groups(reinterpret_cast<std::uint64_t*>(blocks + layout.blocks())),
        begins(reinterpret_cast<std::uint32_t*>(groups + layout.groups() + 1)) {}
};

}  // namespace

cudaError_t enqueue_jpeg(const DevicePicture& picture, const JpegTables& tables, const JpegDelivery& to,
                         const DeviceWorkspace& work) {
  const JpegLayout layout(picture.shape());
  const JpegScratch scratch(work.scratch, layout);
  const std::uint64_t room_bits = 8 * std::uint64_t{picture.shape().bytes()};
  const Grid by_block{static_cast<unsigned>(layout.groups()), kBitThreads};
  auto* words = reinterpret_cast<std::uint32_t*>(to.bits);

  cudaError_t error = cudaMemsetAsync(to.bits, 0, device_bytes(picture.shape().bytes()), work.stream);
  if (error == cudaSuccess) {
    const Grid by_line{blocks_for(static_cast<std::size_t>(layout.blocks()), kBlocksAtOnce),
                       kTransformThreads};
    error = launch(transform_blocks, by_line, work.stream, picture, layout, tables.divisors, scratch.blocks);
  }
  if (error == cudaSuccess) {
    error = launch(measure_blocks, by_block, work.stream, layout, scratch.blocks, tables.codes,
                   scratch.begins, scratch.groups);
  }
  if (error == cudaSuccess) {
    error = launch(place_groups, {1, kBitThreads}, work.stream, layout.groups(), scratch.groups);
  }
  if (error == cudaSuccess) {
    error = launch(write_blocks, by_block, work.stream, layout, scratch.blocks, tables.codes, scratch.begins,
                   scratch.groups, room_bits, words);
  }
  return error;
}

cudaError_t enqueue_jpeg_delivery(const DevicePicture& picture, const JpegDelivery& to,
                                  const DeviceWorkspace& work) {
  const JpegLayout layout(picture.shape());
  const JpegScratch scratch(work.scratch, layout);
  const std::uint64_t room_bits = 8 * std::uint64_t{picture.shape().bytes()};
  return launch(deliver, {kDeliverBlocks, kDeliverThreads}, work.stream, picture,
                reinterpret_cast<const uint4*>(to.bits), room_bits, scratch.groups + layout.groups(),
                reinterpret_cast<uint4*>(to.pinned), to.pinned_bits);
}

}  // namespace framewright::kernels
