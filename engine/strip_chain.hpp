// A StripChain takes one plane, or one picture of interleaved pixels, through the steps of a plan strip by
// strip: of each stage only so many rows are kept as the next one still needs, so that they stay in the
// cache, and a frame needs strips and not whole pictures.
//
// Memory    one buffer, lent by whoever runs it: bytes().
// Threads   a chain belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/frame.hpp"
#include "engine/plan.hpp"

namespace framewright::engine {

/// The rows from `first` to before `end`.
struct Rows {
  int first = 0;
  int end = 0;
};

class StripChain {
 public:
  struct Shape {
    Geometry geometry;   ///< of every stage: a step in strips keeps the shape
    int unit_rows = 1;   ///< rows come from the decoder in units of so many, the last one whole
    int strip_rows = 1;  ///< rows of an answer's strip: a multiple of unit_rows
  };

  /// Every step has reach_rows().
  StripChain(const std::vector<PlanStep>& steps, const Shape& shape);

  /// How many units behind those of a strip its making needs.
  int units_ahead() const noexcept;
  /// The most units that will be there ahead: those of other chains are decoded with this one's. At least
  /// units_ahead(); before bytes().
  void expect_units_ahead(int units) noexcept;
  std::size_t bytes() const noexcept;
  std::size_t scratch_bytes() const noexcept;
  void place(std::uint8_t* buffer) noexcept;

  /// Makes room for decoded rows up to `end`, and gives up those that are no longer needed. The view is of
  /// the whole picture, of which only some rows are there: from the first that is kept to the end of the
  /// unit of `end`.
  kernels::ImageView receive(int end) noexcept;
  /// Makes the rows of a strip of the answer, from what was received.
  ///
  /// Errors   Internal (a kernel refused).
  Result<void> run(Rows strip, kernels::Scratch scratch);
  /// The answer, of which the rows of the latest strip are there.
  kernels::ImageView answer() const noexcept { return view(stages_.back()); }

 private:
  /// The rows that are there before a step, or behind the last one.
  struct Stage {
    int reach_rows = 0;  ///< of the step that comes next
    int ahead_rows = 0;  ///< how far this stage is ahead of the answer, but for the picture's end
    int room_rows = 0;
    Rows rows = {};
    std::uint8_t* pixels = nullptr;  ///< of rows.first
  };

  kernels::ImageView view(const Stage& stage) const noexcept;
  void make_room(Stage& stage, Rows rows) noexcept;
  int first_needed(std::size_t stage) const noexcept;

  // Given.
  const std::vector<PlanStep>& steps_;
  const Shape shape_;
  // Owned.
  const std::ptrdiff_t pitch_bytes_;
  std::vector<Stage> stages_;
};

}  // namespace framewright::engine
