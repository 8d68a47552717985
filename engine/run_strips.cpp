#include "engine/run_strips.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/frame_task.hpp"
#include "engine/jpeg_codec.hpp"
#include "engine/jpeg_strips.hpp"
#include "engine/strip_chain.hpp"

namespace framewright::engine {
namespace {

/// What the rows of a strip before and behind a step may take: together they stay in the cache of a core.
constexpr int kStripBytes = 384 << 10;
/// JPEGs come in rows of blocks of so many rows.
constexpr int kUnitRows = 16;
constexpr int kMostStripUnits = 4;

int divided_up(int size, int by) noexcept { return (size + by - 1) / by; }

/// The chains of one frame: one of pixels, or one for each plane.
class FrameChains {
 public:
  FrameChains(const Plan& plan, const Geometry& geometry, JpegSamples samples)
      : height_px_(geometry.height_px) {
    const int row_bytes =
        samples == JpegSamples::Planes ? geometry.width_px * 3 / 2 : geometry.width_px * geometry.channels;
    strip_units_ = std::clamp(kStripBytes / (2 * row_bytes) / kUnitRows, 1, kMostStripUnits);
    if (samples == JpegSamples::Pixels) {
      chains_.emplace_back(plan.steps(), StripChain::Shape{geometry, kUnitRows, strip_units_ * kUnitRows});
    } else {
      chains_.emplace_back(plan.steps(), shape_of(geometry, PlaneKind::Luma));
      chains_.emplace_back(plan.chroma_steps(), shape_of(geometry, PlaneKind::Chroma));
      chains_.emplace_back(plan.chroma_steps(), shape_of(geometry, PlaneKind::Chroma));
    }
    for (const auto& chain : chains_) units_ahead_ = std::max(units_ahead_, chain.units_ahead());
    for (auto& chain : chains_) chain.expect_units_ahead(units_ahead_);
  }

  std::size_t bytes() const noexcept {
    std::size_t sum = 0;
    for (const auto& chain : chains_) sum += chain.bytes();
    return sum;
  }
  std::size_t scratch_bytes() const noexcept {
    std::size_t most = 0;
    for (const auto& chain : chains_) most = std::max(most, chain.scratch_bytes());
    return most;
  }
  void place(std::uint8_t* buffer) noexcept {
    for (auto& chain : chains_) {
      chain.place(buffer);
      buffer += chain.bytes();
    }
  }

  int units() const noexcept { return divided_up(height_px_, kUnitRows); }
  int strip_units() const noexcept { return strip_units_; }
  /// How many units must be decoded for a strip that ends before `unit`.
  int units_for(int unit) const noexcept { return std::min(units(), unit + units_ahead_); }
  /// Rows of the picture at the end of a unit.
  int rows_at(int unit) const noexcept { return std::min(height_px_, unit * kUnitRows); }

  PlanarViews receive(int end_unit) noexcept {
    PlanarViews views;
    for (std::size_t i = 0; i < chains_.size(); ++i) views[i] = chains_[i].receive(end_unit * unit_rows(i));
    return views;
  }
  Result<void> run(int unit, int end_unit, kernels::Scratch scratch) {
    for (std::size_t i = 0; i < chains_.size(); ++i) {
      const int height = chains_[i].answer().height_px;
      const Rows strip{unit * unit_rows(i), std::min(height, end_unit * unit_rows(i))};
      if (auto done = chains_[i].run(strip, scratch); !done) return done;
    }
    return {};
  }
  PlanarViews answer() const noexcept {
    PlanarViews views;
    for (std::size_t i = 0; i < chains_.size(); ++i) views[i] = chains_[i].answer();
    return views;
  }

 private:
  static int unit_rows(std::size_t chain) noexcept { return chain == 0 ? kUnitRows : kUnitRows / 2; }
  StripChain::Shape shape_of(const Geometry& geometry, PlaneKind kind) const noexcept {
    const int rows = kind == PlaneKind::Luma ? kUnitRows : kUnitRows / 2;
    return {plane_geometry(geometry, kind), rows, strip_units_ * rows};
  }

  // Given.
  const int height_px_;
  // Owned.
  int strip_units_;
  int units_ahead_ = 0;
  std::vector<StripChain> chains_;
};

JpegSamples samples_of(Route route) noexcept {
  return route == Route::Planes ? JpegSamples::Planes : JpegSamples::Pixels;
}

/// Times the stages of each strip, and asks before each whether anybody still waits.
class StageWatch {
 public:
  StageWatch(FrameTask& task, const Clock& clock) : task_(task), clock_(clock) {}

  template <class Work>
  Result<void> run(std::chrono::nanoseconds& stage, const Work& work) {
    const auto started = clock_.now();
    if (const auto reason = task_.lapsed(started)) {
      task_.give_up(*reason);
      return unexpected(task_.answer.error());
    }
    auto done = work();
    stage += clock_.now() - started;
    return done;
  }

 private:
  FrameTask& task_;
  const Clock& clock_;
};

struct OpenJpegs {
  JpegStripReader& reader;
  JpegStripWriter& writer;
};

Result<void> run_units(FrameTask& task, FrameChains& chains, const OpenJpegs& jpegs, kernels::Scratch scratch,
                       const Clock& clock) {
  StageWatch watch(task, clock);
  for (int unit = 0; unit < chains.units();) {
    const int end = std::min(chains.units(), unit + chains.strip_units());
    const int decoded = chains.units_for(end);
    auto done = watch.run(task.times.decode, [&] {
      return jpegs.reader.read(chains.receive(decoded), chains.rows_at(decoded));
    });
    if (done) done = watch.run(task.times.process, [&] { return chains.run(unit, end, scratch); });
    if (done) {
      done = watch.run(task.times.encode,
                       [&] { return jpegs.writer.write(chains.answer(), chains.rows_at(end)); });
    }
    if (!done) return done;
    unit = end;
  }
  return {};
}

}  // namespace

bool goes_in_strips(const Plan& plan, const ImageHeader& header, const OutputOptions& output,
                    Route route) noexcept {
  if (route != Route::Pixels && route != Route::Planes) return false;
  return plan.runs_in_strips() && header.encoding == ImageEncoding::Jpeg &&
         output.format.value_or(ImageEncoding::Jpeg) == ImageEncoding::Jpeg;
}

std::uint64_t strip_bytes(const Plan& plan, const ImageHeader& header, Route route) {
  const FrameChains chains(plan, header.geometry, samples_of(route));
  const auto scratch = chains.scratch_bytes();
  return FramePool::rounded_bytes(chains.bytes()) + (scratch == 0 ? 0 : FramePool::rounded_bytes(scratch)) +
         header.library_bytes +
         encode_bytes(header.geometry, ImageEncoding::Jpeg, OutputOptions::kDefaultQuality);
}

Result<EncodedFrame> run_strips(FrameTask& task, Decoder& decoder, Encoder& encoder, FramePool& pool,
                                const Clock& clock) {
  const auto samples = samples_of(task.route);
  FrameChains chains(*task.plan, task.header.geometry, samples);
  auto rows = pool.lend(chains.bytes(), task.reservation);
  if (!rows) return unexpected(std::move(rows).error());
  auto scratch = lend_scratch(chains.scratch_bytes(), pool, task.reservation);
  if (!scratch) return unexpected(std::move(scratch).error());
  auto library = pool.charge(task.header.library_bytes, task.reservation);
  if (!library) return unexpected(std::move(library).error());
  chains.place(rows->data());
  const kernels::Scratch room{reinterpret_cast<std::byte*>(scratch->data()), scratch->capacity()};
  const auto quality = task.output.quality_to_write();
  return encoder.encode_jpeg(task.header.geometry, quality, task.reservation,
                             [&](JpegEncoder& jpeg, std::span<std::uint8_t> out) -> Result<std::size_t> {
                               JpegStripReader reader(decoder.jpeg().reader(), samples);
                               JpegStripWriter writer(jpeg.writer(), samples);
                               auto done = reader.begin(task.input.payload(), task.header.geometry);
                               if (done) done = writer.begin(out, task.header.geometry, quality);
                               if (done) done = run_units(task, chains, {reader, writer}, room, clock);
                               if (done) done = reader.end();
                               if (!done) return unexpected(std::move(done).error());
                               return writer.end();
                             });
}

}  // namespace framewright::engine
