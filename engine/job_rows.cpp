#include "engine/job_rows.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include "engine/check.hpp"
#include "engine/job_rules.hpp"
#include "engine/sqlite_values.hpp"

namespace framewright::engine {
namespace {

constexpr const char* kSelectJob =
    "SELECT number, id, state, priority, pipeline, output_format, output_quality, accelerator, image_id, "
    "done, total,"
    " created_us, started_us, finished_us, error_code, error_detail, archive_bytes,"
    " output_exactness, device FROM jobs ";

JobState state_of(const SQLite::Column& column) {
  const std::optional<JobState> state = parse_job_state(column.getString());
  FW_CHECK(state.has_value());
  return *state;
}

/// The error that a failed job ended with. Fields are of requests only and are not kept.
std::optional<Error> error_of(const SQLite::Column& code, const SQLite::Column& detail) {
  if (code.isNull()) return std::nullopt;
  return Error{stored_error_code(code.getString()), detail.getString()};
}

Job job_of(SQLite::Statement& row) {
  Job job;
  job.id = row.getColumn(1).getString();
  job.state = state_of(row.getColumn(2));
  job.priority = row.getColumn(3).getInt();
  job.pipeline = row.getColumn(4).getString();
  if (!row.isColumnNull(5)) job.output.format = static_cast<ImageEncoding>(row.getColumn(5).getInt());
  if (const int quality = row.getColumn(6).getInt(); quality != 0) job.output.quality = quality;
  job.accelerator.accelerator = static_cast<Accelerator>(row.getColumn(7).getInt());
  if (!row.isColumnNull(18)) job.accelerator.device = row.getColumn(18).getInt();
  job.image_id = optional_text(row.getColumn(8));
  job.progress = {row.getColumn(9).getUInt(), row.getColumn(10).getUInt()};
  job.created_at = time_of(row.getColumn(11));
  job.started_at = optional_time(row.getColumn(12));
  job.finished_at = optional_time(row.getColumn(13));
  job.error = error_of(row.getColumn(14), row.getColumn(15));
  job.output.exactness = static_cast<Exactness>(row.getColumn(17).getInt());
  return job;
}

std::vector<JobItem> select_items(SQLite::Database& connection, const JobRow& row, const JobFiles& files) {
  SQLite::Statement select(connection,
                           "SELECT item, filename, result_media_type, result_bytes FROM job_items"
                           " WHERE job = ? ORDER BY item");
  select.bind(1, row.number);
  std::vector<JobItem> items;
  while (select.executeStep()) {
    const std::size_t index = select.getColumn(0).getUInt();
    JobItem item{.filename = select.getColumn(1).getString(), .input = files.input_of(row.job.id, index)};
    if (!select.isColumnNull(3)) {
      item.result = files.result_of(row.job.id, index);
      item.result_media_type = select.getColumn(2).getString();
      item.result_bytes = unsigned_of(select.getColumn(3));
    }
    items.push_back(std::move(item));
  }
  return items;
}

JobRow row_of(SQLite::Database& connection, SQLite::Statement& select, const JobFiles& files) {
  JobRow row{.number = select.getColumn(0).getInt64(), .job = job_of(select)};
  row.job.items = select_items(connection, row, files);
  if (row.job.state == JobState::Succeeded) {
    row.job.result = result_of(row.job, unsigned_of(select.getColumn(16)), files);
  }
  return row;
}

}  // namespace

std::int64_t insert_job(SQLite::Database& connection, const NewJob& job, WallTime now) {
  const std::vector<JobItem>& items = job.upload->items();
  SQLite::Statement insert(
      connection,
      "INSERT INTO jobs (id, state, priority, pipeline, output_format, output_quality, accelerator,"
      " image_id, total, created_us, output_exactness, device)"
      " VALUES (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, job.upload->id());
  insert.bind(2, job.priority);
  insert.bind(3, job.pipeline);
  if (job.output.format) insert.bind(4, static_cast<int>(*job.output.format));
  insert.bind(5, job.output.quality.value_or(0));
  insert.bind(6, static_cast<int>(job.accelerator.accelerator));
  if (job.image_id) insert.bind(7, *job.image_id);
  insert.bind(8, static_cast<std::int64_t>(items.size()));
  insert.bind(9, unix_us(now));
  insert.bind(10, static_cast<int>(job.output.exactness));
  if (job.accelerator.device) insert.bind(11, *job.accelerator.device);
  insert.exec();
  const std::int64_t number = connection.getLastInsertRowid();

  SQLite::Statement insert_item(connection, "INSERT INTO job_items (job, item, filename) VALUES (?, ?, ?)");
  for (std::size_t item = 0; item < items.size(); ++item) {
    insert_item.bind(1, number);
    insert_item.bind(2, static_cast<std::int64_t>(item));
    insert_item.bind(3, items[item].filename);
    insert_item.exec();
    insert_item.reset();
  }
  return number;
}

std::optional<JobRow> select_job(SQLite::Database& connection, const std::string& id, const JobFiles& files) {
  SQLite::Statement select(connection, std::string(kSelectJob) + "WHERE id = ?");
  select.bind(1, id);
  if (!select.executeStep()) return std::nullopt;
  return row_of(connection, select, files);
}

JobRow select_job(SQLite::Database& connection, std::int64_t number, const JobFiles& files) {
  SQLite::Statement select(connection, std::string(kSelectJob) + "WHERE number = ?");
  select.bind(1, number);
  FW_CHECK(select.executeStep());
  return row_of(connection, select, files);
}

std::vector<JobRow> select_page(SQLite::Database& connection, const JobFiles& files, std::int64_t below,
                                std::size_t limit, std::optional<JobState> state) {
  const std::string filter = state ? "WHERE state = ?3 AND number < ?1" : "WHERE number < ?1";
  SQLite::Statement select(connection, kSelectJob + filter + " ORDER BY number DESC LIMIT ?2");
  select.bind(1, below);
  select.bind(2, static_cast<std::int64_t>(limit));
  if (state) select.bind(3, std::string(to_string(*state)));
  std::vector<JobRow> rows;
  while (select.executeStep()) rows.push_back(row_of(connection, select, files));
  return rows;
}

void insert_event(SQLite::Database& connection, std::int64_t number, const char* kind, WallTime now) {
  SQLite::Statement insert(
      connection,
      "INSERT INTO job_events (job, number, kind, state, done, total, at_us)"
      " SELECT number, 1 + COALESCE((SELECT MAX(e.number) FROM job_events e WHERE e.job = jobs.number), 0),"
      " ?2, state, done, total, ?3 FROM jobs WHERE number = ?1");
  insert.bind(1, number);
  insert.bind(2, kind);
  insert.bind(3, unix_us(now));
  FW_CHECK(insert.exec() == 1);
}

std::vector<JobEvent> select_events(SQLite::Database& connection, std::int64_t number, std::uint64_t after,
                                    std::size_t limit) {
  SQLite::Statement select(connection,
                           "SELECT number, kind, state, done, total, at_us FROM job_events"
                           " WHERE job = ? AND number > ? ORDER BY number LIMIT ?");
  select.bind(1, number);
  select.bind(2, signed_of(after));
  select.bind(3, signed_of(limit));
  std::vector<JobEvent> events;
  while (select.executeStep()) {
    events.push_back({.number = unsigned_of(select.getColumn(0)),
                      .kind = select.getColumn(1).getString(),
                      .state = state_of(select.getColumn(2)),
                      .progress = {select.getColumn(3).getUInt(), select.getColumn(4).getUInt()},
                      .at = time_of(select.getColumn(5))});
  }
  return events;
}

}  // namespace framewright::engine
