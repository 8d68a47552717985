// One frame through the actors and back, for a client that waits on the line.
#pragma once

#include "actors/frame_service.hpp"
#include "net/http_exchange.hpp"

namespace framewright::net {

/// Resumes on the caller's io thread with the answer. A client that goes away cancels its frame.
///
/// Errors   Cancelled when the client went away. Whatever happened to the frame is in OutboundFrame::answer.
Awaitable<engine::Result<engine::OutboundFrame>> call_unary(actors::FrameService& frames,
                                                            actors::UnaryRequest&& request,
                                                            Exchange& exchange);

/// `queue;dur=0.012, decode;dur=...`: milliseconds (W3C Server Timing).
std::string server_timing(const engine::StageTimes& times);

}  // namespace framewright::net
