// The whole REST interface on a free port: real stores in a folder of their own, frames by a
// FakeUnaryService.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/cluster_board.hpp"
#include "engine/readiness.hpp"
#include "tests/engine/stores_in_a_folder.hpp"
#include "tests/net/fake_unary_service.hpp"
#include "tests/net/raw_client.hpp"

namespace framewright::net {

struct RestOptions {
  std::uint64_t body_bytes = 1 << 20;
  std::uint64_t upload_image_bytes = 64 << 10;
  std::uint64_t frame_memory_bytes = 16 << 20;
  std::chrono::milliseconds event_silence{15'000};
};

class RestServer {
 public:
  explicit RestServer(RestOptions options = {});
  ~RestServer();

  RawClient client() const;
  /// One request on a connection of its own.
  RawResponse ask(std::string_view method, std::string_view target, std::string_view body = {},
                  std::string_view extra = {}) const;
  /// Drains and ends what still runs.
  void stop();

  FakeUnaryService& frames();
  engine::StoresInAFolder& stores();
  engine::Readiness& readiness();
  /// What the server tells of its cluster; to be set before it is asked. Only "busy" can be drained.
  std::vector<engine::ClusterNode>& nodes();
  const std::vector<std::string>& drained() const;
  const std::filesystem::path& web_folder() const;
  std::uint64_t frame_memory_used() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

inline nlohmann::json json_of(const RawResponse& response) { return nlohmann::json::parse(response.body); }

/// Whole header lines for a multipart body made by part_text() and multipart_end().
inline constexpr const char* kMultipartHeader = "Content-Type: multipart/form-data; boundary=X\r\n";
std::string part_text(std::string_view name, std::string_view filename, std::string_view content);
inline constexpr const char* kMultipartEnd = "--X--\r\n";

}  // namespace framewright::net
