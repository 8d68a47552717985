#include "engine/postgres_job_rows.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "engine/check.hpp"
#include "engine/job_rules.hpp"

namespace framewright::engine {
namespace {

// Columns of kSelectJob.
enum : int {
  kNumber,
  kId,
  kState,
  kPriority,
  kPipeline,
  kFormat,
  kQuality,
  kAccelerator,
  kImage,
  kDone,
  kTotal
};
enum : int {
  kCreated = kTotal + 1,
  kStarted,
  kFinished,
  kErrorCode,
  kErrorDetail,
  kArchiveBytes,
  kExactness,
  kDevice
};

std::string select_jobs(const std::string& rest) {
  return "SELECT number, id, state, priority, pipeline, output_format, output_quality, accelerator, image_id,"
         " done, total, created_us, started_us, finished_us, error_code, error_detail, archive_bytes,"
         " output_exactness, device"
         " FROM jobs " +
         rest;
}

JobState state_of(const std::string& name) {
  const std::optional<JobState> state = parse_job_state(name);
  FW_CHECK(state.has_value());
  return *state;
}

WallTime time_of(std::int64_t unix_microseconds) {
  return WallTime{std::chrono::microseconds{unix_microseconds}};
}

std::optional<WallTime> optional_time(const PostgresRows& rows, int row, int column) {
  const std::optional<std::int64_t> time = rows.optional_integer(row, column);
  if (!time) return std::nullopt;
  return time_of(*time);
}

std::int64_t signed_of(std::uint64_t count) {
  return static_cast<std::int64_t>(
      std::min(count, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())));
}

std::optional<Error> error_of(const PostgresRows& rows, int row) {
  if (rows.is_null(row, kErrorCode)) return std::nullopt;
  return Error{stored_error_code(rows.text(row, kErrorCode)), rows.text(row, kErrorDetail)};
}

Job job_of(const PostgresRows& rows, int row) {
  Job job;
  job.id = rows.text(row, kId);
  job.state = state_of(rows.text(row, kState));
  job.priority = static_cast<int>(rows.integer(row, kPriority));
  job.pipeline = rows.text(row, kPipeline);
  if (const auto format = rows.optional_integer(row, kFormat)) {
    job.output.format = static_cast<ImageEncoding>(*format);
  }
  if (const auto quality = rows.optional_integer(row, kQuality)) {
    job.output.quality = static_cast<int>(*quality);
  }
  job.output.exactness = static_cast<Exactness>(rows.integer(row, kExactness));
  job.accelerator.accelerator = static_cast<Accelerator>(rows.integer(row, kAccelerator));
  if (const auto device = rows.optional_integer(row, kDevice)) {
    job.accelerator.device = static_cast<int>(*device);
  }
  job.image_id = rows.optional_text(row, kImage);
  job.progress = {static_cast<std::uint32_t>(rows.integer(row, kDone)),
                  static_cast<std::uint32_t>(rows.integer(row, kTotal))};
  job.created_at = time_of(rows.integer(row, kCreated));
  job.started_at = optional_time(rows, row, kStarted);
  job.finished_at = optional_time(rows, row, kFinished);
  job.error = error_of(rows, row);
  return job;
}

/// The numbers as an array of PostgreSQL.
std::string array_of(const std::vector<PostgresJobRow>& rows) {
  std::string text = "{";
  for (const PostgresJobRow& row : rows) text += (text.size() > 1 ? "," : "") + std::to_string(row.number);
  return text + "}";
}

/// Gives every job its items, in one statement.
void select_items(PostgresConnection& connection, std::vector<PostgresJobRow>& rows, const JobFiles& files) {
  if (rows.empty()) return;
  std::map<std::int64_t, Job*> jobs;
  for (PostgresJobRow& row : rows) jobs.emplace(row.number, &row.job);
  const PostgresRows found = connection.run(
      "SELECT job, item, filename, result_media_type, result_bytes FROM job_items"
      " WHERE job = ANY ($1::bigint[]) ORDER BY job, item",
      {array_of(rows)});
  for (int row = 0; row < found.size(); ++row) {
    Job& job = *jobs.at(found.integer(row, 0));
    const auto index = static_cast<std::size_t>(found.integer(row, 1));
    JobItem item{.filename = found.text(row, 2), .input = files.input_of(job.id, index)};
    if (!found.is_null(row, 4)) {
      item.result = files.result_of(job.id, index);
      item.result_media_type = found.text(row, 3);
      item.result_bytes = static_cast<std::uint64_t>(found.integer(row, 4));
    }
    job.items.push_back(std::move(item));
  }
}

/// The jobs of `found`, whole.
std::vector<PostgresJobRow> rows_of(PostgresConnection& connection, const PostgresRows& found,
                                    const JobFiles& files) {
  std::vector<PostgresJobRow> rows;
  rows.reserve(static_cast<std::size_t>(found.size()));
  for (int row = 0; row < found.size(); ++row)
    rows.push_back({found.integer(row, kNumber), job_of(found, row)});
  select_items(connection, rows, files);
  for (int row = 0; row < found.size(); ++row) {
    Job& job = rows[static_cast<std::size_t>(row)].job;
    if (job.state != JobState::Succeeded) continue;
    const std::int64_t archive_bytes = found.optional_integer(row, kArchiveBytes).value_or(0);
    job.result = result_of(job, static_cast<std::uint64_t>(archive_bytes), files);
  }
  return rows;
}

}  // namespace

std::int64_t insert_job(PostgresConnection& connection, const NewJob& job, WallTime now) {
  const std::vector<JobItem>& items = job.upload->items();
  PostgresValue format = std::nullopt;
  if (job.output.format) format = static_cast<int>(*job.output.format);
  PostgresValue quality = std::nullopt;
  if (job.output.quality) quality = *job.output.quality;
  PostgresValue device = std::nullopt;
  if (job.accelerator.device) device = *job.accelerator.device;
  const PostgresRows inserted = connection.run(
      "INSERT INTO jobs (id, state, priority, pipeline, output_format, output_quality, accelerator, image_id,"
      " total, created_us, output_exactness, device)"
      " VALUES ($1, 'queued', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING number",
      {job.upload->id(), job.priority, job.pipeline, format, quality,
       static_cast<int>(job.accelerator.accelerator), job.image_id, items.size(), now,
       static_cast<int>(job.output.exactness), device});
  const std::int64_t number = inserted.integer(0, 0);
  for (std::size_t item = 0; item < items.size(); ++item) {
    connection.run("INSERT INTO job_items (job, item, filename) VALUES ($1, $2, $3)",
                   {number, item, items[item].filename});
  }
  return number;
}

std::optional<std::int64_t> lock_job(PostgresConnection& connection, const std::string& id) {
  const PostgresRows found = connection.run("SELECT number FROM jobs WHERE id = $1 FOR UPDATE", {id});
  if (found.size() == 0) return std::nullopt;
  return found.integer(0, 0);
}

std::optional<PostgresJobRow> select_job(PostgresConnection& connection, const std::string& id,
                                         const JobFiles& files) {
  const PostgresRows found = connection.run(select_jobs("WHERE id = $1").c_str(), {id});
  if (found.size() == 0) return std::nullopt;
  return std::move(rows_of(connection, found, files).front());
}

PostgresJobRow select_job(PostgresConnection& connection, std::int64_t number, const JobFiles& files) {
  const PostgresRows found = connection.run(select_jobs("WHERE number = $1").c_str(), {number});
  FW_CHECK(found.size() == 1);
  return std::move(rows_of(connection, found, files).front());
}

std::vector<PostgresJobRow> select_page(PostgresConnection& connection, const JobFiles& files,
                                        std::int64_t below, std::size_t limit,
                                        std::optional<JobState> state) {
  const std::string order = " ORDER BY number DESC LIMIT $2";
  if (!state) {
    const std::string sql = select_jobs("WHERE number < $1" + order);
    return rows_of(connection, connection.run(sql.c_str(), {below, limit}), files);
  }
  const std::string sql = select_jobs("WHERE number < $1 AND state = $3" + order);
  const std::string name(to_string(*state));
  return rows_of(connection, connection.run(sql.c_str(), {below, limit, name}), files);
}

void insert_event(PostgresConnection& connection, std::int64_t number, const char* kind, WallTime now) {
  const PostgresRows inserted = connection.run(
      "INSERT INTO job_events (job, number, kind, state, done, total, at_us)"
      " SELECT number, 1 + COALESCE((SELECT MAX(e.number) FROM job_events e WHERE e.job = jobs.number), 0),"
      " $2, state, done, total, $3 FROM jobs WHERE number = $1",
      {number, kind, now});
  FW_CHECK(inserted.changed() == 1);
}

std::vector<JobEvent> select_events(PostgresConnection& connection, std::int64_t number, std::uint64_t after,
                                    std::size_t limit) {
  const PostgresRows found = connection.run(
      "SELECT number, kind, state, done, total, at_us FROM job_events"
      " WHERE job = $1 AND number > $2 ORDER BY number LIMIT $3",
      {number, signed_of(after), signed_of(limit)});
  std::vector<JobEvent> events;
  events.reserve(static_cast<std::size_t>(found.size()));
  for (int row = 0; row < found.size(); ++row) {
    events.push_back({.number = static_cast<std::uint64_t>(found.integer(row, 0)),
                      .kind = found.text(row, 1),
                      .state = state_of(found.text(row, 2)),
                      .progress = {static_cast<std::uint32_t>(found.integer(row, 3)),
                                   static_cast<std::uint32_t>(found.integer(row, 4))},
                      .at = time_of(found.integer(row, 5))});
  }
  return events;
}

std::string hexadecimal(const std::string& bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<unsigned char>(byte) >> 4];
    text += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

}  // namespace framewright::engine
