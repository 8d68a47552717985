// The library of still images: files below one folder, described in the database.
//
// Durable   when add() returns, the file and its row survive kill -9; a half-written file never shows.
// Threads   any thread; calls block on the disk.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/clock.hpp"
#include "engine/media.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

struct LibraryImage {
  std::string id;
  std::string display_name;
  std::string path;  ///< relative to the data directory, "library/images/..."
  bool is_default = false;
  int width_px = 0;
  int height_px = 0;
  std::string format;  ///< "jpeg", "png", "webp"
  std::uint64_t size_bytes = 0;
  WallTime created_at{};
  std::string thumbnail_path;  ///< relative, a JPEG that fits 256 x 256
  nlohmann::json metadata;     ///< EXIF worth showing (camera, taken_at, orientation), channels
};

struct ImagePage {
  std::vector<LibraryImage> images;
  std::optional<std::string> next_cursor;
};

class ImageLibrary {
 public:
  virtual ~ImageLibrary() = default;

  /// Checks, describes and stores one picture; PNG, JPEG and WebP by content. Size and thumbnail are those of
  /// the upright picture. The stored file keeps pixels, colour profile and orientation; what else EXIF and
  /// XMP tell, as the place where it was taken, is left out.
  ///
  /// Errors   UnsupportedMedia, CorruptMedia, ImageTooLarge, BodyTooLarge (10 MiB), Overloaded (memory, or
  ///          the library is full), Internal (disk).
  virtual Result<LibraryImage> add(std::span<const std::uint8_t> bytes, const std::string& filename) = 0;
  /// One page, newest first, of at most `limit` (1 to 1000) images.
  /// Errors   InvalidArgument (a cursor that no page gave).
  virtual Result<ImagePage> list(std::size_t limit, const std::optional<std::string>& cursor) = 0;
  virtual Result<LibraryImage> get(const std::string& id) = 0;
  /// Errors   NotFound, PermissionDenied (a default image: the program needs it and brings it back),
  ///          Internal.
  virtual Result<void> remove(const std::string& id) = 0;
  /// Absolute paths, for serving and for jobs.
  virtual Result<std::filesystem::path> file_of(const std::string& id) = 0;
  virtual Result<std::filesystem::path> thumbnail_of(const std::string& id) = 0;
};

}  // namespace framewright::engine
