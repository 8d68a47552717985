#include "app/storage.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "app/engine_host.hpp"
#include "engine/postgres_job_store.hpp"
#include "engine/postgres_schema.hpp"
#include "engine/schema.hpp"
#include "engine/sqlite_job_store.hpp"
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

engine::FolderUse use_of(const config::Settings& settings) {
  return settings.jobs.store == "sqlite" ? engine::FolderUse::Alone : engine::FolderUse::Shared;
}

engine::JobStoreLimits limits_of(const config::JobSettings& settings) {
  return {.waiting = static_cast<std::size_t>(settings.queued),
          .retained = static_cast<std::size_t>(settings.retained),
          .retention = settings.retention,
          .idempotency = settings.idempotency};
}

Result<void> open_embedded_jobs(Storage& storage, const config::JobSettings& settings) {
  auto opened = engine::SqliteJobStore::open({*storage.database, *storage.job_files, *storage.job_changes},
                                             limits_of(settings));
  if (!opened) return unexpected(std::move(opened).error());
  storage.jobs = std::move(*opened);
  return {};
}

Result<void> open_shared_jobs(Storage& storage, const config::JobSettings& settings,
                              const std::string& gateway) {
  storage.shared_clock = std::make_unique<engine::SharedClock>();
  auto done =
      keep(storage.shared_database,
           engine::PostgresDatabase::open(
               {.url = settings.store, .migrations = engine::postgres_migrations()}, *storage.shared_clock));
  if (!done) return done;
  storage.shared_job_changes =
      std::make_unique<engine::PostgresJobListener>(*storage.shared_database, *storage.job_changes, gateway);
  storage.jobs = std::make_unique<engine::PostgresJobStore>(
      engine::PostgresJobStore::Parts{*storage.shared_database, *storage.job_files, *storage.job_changes,
                                      *storage.shared_clock, gateway},
      limits_of(settings));
  return {};
}

Result<void> open_jobs(Storage& storage, const config::Settings& settings, const std::string& gateway) {
  storage.job_changes = std::make_unique<engine::JobNotifier>();
  const auto use = use_of(settings);
  if (auto done = keep(storage.job_files, engine::JobFiles::open(storage.directory->jobs_folder(), use));
      !done)
    return done;
  if (use == engine::FolderUse::Alone) return open_embedded_jobs(storage, settings.jobs);
  return open_shared_jobs(storage, settings.jobs, gateway);
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
                             const std::filesystem::path& samples, const std::string& gateway) {
  Storage storage;
  auto done = keep(storage.directory, engine::DataDirectory::open(settings.data.directory, use_of(settings)));
  if (done) {
    done = keep(storage.database, engine::Database::open(storage.directory->database_file(),
                                                         engine::schema_migrations(), use_of(settings)));
  }
  if (done) done = open_jobs(storage, settings, gateway);
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
