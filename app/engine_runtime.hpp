// The engine without a network front, for subcommands that work on files.
#pragma once

#include <functional>

#include "actors/frame_service.hpp"
#include "config/settings.hpp"
#include "engine/frame_pool.hpp"
#include "engine/result.hpp"

namespace framewright::app {

/// Starts workers as `serve` would, calls `work` on this thread, and stops them again. Returns what `work`
/// returns.
///
/// Errors   what kept the workers from starting: AcceleratorUnavailable, Internal.
engine::Result<int> with_engine(const config::Settings& settings,
                                const std::function<int(actors::FrameService&, engine::FramePool&)>& work);

}  // namespace framewright::app
