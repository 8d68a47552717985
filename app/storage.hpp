// The Storage is everything of one server that must survive: the data directory, its database, jobs and
// pictures.
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
#include "engine/sqlite_image_library.hpp"
#include "engine/sqlite_job_store.hpp"

namespace framewright::app {

struct Storage {
  std::unique_ptr<engine::DataDirectory> directory;
  std::unique_ptr<engine::Database> database;
  std::unique_ptr<engine::JobFiles> job_files;
  std::unique_ptr<engine::JobNotifier> job_changes;
  std::unique_ptr<engine::SqliteJobStore> jobs;
  std::unique_ptr<engine::SqliteImageLibrary> images;
};

/// Opens what the settings name; `samples` are the first pictures of a new library, where that folder exists.
///
/// Errors   Internal, Conflict: a folder that cannot be used, with path and reason.
engine::Result<Storage> open_storage(const config::Settings& settings, engine::FramePool& pool,
                                     const std::filesystem::path& samples);

}  // namespace framewright::app
