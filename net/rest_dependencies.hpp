// What the REST interface stands on; wired by the program.
//
// Lifetime  everything referred to outlives the server.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "actors/frame_service.hpp"
#include "engine/cluster_board.hpp"
#include "engine/device_choice.hpp"
#include "engine/image_library.hpp"
#include "engine/job_events.hpp"
#include "engine/job_files.hpp"
#include "engine/job_store.hpp"
#include "engine/readiness.hpp"
#include "net/blocking_pool.hpp"

namespace framewright::net {

struct RestLimits {
  std::uint64_t body_bytes = 32ULL << 20;
  std::uint64_t upload_image_bytes = 10ULL << 20;
  std::size_t files_per_request = 64;
  std::size_t pipeline_filters = engine::kMaxPipelineFilters;
  engine::ImageLimits images = {};
  std::chrono::milliseconds event_silence{15'000};  ///< after that an event stream says that it is alive
};

/// What `GET /api/v1/config/system` tells.
struct SystemDescription {
  std::string cpp_version;
  std::string js_version;
  std::string proto_version;
  std::string branch;
  std::string build_time;
  std::string commit_hash;
  std::string environment;
  std::string current_library;
  std::vector<std::string> available_libraries;
};

struct RestDependencies {
  actors::FrameService& frames;
  engine::FramePool& frame_pool;
  engine::PlanCache& plans;
  engine::JobStore& jobs;
  const engine::JobFiles& job_files;
  engine::JobNotifier& job_changes;
  engine::ImageLibrary& images;
  const engine::Readiness& readiness;
  BlockingPool& blocking;
  std::function<std::string(bool openmetrics)> metrics_text;  ///< called on the BlockingPool
  SystemDescription system;
  RestLimits limits;
  std::filesystem::path web_directory;
  /// This process first, then the nodes that work for it.
  std::function<std::vector<engine::ClusterNode>()> cluster_nodes;
  /// False when no such node works for this process.
  std::function<bool(const std::string& id)> drain_node;
  /// What `auto` means here for a picture that finds every worker idle; none: this process has no device.
  std::function<engine::Choice(const engine::ChoiceSubject&)> choose_accelerator = {};
};

}  // namespace framewright::net
