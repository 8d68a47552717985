// A StripChain takes one plane, or one picture of interleaved pixels, through the steps of a plan strip by
// strip: of each stage only so many rows are kept as the next one still needs, so that they stay in the
// cache, and a frame needs strips and not whole pictures.
//
// Memory    lent by whoever runs it. How much that is comes out of a run without any: before place() a chain
//           moves no pixel and finds out what room each of its stages needs.
// Threads   a chain belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/frame.hpp"
#include "engine/plan.hpp"

namespace framewright::engine {

class StripChain {
 public:
  /// `geometries` are those of the picture as it is decoded and of what each step makes. Rows come from the
  /// decoder in units of `unit_rows`, the last one whole. Every step runs_by_rows().
  StripChain(const std::vector<PlanStep>& steps, std::vector<Geometry> geometries, int unit_rows);

  /// How many units must have been received for the rows of the answer before `end`.
  int units_for(int end) noexcept;
  const Geometry& answer_geometry() const noexcept { return stages_.back().geometry; }

  std::size_t bytes() const noexcept;
  /// Of the steps that keep in it what they have prepared.
  std::size_t kept_scratch_bytes() const noexcept;
  /// Of the others, which can have it one after the other, also with those of another chain.
  std::size_t shared_scratch_bytes() const noexcept;
  /// Starts from the first row, in memory of those sizes.
  ///
  /// Errors   Internal (a kernel refused).
  Result<void> place(std::uint8_t* buffer, std::byte* kept_scratch, std::byte* shared_scratch);

  /// Makes room for units before `end`, of which those up to the last call's are there, and gives up rows
  /// that are no longer needed. The view is of the whole picture, of which only some rows are there.
  kernels::ImageView receive(int end) noexcept;
  /// Makes the rows of a strip of the answer, from what was received.
  ///
  /// Errors   Internal (a kernel refused).
  Result<void> run(Rows strip);
  /// The answer, of which the rows of the latest strip are there.
  kernels::ImageView answer() const noexcept { return view(stages_.back()); }

 private:
  /// The rows that are there before a step, or behind the last one.
  struct Stage {
    Geometry geometry = {};
    std::ptrdiff_t pitch_bytes = 0;
    int room_rows = 0;
    Rows rows = {};
    int wanted_end = 0;              ///< the row behind those that the strip which is made depends on
    std::uint8_t* pixels = nullptr;  ///< of rows.first; null before place()
  };
  struct StepScratch {
    std::size_t size_bytes = 0;
    std::byte* bytes = nullptr;
  };

  bool is_placed() const noexcept { return stages_.front().pixels != nullptr; }
  kernels::ImageView view(const Stage& stage) const noexcept;
  void make_room(Stage& stage, Rows rows) const noexcept;
  Rows needed(std::size_t stage, Rows made) const noexcept;
  int first_needed(std::size_t stage) const noexcept;
  void want(int answer_end) noexcept;

  // Given.
  const std::vector<PlanStep>& steps_;
  const int unit_rows_;
  // Owned.
  std::vector<Stage> stages_;
  std::vector<StepScratch> scratch_;  ///< of each step
};

}  // namespace framewright::engine
