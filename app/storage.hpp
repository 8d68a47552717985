// The Storage is everything of one server that must survive: the data directory, its database, jobs and
// pictures. With jobs.store in PostgreSQL several servers have one data directory and one job store.
//
// Lifetime  members are destroyed in reverse order; the folder is let go last.
#pragma once

#include <filesystem>
#include <memory>

#include "config/settings.hpp"
#include "engine/data_directory.hpp"
#include "engine/database.hpp"
#include "engine/frame_pool.hpp"
#include "engine/job_events.hpp"
#include "engine/job_files.hpp"
#include "engine/job_store.hpp"
#include "engine/postgres_job_listener.hpp"
#include "engine/shared_clock.hpp"
#include "engine/sqlite_image_library.hpp"

namespace framewright::app {

struct Storage {
  std::unique_ptr<engine::DataDirectory> directory;
  std::unique_ptr<engine::Database> database;
  std::unique_ptr<engine::JobFiles> job_files;
  std::unique_ptr<engine::JobNotifier> job_changes;
  std::unique_ptr<engine::SharedClock> shared_clock;                ///< of a shared store only
  std::unique_ptr<engine::PostgresDatabase> shared_database;        ///< of a shared store only
  std::unique_ptr<engine::PostgresJobListener> shared_job_changes;  ///< of a shared store only
  std::unique_ptr<engine::JobStore> jobs;
  std::unique_ptr<engine::SqliteImageLibrary> images;
};

/// Opens what the settings name; `samples` are the first pictures of a new library, where that folder exists,
/// and `gateway` is the name of this server among those that share its store. A database that is away now is
/// fine.
///
/// Errors   Internal, Conflict: a folder that cannot be used, with path and reason. InvalidArgument: the
/// store.
engine::Result<Storage> open_storage(const config::Settings& settings, engine::FramePool& pool,
                                     const std::filesystem::path& samples, const std::string& gateway);

}  // namespace framewright::app
