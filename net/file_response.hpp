// A stored file as a response, whole or in part.
#pragma once

#include <filesystem>
#include <string>

#include "net/http_exchange.hpp"

namespace framewright::net {

struct StoredFile {
  std::filesystem::path path;
  std::uint64_t size_bytes = 0;
  std::string media_type;
  std::string filename;  ///< given: the browser saves it under that name
};

/// 200 with all of it, 206 with what `Range` asks for, or 416.
Response file_response(const Request& request, const StoredFile& file);

}  // namespace framewright::net
