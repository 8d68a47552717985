// Jobs and images as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "engine/image_library.hpp"
#include "engine/job.hpp"

namespace framewright::net {

nlohmann::json job_json(const engine::Job& job);
nlohmann::json event_json(const engine::JobEvent& event);
nlohmann::json image_json(const engine::LibraryImage& image);

}  // namespace framewright::net
