#include "net/handlers.hpp"

#include <exception>

namespace framewright::net {
namespace {

Response call(const std::function<Response()>& function) {
  try {
    return function();
  } catch (const std::exception& thrown) {
    return problem({engine::ErrorCode::Internal, std::string("the handler failed: ") + thrown.what()});
  }
}

}  // namespace

Handler quick(PlainFunction function) {
  return [function = std::move(function)](Exchange& exchange) -> Awaitable<Response> {
    co_return function(exchange.request);
  };
}

Handler blocking(BlockingPool& pool, PlainFunction function) {
  return [&pool, function = std::move(function)](Exchange& exchange) -> Awaitable<Response> {
    const std::function<Response()> answer = [&function, &exchange] { return function(exchange.request); };
    co_return co_await respond_blocking(pool, answer);
  };
}

Awaitable<Response> respond_blocking(BlockingPool& pool, const std::function<Response()>& function) {
  auto response = co_await run_blocking(pool, [&function] { return call(function); });
  if (!response) co_return problem(std::move(response).error());
  co_return std::move(*response);
}

}  // namespace framewright::net
