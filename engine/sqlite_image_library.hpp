// The SqliteImageLibrary keeps pictures as files named by their id and describes them in the embedded
// database.
//
// Durable   file and thumbnail are on the disk before the row is, so a row always has its file; a file
//           without a row is removed at the next start.
// Threads   any thread; calls block on the disk, add() decodes the picture on the calling thread.
// Lifetime  the database, directory, disk and clock outlive the library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/clock.hpp"
#include "engine/data_directory.hpp"
#include "engine/database.hpp"
#include "engine/disk.hpp"
#include "engine/image_library.hpp"

namespace framewright::engine {

struct ImageLibraryLimits {
  std::uint64_t upload_bytes = 10ULL << 20;
  std::size_t images = 10'000;
  ImageLimits picture = {};
};

/// Decodes a picture and makes the JPEG that fits 256 x 256 of it, upright.
///
/// Threads  called from every thread that adds, several at a time.
/// Errors   CorruptMedia (also for a truncated picture), UnsupportedMedia, ImageTooLarge, Overloaded
///          (memory).
using Thumbnailer = std::function<Result<std::vector<std::uint8_t>>(std::span<const std::uint8_t> picture)>;

/// What a start found amiss and put right.
struct LibraryRepairs {
  std::vector<std::string> images_without_file;  ///< display names; their rows were removed
  std::size_t files_without_image = 0;           ///< removed
};

class SqliteImageLibrary final : public ImageLibrary {
 public:
  struct Parts {
    Database& database;
    const DataDirectory& directory;
    Thumbnailer thumbnail;
    Disk& disk = system_disk();
    const Clock& clock = system_clock();
  };

  /// Opens the library of a data directory.
  static Result<std::unique_ptr<SqliteImageLibrary>> open(Parts parts, ImageLibraryLimits limits);

  Result<LibraryImage> add(std::span<const std::uint8_t> bytes, const std::string& filename) override;
  Result<ImagePage> list(std::size_t limit, const std::optional<std::string>& cursor) override;
  Result<LibraryImage> get(const std::string& id) override;
  Result<void> remove(const std::string& id) override;
  Result<std::filesystem::path> file_of(const std::string& id) override;
  Result<std::filesystem::path> thumbnail_of(const std::string& id) override;

  /// Adds the pictures of `folder` that are not there yet as default images, by file name; returns how many.
  /// Errors   as add(), of the first picture that cannot be added.
  Result<std::size_t> add_defaults(const std::filesystem::path& folder);

  const LibraryRepairs& repairs() const noexcept { return repairs_; }

 private:
  struct Addition;
  SqliteImageLibrary(Parts parts, ImageLibraryLimits limits) : parts_(std::move(parts)), limits_(limits) {}
  Result<Addition> prepare(std::span<const std::uint8_t> bytes, const std::string& filename) const;
  LibraryImage describe(const ImageHeader& header, const std::string& filename) const;
  Result<LibraryImage> store(const Addition& addition);
  Result<void> repair();
  Result<void> forget_images_without_file();
  Result<void> remove_files_without_image(const std::filesystem::path& folder);
  std::filesystem::path absolute(const std::string& relative) const {
    return parts_.directory.root() / relative;
  }

  // Given.
  const Parts parts_;
  const ImageLibraryLimits limits_;
  // Measured.
  LibraryRepairs repairs_;
};

}  // namespace framewright::engine
