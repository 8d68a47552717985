#include "net/unary_call.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstdio>
#include <span>

#include "net/completion.hpp"

namespace framewright::net {
namespace {

struct Waiting {
  explicit Waiting(const boost::asio::any_io_executor& executor) : done(executor) {}
  Completion done;
  std::optional<engine::OutboundFrame> answer;
};

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

}  // namespace

Awaitable<engine::Result<engine::OutboundFrame>> call_unary(actors::FrameService& frames,
                                                            actors::UnaryRequest&& request,
                                                            Exchange& exchange) {
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto waiting = std::make_shared<Waiting>(executor);
  const actors::Post post = [executor](std::function<void()> callback) {
    boost::asio::post(executor, std::move(callback));
  };
  request.trace_parent = exchange.request.trace.traceparent();
  auto handle = frames.process(std::move(request), post, [waiting](engine::OutboundFrame frame) {
    waiting->answer = std::move(frame);
    waiting->done.announce();
  });
  exchange.client.on_gone([waiting] { waiting->done.announce(); });
  co_await waiting->done.wait();
  exchange.client.on_gone({});
  handle.reset();
  if (!waiting->answer) {
    co_return engine::unexpected(engine::ErrorCode::Cancelled, "the client went away before the answer");
  }
  co_return std::move(*waiting->answer);
}

std::string server_timing(const engine::StageTimes& times) {
  char text[320];
  const int stages =
      std::snprintf(text, sizeof text, "queue;dur=%.3f, decode;dur=%.3f, process;dur=%.3f, encode;dur=%.3f",
                    milliseconds(times.queue), milliseconds(times.decode), milliseconds(times.process),
                    milliseconds(times.encode));
  if (times.device) {
    const auto rest = std::span(text).subspan(static_cast<std::size_t>(stages));
    std::snprintf(
        rest.data(), rest.size(),
        ", device-wait;dur=%.3f, device-upload;dur=%.3f, device-kernels;dur=%.3f, device-download;dur=%.3f",
        milliseconds(times.device->wait), milliseconds(times.device->upload),
        milliseconds(times.device->kernels), milliseconds(times.device->download));
  }
  return text;
}

}  // namespace framewright::net
