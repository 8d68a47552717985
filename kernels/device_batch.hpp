// What pictures of one batch take of a slot, and whether one launch can run all of them.
#pragma once

#include "kernels/device_step.hpp"

namespace framewright::kernels {

/// Room in each of a slot's two buffers that a picture takes on its way through all steps.
std::size_t device_room(const DeviceSteps& steps, const DeviceShape& in);

/// Pinned memory for all steps together.
std::size_t device_staging_of_all(const DeviceSteps& steps, const DeviceShape& in);

/// Whether both lists do the same to a pixel wherever it lies, and look at no other: then pictures of equally
/// many channels may run through them as one.
bool run_as_one(const DeviceSteps& first, const DeviceSteps& second);

}  // namespace framewright::kernels
