// The files of one folder, for browsers: nothing outside of it, whatever is asked for.
//
// Threads   immutable; calls block on the disk.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "net/http_exchange.hpp"

namespace framewright::net {

class StaticFiles {
 public:
  explicit StaticFiles(std::filesystem::path root);

  /// The file that the path segments name ("index.html" for a folder), with ETag, media type and security
  /// headers; 304 when the client has it. Hidden files, "..", separators inside a segment and links that lead
  /// out of the folder are not found. A file takes GET and HEAD.
  Response answer(const Request& request) const;

 private:
  engine::Result<std::filesystem::path> find(const std::vector<std::string>& segments) const;

  std::filesystem::path root_;  ///< without links
};

/// By extension; "application/octet-stream" for what is not known.
std::string_view media_type_of_file(const std::filesystem::path& file) noexcept;

}  // namespace framewright::net
