#include "app/storage.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "app/engine_host.hpp"
#include "engine/schema.hpp"
#include "engine/thumbnail.hpp"

namespace framewright::app {
namespace {

using engine::Result;
using engine::unexpected;

/// Moves a successful result into `target`.
template <class T>
Result<void> keep(std::unique_ptr<T>& target, Result<std::unique_ptr<T>> opened) {
  if (!opened) return unexpected(std::move(opened).error());
  target = std::move(*opened);
  return {};
}

Result<void> open_jobs(Storage& storage, const config::JobSettings& settings) {
  storage.job_changes = std::make_unique<engine::JobNotifier>();
  if (auto done = keep(storage.job_files, engine::JobFiles::open(storage.directory->jobs_folder())); !done)
    return done;
  const engine::JobStoreLimits limits{.waiting = static_cast<std::size_t>(settings.queued),
                                      .retained = static_cast<std::size_t>(settings.retained),
                                      .retention = settings.retention,
                                      .idempotency = settings.idempotency};
  return keep(storage.jobs, engine::SqliteJobStore::open(
                                {*storage.database, *storage.job_files, *storage.job_changes}, limits));
}

Result<void> open_images(Storage& storage, const config::Settings& settings, engine::FramePool& pool) {
  const auto limits = image_limits_of(settings);
  auto thumbnail = [limits, &pool](std::span<const std::uint8_t> picture) {
    return engine::make_thumbnail(picture, limits, pool);
  };
  return keep(storage.images, engine::SqliteImageLibrary::open(
                                  {*storage.database, *storage.directory, std::move(thumbnail)},
                                  {.upload_bytes = settings.limits.upload_image_bytes, .picture = limits}));
}

void report_repairs(const engine::LibraryRepairs& repairs) {
  for (const auto& name : repairs.images_without_file)
    spdlog::warn("library: {}: its file is gone, forgotten", name);
  if (repairs.files_without_image > 0) {
    spdlog::warn("library: removed {} files that no picture knows", repairs.files_without_image);
  }
}

}  // namespace

Result<Storage> open_storage(const config::Settings& settings, engine::FramePool& pool,
                             const std::filesystem::path& samples) {
  Storage storage;
  auto done = keep(storage.directory, engine::DataDirectory::open(settings.data.directory));
  if (done) {
    done = keep(storage.database,
                engine::Database::open(storage.directory->database_file(), engine::schema_migrations()));
  }
  if (done) done = open_jobs(storage, settings.jobs);
  if (done) done = open_images(storage, settings, pool);
  if (!done) return unexpected(done.error());
  report_repairs(storage.images->repairs());
  std::error_code ignored;  // A folder that cannot be looked at is one without samples.
  if (std::filesystem::is_directory(samples, ignored)) {
    if (const auto added = storage.images->add_defaults(samples); !added)
      spdlog::warn("library: {}", added.error().detail);
  }
  return storage;
}

}  // namespace framewright::app
