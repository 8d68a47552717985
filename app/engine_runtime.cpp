#include "app/engine_runtime.hpp"

namespace framewright::app {

engine::Result<int> with_engine(const config::Settings&,
                                const std::function<int(actors::FrameService&, engine::FramePool&)>&) {
  return engine::unexpected(engine::ErrorCode::Internal, "this build has no workers");
}

}  // namespace framewright::app
