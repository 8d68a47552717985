// The embedded stores of one data directory, opened as the program opens them.
#pragma once

#include <memory>
#include <string>

#include "engine/data_directory.hpp"
#include "engine/schema.hpp"
#include "engine/sqlite_job_store.hpp"
#include "tests/engine/store_files.hpp"

namespace framewright::engine {

struct StoresInAFolder {
  explicit StoresInAFolder(const std::filesystem::path& folder)
      : directory(DataDirectory::open(folder).value()),
        database(Database::open(directory->database_file(), schema_migrations()).value()),
        files(JobFiles::open(directory->jobs_folder()).value()),
        jobs(SqliteJobStore::open({*database, *files, notifier}, {}).value()) {}

  /// Makes a job of two pictures.
  Result<Job> submit(const std::string& first = "one", const std::string& second = "two",
                     AcceleratorWish accelerator = {}) {
    Result<std::shared_ptr<JobUpload>> upload = files->begin_upload();
    if (!upload) return unexpected(upload.error());
    for (const std::string* content : {&first, &second}) {
      if (Result<void> added = (*upload)->add("cat.png", bytes_of(*content)); !added) {
        return unexpected(added.error());
      }
    }
    NewJob job;
    job.pipeline = "invert";
    job.accelerator = accelerator;
    job.upload = std::move(*upload);
    return jobs->create(std::move(job));
  }

  JobNotifier notifier;
  std::unique_ptr<DataDirectory> directory;
  std::unique_ptr<Database> database;
  std::unique_ptr<JobFiles> files;
  std::unique_ptr<SqliteJobStore> jobs;
};

}  // namespace framewright::engine
