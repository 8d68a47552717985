#include "engine/sqlite_image_library.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

#include "engine/codec.hpp"
#include "engine/durable_file.hpp"
#include "engine/exif.hpp"
#include "engine/file_name.hpp"
#include "engine/image_privacy.hpp"
#include "engine/image_rows.hpp"
#include "engine/page_cursor.hpp"
#include "engine/random_id.hpp"

namespace framewright::engine {
namespace {

constexpr std::size_t kPageLimit = 1000;
constexpr std::int64_t kAboveAll = std::numeric_limits<std::int64_t>::max();
constexpr int kFirstTurnedOrientation = 5;  // 5 to 8 exchange width and height

Unexpected no_such_image(const std::string& id) {
  return unexpected(ErrorCode::NotFound, "there is no image " + id);
}

bool is_kept_format(ImageEncoding encoding) noexcept {
  return encoding == ImageEncoding::Jpeg || encoding == ImageEncoding::Png || encoding == ImageEncoding::Webp;
}

nlohmann::json metadata_of(const ImageHeader& header, const Exif& exif) {
  nlohmann::json metadata{{"channels", header.geometry.channels}, {"orientation", header.orientation}};
  if (!exif.camera_make.empty()) metadata["camera_make"] = exif.camera_make;
  if (!exif.camera_model.empty()) metadata["camera_model"] = exif.camera_model;
  if (!exif.taken_at.empty()) metadata["taken_at"] = exif.taken_at;
  return metadata;
}

Result<void> remove_file(const std::filesystem::path& file) {
  if (::unlink(file.c_str()) == 0 || errno == ENOENT) return {};
  return unexpected(disk_error("remove", file, errno));
}

/// The regular files of a folder, by name.
Result<std::vector<std::filesystem::path>> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  auto entry = std::filesystem::directory_iterator(folder, failure);
  for (; !failure && entry != std::filesystem::end(entry); entry.increment(failure)) {
    if (entry->is_regular_file(failure)) files.push_back(entry->path());
  }
  if (failure) return unexpected(disk_error("read folder", folder, failure.value()));
  std::ranges::sort(files);
  return files;
}

}  // namespace

/// One picture on its way in: its description, and the bytes of its two files.
struct SqliteImageLibrary::Addition {
  LibraryImage image;
  std::vector<std::uint8_t> file;
  std::vector<std::uint8_t> thumbnail;
};

Result<std::unique_ptr<SqliteImageLibrary>> SqliteImageLibrary::open(Parts parts, ImageLibraryLimits limits) {
  std::unique_ptr<SqliteImageLibrary> library(new SqliteImageLibrary(std::move(parts), limits));
  if (Result<void> repaired = library->repair(); !repaired) return unexpected(repaired.error());
  return library;
}

Result<LibraryImage> SqliteImageLibrary::add(std::span<const std::uint8_t> bytes,
                                             const std::string& filename) {
  Result<Addition> addition = prepare(bytes, filename);
  if (!addition) return unexpected(addition.error());
  return store(*addition);
}

Result<SqliteImageLibrary::Addition> SqliteImageLibrary::prepare(std::span<const std::uint8_t> bytes,
                                                                 const std::string& filename) const {
  if (bytes.size() > limits_.upload_bytes) {
    return unexpected(ErrorCode::BodyTooLarge, "the picture has " + std::to_string(bytes.size()) +
                                                   " bytes, at most " + std::to_string(limits_.upload_bytes) +
                                                   " are taken");
  }
  const Result<ImageHeader> header = inspect(bytes, limits_.picture);
  if (!header) return unexpected(header.error());
  if (!is_kept_format(header->encoding)) {
    return unexpected(ErrorCode::UnsupportedMedia, "the library takes PNG, JPEG and WebP");
  }
  // Decodes every pixel: what is truncated or broken is found here.
  Result<std::vector<std::uint8_t>> thumbnail = parts_.thumbnail(bytes);
  if (!thumbnail) return unexpected(thumbnail.error());
  Result<std::vector<std::uint8_t>> file = without_private_metadata(bytes, *header);
  if (!file) return unexpected(file.error());
  LibraryImage image = describe(*header, filename);
  image.size_bytes = file->size();
  image.metadata = metadata_of(*header, read_exif(bytes));
  return Addition{std::move(image), std::move(*file), std::move(*thumbnail)};
}

LibraryImage SqliteImageLibrary::describe(const ImageHeader& header, const std::string& filename) const {
  LibraryImage image;
  image.id = random_id();
  image.display_name = safe_file_name(filename, "image");
  image.format = to_string(header.encoding);
  image.path = image_path(image.id, image.format);
  image.thumbnail_path = thumbnail_path(image.id);
  image.width_px = header.geometry.width_px;
  image.height_px = header.geometry.height_px;
  if (header.orientation >= kFirstTurnedOrientation) std::swap(image.width_px, image.height_px);
  image.created_at = std::chrono::time_point_cast<std::chrono::microseconds>(parts_.clock.wall_now());
  return image;
}

Result<LibraryImage> SqliteImageLibrary::store(const Addition& addition) {
  const LibraryImage& image = addition.image;
  Result<void> stored = write_durably(absolute(image.path), addition.file, parts_.disk);
  if (stored) stored = write_durably(absolute(image.thumbnail_path), addition.thumbnail, parts_.disk);
  if (stored) {
    stored = parts_.database.write([&](SQLite::Database& connection) -> Result<void> {
      if (count_images(connection) >= limits_.images) {
        return unexpected(ErrorCode::Overloaded, "the library holds " + std::to_string(limits_.images) +
                                                     " images and takes no more");
      }
      insert_image(connection, image);
      return {};
    });
  }
  if (stored) return image;
  // What cannot be removed now is removed at the next start, as a file that no image knows.
  static_cast<void>(remove_file(absolute(image.path)));
  static_cast<void>(remove_file(absolute(image.thumbnail_path)));
  return unexpected(stored.error());
}

Result<ImagePage> SqliteImageLibrary::list(std::size_t limit, const std::optional<std::string>& cursor) {
  const Result<std::int64_t> below = parse_page_cursor(cursor);
  if (!below) return unexpected(below.error());
  const std::size_t size = std::clamp<std::size_t>(limit, 1, kPageLimit);
  return parts_.database.read([&](SQLite::Database& connection) -> Result<ImagePage> {
    // One row more than the page shows whether there is a next page.
    std::vector<ImageRow> rows = select_images(connection, *below, size + 1);
    ImagePage page;
    if (rows.size() > size) {
      rows.pop_back();
      page.next_cursor = page_cursor(rows.back().number);
    }
    for (ImageRow& row : rows) page.images.push_back(std::move(row.image));
    return page;
  });
}

Result<LibraryImage> SqliteImageLibrary::get(const std::string& id) {
  return parts_.database.read([&](SQLite::Database& connection) -> Result<LibraryImage> {
    std::optional<LibraryImage> image = select_image(connection, id);
    if (!image) return no_such_image(id);
    return std::move(*image);
  });
}

Result<void> SqliteImageLibrary::remove(const std::string& id) {
  // The row first: a file without a row is removed at the next start, a row without a file would be a lie.
  const Result<LibraryImage> removed =
      parts_.database.write([&](SQLite::Database& connection) -> Result<LibraryImage> {
        std::optional<LibraryImage> image = select_image(connection, id);
        if (!image) return no_such_image(id);
        if (image->is_default) {
          return unexpected(ErrorCode::PermissionDenied,
                            image->display_name + " comes with the program and stays");
        }
        delete_image(connection, id);
        return std::move(*image);
      });
  if (!removed) return unexpected(removed.error());
  if (Result<void> gone = remove_file(absolute(removed->path)); !gone) return gone;
  return remove_file(absolute(removed->thumbnail_path));
}

Result<std::filesystem::path> SqliteImageLibrary::file_of(const std::string& id) {
  const Result<LibraryImage> image = get(id);
  if (!image) return unexpected(image.error());
  return absolute(image->path);
}

Result<std::filesystem::path> SqliteImageLibrary::thumbnail_of(const std::string& id) {
  const Result<LibraryImage> image = get(id);
  if (!image) return unexpected(image.error());
  return absolute(image->thumbnail_path);
}

Result<std::size_t> SqliteImageLibrary::add_defaults(const std::filesystem::path& folder) {
  const Result<std::vector<std::filesystem::path>> files = files_in(folder);
  if (!files) return unexpected(files.error());
  std::size_t added = 0;
  for (const std::filesystem::path& file : *files) {
    const std::string name = safe_file_name(file.filename().string(), "image");
    const Result<bool> known = parts_.database.read(
        [&](SQLite::Database& connection) -> Result<bool> { return has_default(connection, name); });
    if (!known) return unexpected(known.error());
    if (*known) continue;
    const Result<std::vector<std::uint8_t>> bytes = read_whole(file, limits_.upload_bytes);
    if (!bytes) return unexpected(bytes.error());
    Result<Addition> addition = prepare(*bytes, name);
    if (!addition) {
      return unexpected(addition.error().code,
                        "default image " + file.string() + ": " + addition.error().detail);
    }
    addition->image.is_default = true;
    if (Result<LibraryImage> image = store(*addition); !image) return unexpected(image.error());
    ++added;
  }
  return added;
}

Result<void> SqliteImageLibrary::repair() {
  for (const auto& folder : {parts_.directory.images_folder(), parts_.directory.thumbnails_folder()}) {
    if (Result<void> made = make_folders(folder, parts_.disk); !made) return made;
    if (Result<std::size_t> swept = sweep_unfinished(folder, parts_.directory.use()); !swept)
      return unexpected(swept.error());
  }
  if (Result<void> forgotten = forget_images_without_file(); !forgotten) return forgotten;
  for (const auto& folder : {parts_.directory.images_folder(), parts_.directory.thumbnails_folder()}) {
    if (Result<void> removed = remove_files_without_image(folder); !removed) return removed;
  }
  return {};
}

Result<void> SqliteImageLibrary::forget_images_without_file() {
  return parts_.database.write([&](SQLite::Database& connection) -> Result<void> {
    for (const auto& [number, image] : select_images(connection, kAboveAll, limits_.images)) {
      std::error_code failure;
      const bool has_file = std::filesystem::exists(absolute(image.path), failure);
      if (failure) return unexpected(disk_error("read", absolute(image.path), failure.value()));
      if (has_file) continue;
      delete_image(connection, image.id);
      repairs_.images_without_file.push_back(image.display_name);
    }
    return {};
  });
}

Result<void> SqliteImageLibrary::remove_files_without_image(const std::filesystem::path& folder) {
  const Result<std::vector<std::filesystem::path>> files = files_in(folder);
  if (!files) return unexpected(files.error());
  return parts_.database.read([&](SQLite::Database& connection) -> Result<void> {
    for (const std::filesystem::path& file : *files) {
      const std::string id = file.stem().string();
      // What does not look like ours was put there by somebody else, and stays.
      if (!is_random_id(id) || !is_abandoned(file, parts_.directory.use())) continue;
      if (select_image(connection, id)) continue;
      if (Result<void> removed = remove_file(file); !removed) return removed;
      ++repairs_.files_without_image;
    }
    return {};
  });
}

}  // namespace framewright::engine
