// Handlers made of plain functions: most of the REST interface needs no coroutine of its own.
#pragma once

#include <functional>

#include "net/blocking_pool.hpp"
#include "net/http_exchange.hpp"

namespace framewright::net {

using PlainFunction = std::function<Response(const Request&)>;

/// Answers on the io thread: for what waits for nothing.
Handler quick(PlainFunction function);

/// Answers on the pool: for what waits for the disk or the database.
Handler blocking(BlockingPool& pool, PlainFunction function);

/// Runs `function`, which is borrowed, on the pool; an overloaded pool and an exception become problems.
Awaitable<Response> respond_blocking(BlockingPool& pool, const std::function<Response()>& function);

}  // namespace framewright::net
