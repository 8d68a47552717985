// What pictures of one batch take of a slot, and whether they can take their steps together.
#pragma once

#include <type_traits>

#include "kernels/device_step.hpp"

namespace framewright::kernels {

/// The most pictures of a batch.
inline constexpr std::size_t kMaxBatch = 64;

/// Pictures and the steps of each: lists[i] are those of the i-th, and in[i] is its shape. One to kMaxBatch.
struct BatchSteps {
  const DeviceSteps* const* lists;
  const DeviceShape* in;
  std::size_t count;
};

/// Room in each of a slot's two buffers that a picture takes on its way through all steps: so many pixels,
/// whole kDeviceRounding, of as many channels as it has at the start.
std::size_t device_room_px(const DeviceSteps& steps, const DeviceShape& in);
std::size_t device_room(const DeviceSteps& steps, const DeviceShape& in);

/// Pinned memory for all steps together.
std::size_t device_staging_of_all(const DeviceSteps& steps, const DeviceShape& in);

/// Steps that are launched picture by picture also in a batch. Those that count values or look for pieces of
/// edges have several small kernels whose findings lie at the start of scratch, and each picture uses that in
/// turn. A letterbox has a part of its own for each size, and a blend runs lists of steps.
template <typename Step>
inline constexpr bool launches_by_picture =
    std::is_same_v<Step, DeviceEqualize> || std::is_same_v<Step, DeviceClahe> ||
    std::is_same_v<Step, DeviceOtsu> || std::is_same_v<Step, DeviceWhiteBalance> ||
    std::is_same_v<Step, DeviceCanny> || std::is_same_v<Step, DeviceLetterbox> ||
    std::is_same_v<Step, DeviceBlend>;

/// Whether pictures of these shapes can take these steps together: all have equally many channels at every
/// step, and whatever is not launched picture by picture is the same, but for the size that a resize makes.
bool run_together(const BatchSteps& batch);

/// Scratch that they need then.
std::size_t device_scratch_together(const BatchSteps& batch);

}  // namespace framewright::kernels
