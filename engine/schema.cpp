#include "engine/schema.hpp"

#include <array>

namespace framewright::engine {
namespace {

// Jobs are kept by number, the order of arrival; id is what clients see. Times are microseconds since the
// Unix epoch. Encodings and accelerators are the numbers of engine/media.hpp. Files are found by id and item
// number and have no path here, so that the data directory may move.
constexpr Migration kJobs = R"sql(
CREATE TABLE schema_version (version INTEGER PRIMARY KEY) STRICT;

CREATE TABLE jobs (
  number         INTEGER PRIMARY KEY AUTOINCREMENT,
  id             TEXT NOT NULL UNIQUE,
  state          TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  priority       INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9),
  pipeline       TEXT NOT NULL,
  output_format  INTEGER,
  output_quality INTEGER NOT NULL,
  accelerator    INTEGER NOT NULL,
  image_id       TEXT,
  done           INTEGER NOT NULL DEFAULT 0,
  total          INTEGER NOT NULL,
  created_us     INTEGER NOT NULL,
  started_us     INTEGER,
  finished_us    INTEGER,
  error_code     TEXT,
  error_detail   TEXT,
  archive_bytes  INTEGER,
  lease_owner    TEXT,
  lease_until_us INTEGER,
  leases_without_progress INTEGER NOT NULL DEFAULT 0,
  CHECK ((state = 'running') = (lease_owner IS NOT NULL)),
  CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_us IS NOT NULL))
) STRICT;
CREATE INDEX jobs_to_run ON jobs (priority DESC, number) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_by_state ON jobs (state, number);
CREATE INDEX jobs_by_end ON jobs (finished_us) WHERE finished_us IS NOT NULL;

CREATE TABLE job_items (
  job               INTEGER NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
  item              INTEGER NOT NULL,
  filename          TEXT NOT NULL,
  result_media_type TEXT,
  result_bytes      INTEGER,
  PRIMARY KEY (job, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE job_events (
  job    INTEGER NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  kind   TEXT NOT NULL CHECK (kind IN ('state', 'progress')),
  state  TEXT NOT NULL,
  done   INTEGER NOT NULL,
  total  INTEGER NOT NULL,
  at_us  INTEGER NOT NULL,
  PRIMARY KEY (job, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_keys (
  key         TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  job         INTEGER NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
  created_us  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_job ON idempotency_keys (job);
)sql";

constexpr Migration kImages = R"sql(
CREATE TABLE images (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  id           TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  is_default   INTEGER NOT NULL CHECK (is_default IN (0, 1)),
  format       TEXT NOT NULL CHECK (format IN ('jpeg', 'png', 'webp')),
  width_px     INTEGER NOT NULL,
  height_px    INTEGER NOT NULL,
  size_bytes   INTEGER NOT NULL,
  created_us   INTEGER NOT NULL,
  metadata     TEXT NOT NULL CHECK (json_valid(metadata))
) STRICT;
CREATE UNIQUE INDEX images_default ON images (display_name) WHERE is_default = 1;
)sql";

// The number of engine/media.hpp. From here on an output_quality of 0 says that none was asked for.
constexpr Migration kJobExactness = "ALTER TABLE jobs ADD COLUMN output_exactness INTEGER NOT NULL DEFAULT 0";

// The one of several devices that was asked for; null: any.
constexpr Migration kJobDevice = "ALTER TABLE jobs ADD COLUMN device INTEGER";

constexpr std::array kMigrations{kJobs, kImages, kJobExactness, kJobDevice};

}  // namespace

std::span<const Migration> schema_migrations() noexcept { return kMigrations; }

}  // namespace framewright::engine
