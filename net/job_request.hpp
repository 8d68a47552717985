// What a client says about a job that it wants.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/job.hpp"
#include "engine/pipeline.hpp"

namespace framewright::net {

/// `{"input":{"image_id"},"pipeline","output":{"format","quality","exactness"},"accelerator","priority"}`
struct JobRequest {
  std::optional<std::string> image_id;
  engine::Pipeline pipeline;
  engine::OutputOptions output;
  engine::AcceleratorWish accelerator;
  int priority = 5;

  /// The same text for the same request, whatever the order of its fields.
  std::string canonical() const;
};

/// Errors   InvalidArgument, InvalidPipeline, UnknownFilter, with every wrong field.
engine::Result<JobRequest> parse_job_request(std::string_view text, std::size_t max_filters);

}  // namespace framewright::net
