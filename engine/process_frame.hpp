// The work on one frame: decode, run the plan, encode. Each stage first asks whether anybody still waits.
//
// Threads   a frame is worked on by one thread at a time; decoders and encoders belong to their thread.
#pragma once

#include <optional>

#include "engine/codec.hpp"
#include "engine/frame_task.hpp"

namespace framewright::engine {

// Each stage below returns nothing when the frame ended in it: the task then holds its answer, an error, and
// why it was dropped if it was.

/// Decodes task.input, which is gone afterwards, and notes how long the frame has waited.
std::optional<Frame> decode_stage(FrameTask& task, Decoder& decoder, const Clock& clock);

/// Runs the plan on the calling thread.
std::optional<Frame> run_stage(FrameTask& task, Frame frame, FramePool& pool, const Clock& clock);

/// Encodes the answer as task.output asks; what is left of the task's reservation is given back. Time that a
/// device has spent on it is in task.times already, and stays.
void encode_stage(FrameTask& task, Frame frame, Encoder& encoder, const Clock& clock);

/// Makes the answer of the scan that a device has coded in `frame`, so many bits for the quality that
/// task.output asks for. The device's part is in task.times already.
void encode_scan_stage(FrameTask& task, Frame frame, std::uint64_t bits, Encoder& encoder,
                       const Clock& clock);

/// All stages on the calling thread, by the task's route. The task is Running and find_needs() has looked at
/// it; afterwards it holds its answer.
void process_on_cpu(FrameTask& task, Decoder& decoder, Encoder& encoder, FramePool& pool, const Clock& clock);

}  // namespace framewright::engine
