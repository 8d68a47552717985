// The gateway waits for the answers of unary requests and brings each to the thread that asked.
//
// Messages  submit UnaryErrand   from any thread; goes on to the dispatcher
//           done ErrandPtr       from a worker
//           cancel ErrandPtr     nobody waits any more
#pragma once

#include <caf/all.hpp>
#include <functional>
#include <unordered_map>

#include "actors/directory.hpp"
#include "actors/messages.hpp"

namespace framewright::actors {

/// One unary request under way: `answered` brings the errand home, on whatever thread it needs.
struct UnaryErrand {
  ErrandPtr errand;
  std::function<void(ErrandPtr)> answered;
};

struct GatewayState {
  static inline const char* name = "gateway";
  std::unordered_map<const engine::FrameTask*, UnaryErrand> waiting;
  caf::actor dispatcher;
};

caf::behavior gateway(caf::stateful_actor<GatewayState>* self, const Directory* directory);

}  // namespace framewright::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(framewright::actors::UnaryErrand)
