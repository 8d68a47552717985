// Times a device and this machine's CPU on the same pictures, and keeps what was found in a file, so that
// `auto` knows at the next start what it has learnt.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "engine/device.hpp"
#include "engine/device_choice.hpp"
#include "engine/frame_pool.hpp"

namespace framewright::app {

/// What /proc/cpuinfo calls it.
std::string cpu_name();

/// Runs a few pictures on the device, which nobody else uses yet, and on the calling thread. Takes about a
/// third of a second, and longer only where a single run does.
///
/// Errors   of the device; Timeout when it does not answer: what it was given is lost then, and reset() has
///          to come before anybody else uses it; Overloaded when there is no memory for the pictures.
engine::Result<engine::DeviceCalibration> calibrate(engine::Device& device, engine::FramePool& pool,
                                                    const engine::Clock& clock,
                                                    std::chrono::milliseconds patience = std::chrono::seconds{
                                                        10});

/// Takes over what `file` keeps of a device of this name; otherwise why there is nothing to take.
std::optional<std::string> recall_choice(engine::DeviceChoice& choice, const std::string& device,
                                         const std::filesystem::path& file);

/// Takes over what `file` keeps of this device, or else builds the device, measures it and writes the file.
/// Says in the log which, and why. The file is written only where its folder is there.
///
/// Errors   of reset() and calibrate(): nothing is known then, and the device is to be built anew.
engine::Result<void> prepare_choice(engine::DeviceChoice& choice, engine::Device& device,
                                    engine::FramePool& pool, const std::filesystem::path& file);

/// Writes what is known now; a failure is logged.
void keep_choice(const engine::DeviceChoice& choice, const std::filesystem::path& file);

}  // namespace framewright::app
