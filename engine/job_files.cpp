#include "engine/job_files.hpp"

#include <unistd.h>
#include <cerrno>
#include <system_error>

#include "engine/durable_file.hpp"
#include "engine/file_name.hpp"
#include "engine/random_id.hpp"
#include "engine/zip_writer.hpp"

namespace framewright::engine {

JobUpload::~JobUpload() {
  // What cannot be removed now is removed at the next start, as a folder that no job knows.
  if (!kept_) static_cast<void>(files_.remove(id_));
}

Result<void> JobUpload::add(const std::string& filename, std::span<const std::uint8_t> bytes) {
  JobItem item{.filename = safe_file_name(filename, "image"), .input = files_.input_of(id_, items_.size())};
  if (Result<void> written = write_durably(item.input, bytes, files_.disk_); !written) return written;
  items_.push_back(std::move(item));
  return {};
}

Result<void> JobUpload::link(const std::string& filename, const std::filesystem::path& file) {
  JobItem item{.filename = safe_file_name(filename, "image"), .input = files_.input_of(id_, items_.size())};
  if (::link(file.c_str(), item.input.c_str()) != 0) {
    Error error = disk_error("link", file, errno);
    if (errno == ENOENT) error.code = ErrorCode::NotFound;
    return unexpected(std::move(error));
  }
  if (Result<void> synced = sync_folder(item.input.parent_path(), files_.disk_); !synced) return synced;
  items_.push_back(std::move(item));
  return {};
}

Result<std::unique_ptr<JobFiles>> JobFiles::open(const std::filesystem::path& root, FolderUse use,
                                                 Disk& disk) {
  if (Result<void> made = make_folders(root, disk); !made) return unexpected(made.error());
  if (Result<std::size_t> swept = sweep_unfinished(root, use); !swept) return unexpected(swept.error());
  return std::unique_ptr<JobFiles>(new JobFiles(root, use, disk));
}

Result<std::shared_ptr<JobUpload>> JobFiles::begin_upload() const {
  auto upload = std::make_shared<JobUpload>(*this, random_id());
  for (const char* folder : {"in", "out"}) {
    if (Result<void> made = make_folders(root_ / upload->id() / folder, disk_); !made) {
      return unexpected(made.error());
    }
  }
  return upload;
}

Result<void> JobFiles::write_result(const std::string& job_id, std::size_t item,
                                    std::span<const std::uint8_t> bytes) const {
  return write_durably(result_of(job_id, item), bytes, disk_);
}

Result<std::uint64_t> JobFiles::write_archive(const Job& job) const {
  Result<ZipWriter> zip = ZipWriter::create(archive_of(job.id), disk_);
  if (!zip) return unexpected(zip.error());
  for (const JobItem& item : job.items) {
    if (Result<void> added = zip->add(result_filename(item), item.result); !added)
      return unexpected(added.error());
  }
  return zip->commit();
}

Result<void> JobFiles::remove(const std::string& job_id) const {
  std::error_code failure;
  std::filesystem::remove_all(root_ / job_id, failure);
  if (failure) return unexpected(disk_error("remove", root_ / job_id, failure.value()));
  return {};
}

Result<std::size_t> JobFiles::remove_unknown(
    const std::function<bool(const std::string& job_id)>& known) const {
  std::vector<std::string> unknown;
  std::error_code failure;
  auto entry = std::filesystem::directory_iterator(root_, failure);
  for (; !failure && entry != std::filesystem::end(entry); entry.increment(failure)) {
    const std::string id = entry->path().filename().string();
    // What does not look like ours was put there by somebody else, and stays.
    if (is_random_id(id) && is_abandoned(entry->path(), use_) && !known(id)) unknown.push_back(id);
  }
  if (failure) return unexpected(disk_error("read folder", root_, failure.value()));
  for (const std::string& id : unknown) {
    if (Result<void> removed = remove(id); !removed) return unexpected(removed.error());
  }
  return unknown.size();
}

std::filesystem::path JobFiles::input_of(const std::string& job_id, std::size_t item) const {
  return root_ / job_id / "in" / std::to_string(item);
}

std::filesystem::path JobFiles::result_of(const std::string& job_id, std::size_t item) const {
  return root_ / job_id / "out" / std::to_string(item);
}

std::filesystem::path JobFiles::archive_of(const std::string& job_id) const {
  return root_ / job_id / "result.zip";
}

}  // namespace framewright::engine
