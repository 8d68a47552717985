#include "engine/strip_chain.hpp"

#include <algorithm>
#include <cstring>

#include "engine/check.hpp"
#include "engine/planar_frame.hpp"

namespace framewright::engine {
namespace {

int divided_up(int size, int by) noexcept { return (size + by - 1) / by; }

std::ptrdiff_t pitch_of(const Geometry& geometry) noexcept {
  return std::ptrdiff_t{divided_up(geometry.width_px * geometry.channels, kPlaneAlignment)} * kPlaneAlignment;
}

std::size_t aligned(std::size_t bytes) noexcept {
  constexpr auto kAlignment = kernels::kScratchAlignment;
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

StripChain::StripChain(const std::vector<PlanStep>& steps, std::vector<Geometry> geometries, int unit_rows)
    : steps_(steps), unit_rows_(unit_rows) {
  FW_CHECK(!steps.empty() && geometries.size() == steps.size() + 1);
  for (const auto& geometry : geometries)
    stages_.push_back({.geometry = geometry, .pitch_bytes = pitch_of(geometry)});
  for (std::size_t i = 0; i < steps.size(); ++i) {
    FW_CHECK(steps[i].step->runs_by_rows());
    const auto bytes = steps[i].step->scratch_bytes_between(geometries[i], geometries[i + 1]);
    scratch_.push_back({.size_bytes = aligned(bytes)});
  }
}

std::size_t StripChain::bytes() const noexcept {
  std::size_t sum = 0;
  for (const auto& stage : stages_)
    sum += static_cast<std::size_t>(stage.room_rows) * static_cast<std::size_t>(stage.pitch_bytes);
  return sum;
}

std::size_t StripChain::kept_scratch_bytes() const noexcept {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < steps_.size(); ++i)
    sum += steps_[i].step->prepares_rows() ? scratch_[i].size_bytes : 0;
  return sum;
}

std::size_t StripChain::shared_scratch_bytes() const noexcept {
  std::size_t most = 0;
  for (std::size_t i = 0; i < steps_.size(); ++i)
    most = std::max(most, steps_[i].step->prepares_rows() ? 0 : scratch_[i].size_bytes);
  return most;
}

Result<void> StripChain::place(std::uint8_t* buffer, std::byte* kept_scratch, std::byte* shared_scratch) {
  for (auto& stage : stages_) {
    stage.rows = {};
    stage.pixels = buffer;
    buffer += stage.room_rows * stage.pitch_bytes;
  }
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    auto& [size_bytes, bytes] = scratch_[i];
    bytes = shared_scratch;
    if (!steps_[i].step->prepares_rows()) continue;
    bytes = kept_scratch;
    kept_scratch += size_bytes;
    auto done =
        prepare_kernel_for_rows(steps_[i], stages_[i].geometry, stages_[i + 1].geometry, {bytes, size_bytes});
    if (!done) return done;
  }
  return {};
}

/// Kernels read and write the rows that they are asked for, and those that these need; that others are not
/// there is nothing to them.
kernels::ImageView StripChain::view(const Stage& stage) const noexcept {
  const auto row_0 = reinterpret_cast<std::uintptr_t>(stage.pixels) -
                     static_cast<std::uintptr_t>(stage.rows.first * stage.pitch_bytes);
  const auto& geometry = stage.geometry;
  // Row 0 may lie before the buffer, where arithmetic may make no pointer.
  auto* const pixels = reinterpret_cast<std::uint8_t*>(row_0);  // NOLINT(performance-no-int-to-ptr)
  return {pixels, geometry.width_px, geometry.height_px, geometry.channels, stage.pitch_bytes};
}

/// The rows of a stage that some rows of the next one are made of.
Rows StripChain::needed(std::size_t stage, Rows made) const noexcept {
  return steps_[stage].step->rows_needed(made, stages_[stage].geometry.height_px,
                                         stages_[stage + 1].geometry.height_px);
}

/// The first row of a stage that the rows which the next one is yet to make depend on; none that is there
/// when it has made them all.
int StripChain::first_needed(std::size_t stage) const noexcept {
  const auto& next = stages_[stage + 1];
  const int row = next.rows.end;
  return row < next.geometry.height_px ? needed(stage, {row, row + 1}).first : stages_[stage].rows.end;
}

/// Notes before which row each stage must be there for the rows of the answer before `answer_end`.
void StripChain::want(int answer_end) noexcept {
  stages_.back().wanted_end = answer_end;
  for (auto i = steps_.size(); i-- > 0;) {
    const int end = stages_[i + 1].wanted_end;
    stages_[i].wanted_end = needed(i, {end - 1, end}).end;
  }
}

int StripChain::units_for(int end) noexcept {
  want(end);
  return divided_up(stages_.front().wanted_end, unit_rows_);
}

/// Keeps what is there of `rows`, and has room for the rest.
void StripChain::make_room(Stage& stage, Rows rows) const noexcept {
  const int dropped = rows.first - stage.rows.first;
  FW_CHECK(dropped >= 0);
  const int kept = std::max(0, stage.rows.end - rows.first);
  stage.rows = rows;
  if (!is_placed()) {
    stage.room_rows = std::max(stage.room_rows, rows.end - rows.first);
    return;
  }
  FW_CHECK(rows.end - rows.first <= stage.room_rows);
  if (dropped > 0 && kept > 0) {
    std::memmove(stage.pixels, stage.pixels + dropped * stage.pitch_bytes,
                 static_cast<std::size_t>(kept * stage.pitch_bytes));
  }
}

kernels::ImageView StripChain::receive(int end) noexcept {
  auto& stage = stages_.front();
  // The decoder writes rows that nobody needs, too, where a crop leaves them out.
  const int first = std::min(first_needed(0), stage.rows.end);
  make_room(stage, {std::max(first, stage.rows.first), std::max(stage.rows.end, end * unit_rows_)});
  return view(stage);
}

Result<void> StripChain::run(Rows strip) {
  want(strip.end);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    auto& made = stages_[i + 1];
    const bool is_last = i + 1 == steps_.size();
    const Rows rows{made.rows.end, std::max(made.rows.end, made.wanted_end)};
    const int first = is_last ? strip.first : std::min(first_needed(i + 1), rows.first);
    make_room(made, {std::max(first, made.rows.first), rows.end});
    if (!is_placed() || rows.first == rows.end) continue;
    const kernels::OutputRows out(view(made), rows.first, rows.end);
    const kernels::Scratch scratch{scratch_[i].bytes, scratch_[i].size_bytes};
    if (auto done = run_kernel_on_rows(steps_[i], view(stages_[i]), out, scratch); !done) return done;
  }
  return {};
}

}  // namespace framewright::engine
