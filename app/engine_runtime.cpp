#include "app/engine_runtime.hpp"

#include "app/engine_host.hpp"

namespace framewright::app {

engine::Result<int> with_engine(const config::Settings& settings,
                                const std::function<int(actors::FrameService&, engine::FramePool&)>& work) {
  engine::SilentMetrics metrics;
  EngineHost host(settings, metrics);
  host.start({});
  const int status = work(host.frames(), host.pool());
  if (!host.stop(settings.shutdown.timeout)) {
    return engine::unexpected(engine::ErrorCode::Timeout, "the workers did not stop in time");
  }
  return status;
}

}  // namespace framewright::app
