#include "engine/image_rows.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include "engine/sqlite_values.hpp"

namespace framewright::engine {
namespace {

constexpr const char* kSelectImage =
    "SELECT number, id, display_name, is_default, format, width_px, height_px, size_bytes, created_us, "
    "metadata"
    " FROM images ";

ImageRow row_of(SQLite::Statement& select) {
  ImageRow row{.number = select.getColumn(0).getInt64(), .image = {}};
  LibraryImage& image = row.image;
  image.id = select.getColumn(1).getString();
  image.display_name = select.getColumn(2).getString();
  image.is_default = select.getColumn(3).getInt() != 0;
  image.format = select.getColumn(4).getString();
  image.width_px = select.getColumn(5).getInt();
  image.height_px = select.getColumn(6).getInt();
  image.size_bytes = unsigned_of(select.getColumn(7));
  image.created_at = time_of(select.getColumn(8));
  image.metadata = nlohmann::json::parse(select.getColumn(9).getString(), nullptr, false);
  image.path = image_path(image.id, image.format);
  image.thumbnail_path = thumbnail_path(image.id);
  return row;
}

}  // namespace

std::string image_path(const std::string& id, const std::string& format) {
  return "library/images/" + id + "." + format;
}

std::string thumbnail_path(const std::string& id) { return "library/thumbnails/" + id + ".jpeg"; }

void insert_image(SQLite::Database& connection, const LibraryImage& image) {
  SQLite::Statement insert(
      connection,
      "INSERT INTO images (id, display_name, is_default, format, width_px, height_px, size_bytes,"
      " created_us, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, image.id);
  insert.bind(2, image.display_name);
  insert.bind(3, image.is_default ? 1 : 0);
  insert.bind(4, image.format);
  insert.bind(5, image.width_px);
  insert.bind(6, image.height_px);
  insert.bind(7, signed_of(image.size_bytes));
  insert.bind(8, unix_us(image.created_at));
  insert.bind(9, image.metadata.dump());
  insert.exec();
}

void delete_image(SQLite::Database& connection, const std::string& id) {
  SQLite::Statement remove(connection, "DELETE FROM images WHERE id = ?");
  remove.bind(1, id);
  remove.exec();
}

std::optional<LibraryImage> select_image(SQLite::Database& connection, const std::string& id) {
  SQLite::Statement select(connection, std::string(kSelectImage) + "WHERE id = ?");
  select.bind(1, id);
  if (!select.executeStep()) return std::nullopt;
  return row_of(select).image;
}

std::vector<ImageRow> select_images(SQLite::Database& connection, std::int64_t below, std::size_t limit) {
  SQLite::Statement select(connection,
                           std::string(kSelectImage) + "WHERE number < ? ORDER BY number DESC LIMIT ?");
  select.bind(1, below);
  select.bind(2, signed_of(limit));
  std::vector<ImageRow> rows;
  while (select.executeStep()) rows.push_back(row_of(select));
  return rows;
}

std::size_t count_images(SQLite::Database& connection) {
  return static_cast<std::size_t>(connection.execAndGet("SELECT COUNT(*) FROM images").getInt64());
}

bool has_default(SQLite::Database& connection, const std::string& display_name) {
  SQLite::Statement select(connection, "SELECT 1 FROM images WHERE is_default = 1 AND display_name = ?");
  select.bind(1, display_name);
  return select.executeStep();
}

}  // namespace framewright::engine
