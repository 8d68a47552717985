#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "engine/check.hpp"
#include "engine/codec.hpp"

namespace framewright::engine {
namespace {

/// How the upright picture is read out of the stored one.
struct Turn {
  bool swap_axes;    ///< upright rows are stored columns
  bool from_right;   ///< stored columns run from right to left
  bool from_bottom;  ///< stored rows run from bottom to top
};

// CIPA DC-008, tag 274: where the upright picture's first row and column lie in the stored one.
constexpr std::array<Turn, 8> kTurns = {{
    {false, false, false},
    {false, true, false},
    {false, true, true},
    {false, false, true},
    {true, false, false},
    {true, false, true},
    {true, true, true},
    {true, true, false},
}};

struct Walk {
  const std::uint8_t* first;        ///< stored pixel of the upright top left corner
  std::ptrdiff_t step_right_bytes;  ///< in the stored picture, for one pixel to the right in the upright one
  std::ptrdiff_t step_down_bytes;
};

Walk walk_of(const kernels::ConstImageView& in, const Turn& turn) noexcept {
  Walk walk{in.pixels, in.channels, in.pitch_bytes};
  if (turn.from_right) {
    walk.first += static_cast<std::ptrdiff_t>(in.width_px - 1) * in.channels;
    walk.step_right_bytes = -walk.step_right_bytes;
  }
  if (turn.from_bottom) {
    walk.first += (in.height_px - 1) * in.pitch_bytes;
    walk.step_down_bytes = -walk.step_down_bytes;
  }
  if (turn.swap_axes) std::swap(walk.step_right_bytes, walk.step_down_bytes);
  return walk;
}

/// Tile by tile, so that reading across rows stays in the cache.
template <int kChannels>
void turn_pixels(const Walk& walk, const kernels::ImageView& out) noexcept {
  constexpr int kTile = 32;
  for (int top = 0; top < out.height_px; top += kTile) {
    for (int left = 0; left < out.width_px; left += kTile) {
      const int bottom = std::min(top + kTile, out.height_px);
      const int right = std::min(left + kTile, out.width_px);
      for (int y = top; y < bottom; ++y) {
        const auto* from = walk.first + y * walk.step_down_bytes + left * walk.step_right_bytes;
        auto* to = out.row(y) + static_cast<std::ptrdiff_t>(left) * kChannels;
        for (int x = left; x < right; ++x, from += walk.step_right_bytes, to += kChannels) {
          std::memcpy(to, from, kChannels);
        }
      }
    }
  }
}

}  // namespace

Result<Frame> apply_orientation(Frame frame, int orientation, FramePool& pool, Reservation& reservation) {
  FW_CHECK(orientation >= 1 && orientation <= 8);
  if (orientation == 1) return frame;
  const Turn& turn = kTurns[static_cast<std::size_t>(orientation) - 1];
  Geometry upright = frame.geometry;
  if (turn.swap_axes) std::swap(upright.width_px, upright.height_px);
  auto turned = lend_frame(upright, pool, reservation);
  if (!turned) return turned;
  const auto walk = walk_of(frame.view(), turn);
  switch (upright.channels) {
    case 1: turn_pixels<1>(walk, turned->view()); break;
    case 3: turn_pixels<3>(walk, turned->view()); break;
    case 4: turn_pixels<4>(walk, turned->view()); break;
    default: check_failed("a frame has 1, 3 or 4 channels", __FILE__, __LINE__);
  }
  return turned;
}

}  // namespace framewright::engine
