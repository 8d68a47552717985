// The job resource of a server, as values.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "app/rest_client.hpp"
#include "engine/media.hpp"
#include "engine/result.hpp"

namespace framewright::app {

/// A job as the server describes it.
struct RemoteJob {
  std::string id;
  std::string state;
  std::string pipeline;
  std::string created_at;
  std::string error;  ///< "code: detail" of a failed job
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::string json;  ///< all that the server said

  bool is_final() const { return state == "succeeded" || state == "failed" || state == "cancelled"; }
};

/// What is asked for each file.
struct JobRequest {
  std::string pipeline;
  std::string format;
  std::optional<int> quality;
  int priority = 5;
  std::string exactness = {};  ///< empty: as the server is configured
  engine::AcceleratorWish accelerator = {};
};

/// Every call may fail as the RestClient does, and with Internal when the answer does not describe jobs.
class JobClient {
 public:
  explicit JobClient(RestClient client) : client_(std::move(client)) {}

  /// Errors   also NotFound and BodyTooLarge for the file.
  engine::Result<RemoteJob> submit(const JobRequest& request, const std::filesystem::path& file);
  engine::Result<std::vector<RemoteJob>> list(int limit);
  engine::Result<RemoteJob> get(const std::string& id);
  engine::Result<RemoteJob> cancel(const std::string& id);
  engine::Result<HttpAnswer> result(const std::string& id);

 private:
  RestClient client_;
};

}  // namespace framewright::app
