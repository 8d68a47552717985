// A JPEG through a plan to a JPEG, strip by strip: decode, filter, encode, so that pixels stay in the cache
// from one to the next.
#pragma once

#include <cstdint>

#include "engine/clock.hpp"
#include "engine/codec.hpp"
#include "engine/plan.hpp"
#include "engine/route.hpp"

namespace framewright::engine {

struct FrameTask;

/// Whether a CPU takes such a frame strip by strip: the same bytes, with less memory.
bool goes_in_strips(const Plan& plan, const ImageHeader& header, const OutputOptions& output,
                    Route route) noexcept;

/// The most frame memory that it then takes beside its input.
///
/// Errors   InvalidPipeline (geometry).
Result<std::uint64_t> strip_bytes(const Plan& plan, const ImageHeader& header, Route route);

/// Makes the answer of a task that goes in strips, and fills in its times of decoding, filters and encoding.
/// The input must still be there.
///
/// Errors   CorruptMedia, UnsupportedMedia, Overloaded (memory), ImageTooLarge (beyond what JPEG holds),
///          Internal; as FrameTask::give_up() has it where nobody waits any more.
Result<EncodedFrame> run_strips(FrameTask& task, Decoder& decoder, Encoder& encoder, FramePool& pool,
                                const Clock& clock);

}  // namespace framewright::engine
