// Morphology: extremes of one channel after the other, and what is built of them.
#include "kernels/extremes.cuh"
#include "kernels/square_extremes.cuh"

namespace framewright::kernels {
namespace {

/// Four pixels, a word for each channel.
struct FourPixels {
  std::uint32_t red;
  std::uint32_t green;
  std::uint32_t blue;

  __device__ std::uint32_t& channel(int number) { return number == 0 ? red : number == 1 ? green : blue; }
};

/// Alpha is copied.
template <int kChannels, typename Points>
__device__ void store_pixels(const BlockFrame& frame, const Tile& tile, const Points& points,
                             const FourPixels& made) {
  const PlaneWord word = PlaneWord::of_thread();
  const int x = tile.left + word.column;
  const int y = tile.top + word.row;
  if (x >= frame.in.width_px || y >= frame.in.height_px) return;
  const int at = (y * frame.in.width_px + x) * kChannels;
  const int in_block = (word.row * kPlaneWidth + word.column) * kChannels;
  const int left = (frame.in.width_px - x) * kChannels;
  FW_UNROLL
  for (int k = 0; k < kChannels; ++k) {
    const int rest = left - 4 * k;
    if (rest <= 0) return;
    const std::uint32_t bytes = word_of([&](int i) {
      const int element = 4 * k + i;
      const int shift = element / kChannels * 8;
      switch (element % kChannels) {
        case 0: return static_cast<std::uint8_t>(made.red >> shift);
        case 1: return static_cast<std::uint8_t>(made.green >> shift);
        case 2: return static_cast<std::uint8_t>(made.blue >> shift);
        default: return i < rest ? frame.in.pixels[at + element] : std::uint8_t{0};
      }
    });
    points.store(frame, in_block + 4 * k, at + 4 * k, bytes, rest < 4 ? rest : 4);
  }
}

/// Points may come behind it, none before.
template <Extreme kExtreme, typename Points>
__global__ void find_extremes(LaunchFrames frames, StructuringElement element, bool is_square,
                              Points points) {
  const BlockFrame frame = frames.of_block();
  const DevicePicture& in = frame.in;
  const Tile tile = plane_tile(element.radius_px).at(frame);
  points.prepare();
  auto* wide = shared_memory<std::uint8_t>();
  std::uint8_t* const other = wide + level_bytes(tile);
  // A thread that looks up its argument by a number that is not known beforehand would copy it to memory
  // of its own.
  __shared__ std::uint8_t half_widths[kMorphologyMaxSize / 2 + 1];
  if (threadIdx.x == 0) {
    FW_UNROLL
    for (unsigned i = 0; i <= kMorphologyMaxSize / 2; ++i) half_widths[i] = element.half_width_px[i];
  }
  __syncthreads();
  FourPixels made{};
  FW_NO_UNROLL
  for (int channel = 0; channel < in.channels && channel < 3; ++channel) {
    Extremes<kExtreme>::load(in, tile, channel, reinterpret_cast<std::uint32_t*>(wide));
    made.channel(channel) = is_square ? find_in_square<kExtreme>(tile, wide, other)
                                      : find_by_rows<kExtreme>(half_widths, tile, wide, other);
  }
  switch (in.channels) {
    case 1: store_pixels<1>(frame, tile, points, made); break;
    case 3: store_pixels<3>(frame, tile, points, made); break;
    default: store_pixels<4>(frame, tile, points, made); break;
  }
  points.finish(frame, tile.pixels());
}

/// from - what, sixteen values for a thread. None is below nothing, so that words are subtracted whole: what
/// is behind the last value borrows from nobody before it. `kept` has the bits that stay as they are.
__global__ void subtract(const uint4* from, const uint4* what, int words, unsigned kept, uint4* out) {
  const int i = thread_number();
  if (i >= words) return;
  const uint4 a = from[i];
  const uint4 b = what[i];
  out[i] = {a.x - (b.x & ~kept), a.y - (b.y & ~kept), a.z - (b.z & ~kept), a.w - (b.w & ~kept)};
}

/// The passes of one operation.
struct Passes {
  const StructuringElement& element;
  const DeviceWorkspace& work;
  const PointChain& none;

  cudaError_t run(Extreme extreme, const DevicePictures& from, const DevicePictures& to,
                  const PointChain& points) const {
    return extreme == Extreme::Darkest ? run<Extreme::Darkest>(from, to, points)
                                       : run<Extreme::Lightest>(from, to, points);
  }
  template <Extreme kExtreme>
  cudaError_t run(const DevicePictures& from, const DevicePictures& to, const PointChain& points) const {
    using Small = SquareExtremes<kExtreme>;
    if (element.is_square() && element.radius_px <= Small::kMaxRadius) {
      return enqueue_separable(Small(element.radius_px), Border::Clamp, points, from, to, work);
    }
    const Tile tile = plane_tile(element.radius_px);
    const LaunchFrames frames = tiles_of(from, to, tile);
    const Grid grid = frames.grid(kTileThreads, 2 * static_cast<std::size_t>(level_bytes(tile)));
    return PointLaunch{points, work}.run(find_extremes<kExtreme, NoPoints>,
                                         find_extremes<kExtreme, WithPoints>, grid, frames, element,
                                         element.is_square());
  }
  /// The opposite follows.
  cudaError_t two(Extreme first, const DevicePictures& from, const DevicePictures& between,
                  const DevicePictures& to, const PointChain& points) const {
    const Extreme second = first == Extreme::Darkest ? Extreme::Lightest : Extreme::Darkest;
    const cudaError_t error = run(first, from, between, none);
    return error != cudaSuccess ? error : run(second, between, to, points);
  }
  /// Of several pictures with the gaps between them, which nobody reads.
  cudaError_t difference(const DevicePictures& from, const DevicePictures& what,
                         const DevicePictures& to) const {
    const std::size_t words = from.bytes() / sizeof(uint4);
    const unsigned alpha = from.channels() == 4 ? 0xFF000000U : 0;
    return launch(subtract, {blocks_for(words, kTileThreads), kTileThreads}, work.stream,
                  reinterpret_cast<const uint4*>(from.pixels()),
                  reinterpret_cast<const uint4*>(what.pixels()), static_cast<int>(words), alpha,
                  reinterpret_cast<uint4*>(to.pixels()));
  }
};

}  // namespace

cudaError_t enqueue(const DeviceMorphology& step, const PointChain& points, const DevicePictures& in,
                    const DevicePictures& out, const DeviceWorkspace& work) {
  const PointChain none(in.channels());
  const Passes passes{step.element, work, none};
  const DevicePictures between = in.in_buffer(reinterpret_cast<std::uint8_t*>(work.scratch));
  cudaError_t error = cudaSuccess;
  switch (step.operation) {
    case Morphology::Erode: return passes.run(Extreme::Darkest, in, out, points);
    case Morphology::Dilate: return passes.run(Extreme::Lightest, in, out, points);
    case Morphology::Open: return passes.two(Extreme::Darkest, in, between, out, points);
    case Morphology::Close: return passes.two(Extreme::Lightest, in, between, out, points);
    case Morphology::Gradient:
      error = passes.run(Extreme::Darkest, in, between, none);
      if (error == cudaSuccess) error = passes.run(Extreme::Lightest, in, out, none);
      return error != cudaSuccess ? error : passes.difference(out, between, out);
    case Morphology::TopHat:
      error = passes.two(Extreme::Darkest, in, between, out, none);
      return error != cudaSuccess ? error : passes.difference(in, out, out);
    case Morphology::BlackHat:
      error = passes.two(Extreme::Lightest, in, between, out, none);
      return error != cudaSuccess ? error : passes.difference(out, in, out);
  }
  return cudaErrorInvalidValue;
}

}  // namespace framewright::kernels
