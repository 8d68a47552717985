// Whole request bodies in pooled buffers.
#pragma once

#include "net/http_exchange.hpp"
#include "net/pooled_bytes.hpp"

namespace framewright::net {

/// The whole body.
///
/// Errors   BodyTooLarge (declared or not), Overloaded (memory), and those of the source.
Awaitable<engine::Result<PooledBytes>> read_body(BodySource& source, engine::FramePool& pool,
                                                 std::uint64_t limit_bytes);

}  // namespace framewright::net
