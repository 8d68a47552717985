#include <array>
#include <utility>

#include "engine/check.hpp"
#include "engine/codec.hpp"
#include "kernels/turn.hpp"

namespace framewright::engine {
namespace {

// CIPA DC-008, tag 274: where the upright picture's first row and column lie in the stored one.
constexpr std::array<kernels::Turn, 8> kTurns = {{
    {false, false, false},
    {false, true, false},
    {false, true, true},
    {false, false, true},
    {true, false, false},
    {true, false, true},
    {true, true, true},
    {true, true, false},
}};

}  // namespace

Result<Frame> apply_orientation(Frame frame, int orientation, FramePool& pool, Reservation& reservation) {
  FW_CHECK(orientation >= 1 && orientation <= 8);
  if (orientation == 1) return frame;
  const kernels::Turn& turn = kTurns[static_cast<std::size_t>(orientation) - 1];
  Geometry upright = frame.geometry;
  if (turn.swap_axes) std::swap(upright.width_px, upright.height_px);
  auto turned = lend_frame(upright, pool, reservation);
  if (!turned) return turned;
  FW_CHECK(kernels::turn(frame.view(), turn, turned->view()) == kernels::Status::Ok);
  return turned;
}

}  // namespace framewright::engine
