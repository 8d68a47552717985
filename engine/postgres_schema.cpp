#include "engine/postgres_schema.hpp"

#include <array>

namespace framewright::engine {
namespace {

// The same rows as in the embedded database (engine/schema.cpp), whose comments hold here too.
constexpr Migration kJobs = R"sql(
CREATE TABLE jobs (
  number         BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  state          TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  priority       INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 9),
  pipeline       TEXT NOT NULL,
  output_format  INTEGER,
  output_quality INTEGER,
  output_exactness INTEGER NOT NULL,
  accelerator    INTEGER NOT NULL,
  image_id       TEXT,
  done           INTEGER NOT NULL DEFAULT 0,
  total          INTEGER NOT NULL,
  created_us     BIGINT NOT NULL,
  started_us     BIGINT,
  finished_us    BIGINT,
  error_code     TEXT,
  error_detail   TEXT,
  archive_bytes  BIGINT,
  lease_owner    TEXT,
  lease_until_us BIGINT,
  leases_without_progress INTEGER NOT NULL DEFAULT 0,
  CHECK ((state = 'running') = (lease_owner IS NOT NULL)),
  CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_us IS NOT NULL))
);
CREATE INDEX jobs_to_run ON jobs (priority DESC, number) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_by_state ON jobs (state, number);
CREATE INDEX jobs_by_end ON jobs (finished_us DESC, number DESC) WHERE finished_us IS NOT NULL;

CREATE TABLE job_items (
  job               BIGINT NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
  item              INTEGER NOT NULL,
  filename          TEXT NOT NULL,
  result_media_type TEXT,
  result_bytes      BIGINT,
  PRIMARY KEY (job, item)
);

CREATE TABLE job_events (
  job    BIGINT NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  kind   TEXT NOT NULL CHECK (kind IN ('state', 'progress')),
  state  TEXT NOT NULL,
  done   INTEGER NOT NULL,
  total  INTEGER NOT NULL,
  at_us  BIGINT NOT NULL,
  PRIMARY KEY (job, number)
);

CREATE TABLE idempotency_keys (
  key         TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  job         BIGINT NOT NULL REFERENCES jobs (number) ON DELETE CASCADE,
  created_us  BIGINT NOT NULL
);
CREATE INDEX idempotency_keys_by_job ON idempotency_keys (job);
)sql";

constexpr Migration kJobDevice = "ALTER TABLE jobs ADD COLUMN device INTEGER";

constexpr std::array kMigrations{kJobs, kJobDevice};

}  // namespace

std::span<const Migration> postgres_migrations() noexcept { return kMigrations; }

}  // namespace framewright::engine
