#include "engine/run_strips.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/check.hpp"
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

/// The sizes of a picture as it is decoded and behind each step.
Result<std::vector<Geometry>> geometries_of(const Plan& plan, const ImageHeader& header) {
  std::vector<Geometry> geometries{header.decoded_geometry()};
  auto geometry = header.geometry;  // The first step goes by the picture's own size.
  for (const auto& step : plan.steps()) {
    const auto made = step_geometry(step, geometry, plan.limits());
    if (!made) return unexpected(made.error());
    geometry = *made;
    geometries.push_back(geometry);
  }
  return geometries;
}

std::vector<Geometry> planes_of(std::vector<Geometry> pictures, PlaneKind kind) {
  for (auto& geometry : pictures) geometry = plane_geometry(geometry, kind);
  return pictures;
}

/// The chains of one frame: one of pixels, or one for each plane.
class FrameChains {
 public:
  FrameChains(const Plan& plan, const std::vector<Geometry>& geometries, JpegSamples samples)
      : height_px_(geometries.front().height_px), answer_(geometries.back()) {
    if (samples == JpegSamples::Pixels) {
      chains_.emplace_back(plan.steps(), geometries, kUnitRows);
    } else {
      chains_.emplace_back(plan.steps(), planes_of(geometries, PlaneKind::Luma), kUnitRows);
      for (int i = 0; i < 2; ++i)
        chains_.emplace_back(plan.chroma_steps(), planes_of(geometries, PlaneKind::Chroma), kUnitRows / 2);
    }
    strip_units_ = units_of_strip(geometries, samples);
    // Without memory nothing can fail: the chains learn how much of it they need.
    FW_CHECK(walk(
        [this](int end) {
          receive(end);
          return Result<void>{};
        },
        [this](Rows units) { return run(units); }));
  }

  const Geometry& answer_geometry() const noexcept { return answer_; }
  std::size_t bytes() const noexcept {
    std::size_t sum = 0;
    for (const auto& chain : chains_) sum += chain.bytes();
    return sum;
  }
  std::size_t scratch_bytes() const noexcept {
    std::size_t kept = 0;
    for (const auto& chain : chains_) kept += chain.kept_scratch_bytes();
    return kept + shared_scratch_bytes();
  }
  Result<void> place(std::uint8_t* buffer, std::byte* scratch) {
    auto* const shared = scratch;
    auto* kept = scratch + shared_scratch_bytes();
    for (auto& chain : chains_) {
      if (auto done = chain.place(buffer, kept, shared); !done) return done;
      buffer += chain.bytes();
      kept += chain.kept_scratch_bytes();
    }
    return {};
  }

  /// Goes through the picture: read(end) decodes units before `end`, make(units) makes some of the answer and
  /// encodes them. All is read, also what no row of the answer is made of.
  template <class Read, class Make>
  Result<void> walk(const Read& read, const Make& make) {
    int decoded = 0;
    const auto read_to = [&](int end) -> Result<void> {
      while (decoded < end) {
        decoded = std::min(end, decoded + kMostStripUnits);
        if (auto done = read(decoded); !done) return done;
      }
      return {};
    };
    const int answer_units = divided_up(answer_.height_px, kUnitRows);
    for (int unit = 0; unit < answer_units; unit += strip_units_) {
      const Rows units{unit, std::min(answer_units, unit + strip_units_)};
      auto done = read_to(units_for(units.end));
      if (done) done = make(units);
      if (!done) return done;
    }
    return read_to(divided_up(height_px_, kUnitRows));
  }

  PlanarViews receive(int end_unit) noexcept {
    PlanarViews views;
    for (std::size_t i = 0; i < chains_.size(); ++i) views[i] = chains_[i].receive(end_unit);
    return views;
  }
  Result<void> run(Rows units) {
    for (std::size_t i = 0; i < chains_.size(); ++i) {
      if (auto done = chains_[i].run({units.first * unit_rows(i), end_row(i, units.end)}); !done) return done;
    }
    return {};
  }
  PlanarViews answer() const noexcept {
    PlanarViews views;
    for (std::size_t i = 0; i < chains_.size(); ++i) views[i] = chains_[i].answer();
    return views;
  }

 private:
  std::size_t shared_scratch_bytes() const noexcept {
    std::size_t most = 0;
    for (const auto& chain : chains_) most = std::max(most, chain.shared_scratch_bytes());
    return most;
  }
  static int unit_rows(std::size_t chain) noexcept { return chain == 0 ? kUnitRows : kUnitRows / 2; }
  /// The row of a chain's answer behind so many units.
  int end_row(std::size_t chain, int units) const noexcept {
    return std::min(chains_[chain].answer_geometry().height_px, units * unit_rows(chain));
  }
  /// How many units must be decoded for so many of the answer.
  int units_for(int answer_units) noexcept {
    int most = 0;
    for (std::size_t i = 0; i < chains_.size(); ++i)
      most = std::max(most, chains_[i].units_for(end_row(i, answer_units)));
    return most;
  }
  static int units_of_strip(const std::vector<Geometry>& geometries, JpegSamples samples) noexcept {
    const auto& picture = geometries.front();
    const auto& answer = geometries.back();
    const auto row_bytes = [samples](const Geometry& geometry) {
      const auto width = static_cast<std::int64_t>(geometry.width_px);
      return samples == JpegSamples::Planes ? width * 3 / 2 : width * geometry.channels;
    };
    // Rows of the picture that make a row of the answer lie beside it.
    const auto bytes = row_bytes(answer) + row_bytes(picture) * picture.height_px / answer.height_px;
    return static_cast<int>(std::clamp<std::int64_t>(kStripBytes / bytes / kUnitRows, 1, kMostStripUnits));
  }

  // Given.
  const int height_px_;
  const Geometry answer_;
  // Owned.
  int strip_units_ = 1;
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

Result<void> run_units(FrameTask& task, FrameChains& chains, const OpenJpegs& jpegs, const Clock& clock) {
  StageWatch watch(task, clock);
  const auto read = [&](int end) {
    return watch.run(task.times.decode,
                     [&] { return jpegs.reader.read(chains.receive(end), end * kUnitRows); });
  };
  const auto make = [&](Rows units) {
    auto done = watch.run(task.times.process, [&] { return chains.run(units); });
    if (!done) return done;
    return watch.run(task.times.encode,
                     [&] { return jpegs.writer.write(chains.answer(), units.end * kUnitRows); });
  };
  return chains.walk(read, make);
}

}  // namespace

bool goes_in_strips(const Plan& plan, const ImageHeader& header, const OutputOptions& output,
                    Route route) noexcept {
  if (!has_pixels(route) && route != Route::Planes) return false;
  return plan.runs_in_strips() && header.encoding == ImageEncoding::Jpeg &&
         output.format.value_or(ImageEncoding::Jpeg) == ImageEncoding::Jpeg;
}

Result<std::uint64_t> strip_bytes(const Plan& plan, const ImageHeader& header, Route route) {
  const auto geometries = geometries_of(plan, header);
  if (!geometries) return unexpected(geometries.error());
  const FrameChains chains(plan, *geometries, samples_of(route));
  const auto scratch = chains.scratch_bytes();
  return FramePool::rounded_bytes(chains.bytes()) + (scratch == 0 ? 0 : FramePool::rounded_bytes(scratch)) +
         header.library_bytes +
         encode_bytes(chains.answer_geometry(), ImageEncoding::Jpeg, OutputOptions::kDefaultQuality);
}

Result<EncodedFrame> run_strips(FrameTask& task, Decoder& decoder, Encoder& encoder, FramePool& pool,
                                const Clock& clock) {
  const auto samples = samples_of(task.route);
  const auto geometries = geometries_of(*task.plan, task.header);
  if (!geometries) return unexpected(geometries.error());
  FrameChains chains(*task.plan, *geometries, samples);
  auto rows = pool.lend(chains.bytes(), task.reservation);
  if (!rows) return unexpected(std::move(rows).error());
  auto scratch = lend_scratch(chains.scratch_bytes(), pool, task.reservation);
  if (!scratch) return unexpected(std::move(scratch).error());
  auto library = pool.charge(task.header.library_bytes, task.reservation);
  if (!library) return unexpected(std::move(library).error());
  auto placed = chains.place(rows->data(), reinterpret_cast<std::byte*>(scratch->data()));
  if (!placed) return unexpected(std::move(placed).error());
  task.output_geometry = chains.answer_geometry();
  const auto& answer = chains.answer_geometry();
  const auto quality = task.output.quality_to_write();
  return encoder.encode_jpeg(answer, quality, task.reservation,
                             [&](JpegEncoder& jpeg, std::span<std::uint8_t> out) -> Result<std::size_t> {
                               JpegStripReader reader(decoder.jpeg().reader(), samples);
                               JpegStripWriter writer(jpeg.writer(), samples);
                               auto done = reader.begin(task.input.payload(), task.header);
                               if (done) done = writer.begin(out, answer, quality);
                               if (done) done = run_units(task, chains, {reader, writer}, clock);
                               if (done) done = reader.end();
                               if (!done) return unexpected(std::move(done).error());
                               return writer.end();
                             });
}

}  // namespace framewright::engine
