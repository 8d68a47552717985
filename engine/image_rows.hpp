// Images as rows of the embedded database: the SQL of the SqliteImageLibrary that maps rows to values.
//
// Errors    what SQLite throws passes through; the Database catches it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/image_library.hpp"

namespace SQLite {
class Database;
}

namespace framewright::engine {

/// An image and its row's number.
struct ImageRow {
  std::int64_t number = 0;
  LibraryImage image;
};

/// Where the files of an image lie below the data directory.
std::string image_path(const std::string& id, const std::string& format);
std::string thumbnail_path(const std::string& id);

void insert_image(SQLite::Database& connection, const LibraryImage& image);
void delete_image(SQLite::Database& connection, const std::string& id);
std::optional<LibraryImage> select_image(SQLite::Database& connection, const std::string& id);
/// At most `limit` images with a number below `below`, the highest first.
std::vector<ImageRow> select_images(SQLite::Database& connection, std::int64_t below, std::size_t limit);
std::size_t count_images(SQLite::Database& connection);
bool has_default(SQLite::Database& connection, const std::string& display_name);

}  // namespace framewright::engine
