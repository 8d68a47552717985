// The PostgresJobListener hears what other gateways change and tells the watchers of this one. Its connection
// is also how the process knows whether the database is there, and how other gateways know whether the
// process is there.
//
// Threads   one at a time; listen() blocks.
// Lifetime  the database and the notifier outlive it.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "engine/job_events.hpp"
#include "engine/postgres_database.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

/// The channel, one for each database.
constexpr const char* kJobChannel = "framewright_jobs";
/// Every gateway holds the advisory lock hashtextextended(its name, this) for as long as its session lasts,
/// so that others learn as soon as the server does that its process or machine has gone. Shared, because an
/// earlier session of the same gateway may still be there when its connection was cut. "framegws" in ASCII.
constexpr std::int64_t kGatewayLocks = 0x6672616d65677773;
/// What a gateway tells the others about a job: "GATEWAY JOB".
std::string job_news(const std::string& gateway, const std::string& job_id);

class PostgresJobListener {
 public:
  /// `gateway` is the name under which this process's own store tells its news: those it knows already.
  PostgresJobListener(PostgresDatabase& database, JobNotifier& notifier, std::string gateway)
      : database_(database), notifier_(notifier), gateway_(std::move(gateway)) {}

  /// Passes on what comes within `patience`. Connects where there is no connection; since news may have been
  /// missed until then, everybody looks again.
  /// Errors   Overloaded, Internal: the database is away, or does not answer.
  Result<void> listen(std::chrono::milliseconds patience);

 private:
  void pass_on(const std::string& news);

  // Given.
  PostgresDatabase& database_;
  JobNotifier& notifier_;
  const std::string gateway_;
  // Owned.
  std::unique_ptr<PostgresConnection> connection_;
  SteadyTime heard_at_{};
};

}  // namespace framewright::engine
