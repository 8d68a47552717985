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

}  // namespace

StripChain::StripChain(const std::vector<PlanStep>& steps, const Shape& shape)
    : steps_(steps), shape_(shape), pitch_bytes_(pitch_of(shape.geometry)), stages_(steps.size() + 1) {
  FW_CHECK(!steps.empty());
  for (auto i = steps.size(); i-- > 0;) {
    const auto reach = steps[i].step->reach_rows();
    FW_CHECK(reach.has_value());
    stages_[i].reach_rows = *reach;
    stages_[i].ahead_rows = stages_[i + 1].ahead_rows + *reach;
  }
  for (auto& stage : stages_)
    stage.room_rows = shape.strip_rows + std::max(2 * stage.reach_rows, stage.ahead_rows);
  expect_units_ahead(units_ahead());
}

int StripChain::units_ahead() const noexcept {
  return divided_up(stages_.front().ahead_rows, shape_.unit_rows);
}

void StripChain::expect_units_ahead(int units) noexcept {
  auto& first = stages_.front();
  const int behind = std::max(0, first.reach_rows - stages_[1].ahead_rows);
  first.room_rows = shape_.strip_rows + units * shape_.unit_rows + behind;
}

std::size_t StripChain::bytes() const noexcept {
  std::size_t rows = 0;
  for (const auto& stage : stages_) rows += static_cast<std::size_t>(stage.room_rows);
  return rows * static_cast<std::size_t>(pitch_bytes_);
}

std::size_t StripChain::scratch_bytes() const noexcept {
  std::size_t most = 0;
  for (const auto& [filter, position, step] : steps_)
    most = std::max(most, step->scratch_bytes(shape_.geometry));
  return most;
}

void StripChain::place(std::uint8_t* buffer) noexcept {
  for (auto& stage : stages_) {
    stage.pixels = buffer;
    buffer += stage.room_rows * pitch_bytes_;
  }
}

/// Kernels read and write the rows that they are asked for, and those within reach; that others are not there
/// is nothing to them.
kernels::ImageView StripChain::view(const Stage& stage) const noexcept {
  const auto row_0 = reinterpret_cast<std::uintptr_t>(stage.pixels) -
                     static_cast<std::uintptr_t>(stage.rows.first * pitch_bytes_);
  const auto& geometry = shape_.geometry;
  return {reinterpret_cast<std::uint8_t*>(row_0), geometry.width_px, geometry.height_px, geometry.channels,
          pitch_bytes_};
}

/// The first row of a stage that the rows which the next one is yet to make depend on.
int StripChain::first_needed(std::size_t stage) const noexcept {
  return std::max(0, stages_[stage + 1].rows.end - stages_[stage].reach_rows);
}

/// Keeps what is there of `rows`, and has room for the rest.
void StripChain::make_room(Stage& stage, Rows rows) noexcept {
  FW_CHECK(rows.end - rows.first <= stage.room_rows);
  const int dropped = rows.first - stage.rows.first;
  FW_CHECK(dropped >= 0);
  const int kept = std::max(0, stage.rows.end - rows.first);
  if (dropped > 0 && kept > 0) {
    std::memmove(stage.pixels, stage.pixels + dropped * pitch_bytes_,
                 static_cast<std::size_t>(kept * pitch_bytes_));
  }
  stage.rows = rows;
}

kernels::ImageView StripChain::receive(int end) noexcept {
  auto& stage = stages_.front();
  const int whole = divided_up(end, shape_.unit_rows) * shape_.unit_rows;
  make_room(stage, {first_needed(0), std::max(stage.rows.end, whole)});
  return view(stage);
}

Result<void> StripChain::run(Rows strip, kernels::Scratch scratch) {
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    auto& made = stages_[i + 1];
    const int end = std::min(shape_.geometry.height_px, strip.end + made.ahead_rows);
    const Rows rows{made.rows.end, std::max(made.rows.end, end)};
    const int first = i + 1 == steps_.size() ? strip.first : first_needed(i + 1);
    make_room(made, {first, rows.end});
    if (rows.first == rows.end) continue;
    const kernels::OutputRows out(view(made), rows.first, rows.end);
    if (auto done = run_kernel_on_rows(steps_[i], view(stages_[i]), out, scratch); !done) return done;
  }
  return {};
}

}  // namespace framewright::engine
