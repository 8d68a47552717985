// JSON bodies that carry bytes in base64: pixels to be processed, or a file for the library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/frame_service.hpp"
#include "net/pooled_bytes.hpp"

namespace framewright::net {

/// The JSON form of ProcessImage; `flow` is left to the caller. Whether the picture is too large is for the
/// engine to say.
///
/// Errors   InvalidArgument with every wrong field, InvalidPipeline, UnknownFilter, Overloaded (memory).
engine::Result<actors::UnaryRequest> parse_pixels(std::string_view text, std::size_t pipeline_filters,
                                                  engine::FramePool& pool);

struct JsonFile {
  std::string filename;  ///< as sent: never a path to be used
  PooledBytes content;
};

/// `{"file_data","filename"}`.
///
/// Errors   InvalidArgument with every wrong field, BodyTooLarge, Overloaded (memory).
engine::Result<JsonFile> parse_file(std::string_view text, std::uint64_t limit_bytes,
                                    engine::FramePool& pool);

}  // namespace framewright::net
