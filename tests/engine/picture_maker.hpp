// Frames full of random pixels, for tests of plans and stages.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "engine/frame.hpp"
#include "engine/frame_pool.hpp"

namespace framewright::engine {

inline Frame random_frame(const Geometry& geometry, FramePool& pool, unsigned seed = 1) {
  Reservation reservation;
  auto frame = lend_frame(geometry, pool, reservation);
  EXPECT_TRUE(frame.has_value());
  std::mt19937 random{seed};
  const auto view = frame->view();
  for (int y = 0; y < view.height_px; ++y) {
    for (int x = 0; x < view.width_px * view.channels; ++x)
      view.row(y)[x] = static_cast<std::uint8_t>(random());
  }
  return std::move(frame).value();
}

inline std::vector<std::uint8_t> pixels_of(const Frame& frame) {
  const auto view = frame.view();
  std::vector<std::uint8_t> pixels;
  for (int y = 0; y < view.height_px; ++y) {
    pixels.insert(pixels.end(), view.row(y), view.row(y) + view.width_px * view.channels);
  }
  return pixels;
}

}  // namespace framewright::engine
