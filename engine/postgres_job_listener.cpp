#include "engine/postgres_job_listener.hpp"

#include <utility>

namespace framewright::engine {
namespace {

constexpr std::chrono::seconds kAskAfter{2};

}  // namespace

std::string job_news(const std::string& gateway, const std::string& job_id) { return gateway + " " + job_id; }

Result<void> PostgresJobListener::listen(std::chrono::milliseconds patience) try {
  if (!connection_) {
    Result<std::unique_ptr<PostgresConnection>> connected = database_.connect();
    if (!connected) return unexpected(connected.error());
    connection_ = std::move(*connected);
    connection_->run("SELECT pg_advisory_lock_shared(hashtextextended($1, $2))", {gateway_, kGatewayLocks});
    connection_->run((std::string("LISTEN ") + kJobChannel).c_str());
    heard_at_ = std::chrono::steady_clock::now();
    notifier_.notify_everybody();
  }
  for (const std::string& news : connection_->notifications(patience)) pass_on(news);
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now - heard_at_ < kAskAfter) return {};
  // A server that is gone without a word is silent like one without news.
  database_.ask_time(*connection_);
  heard_at_ = now;
  return {};
} catch (const PostgresFailure& failure) {
  connection_.reset();
  return unexpected(database_.error_of(failure));
}

void PostgresJobListener::pass_on(const std::string& news) {
  const std::size_t space = news.rfind(' ');
  if (space == std::string::npos || news.compare(0, space, gateway_) == 0) return;
  notifier_.notify(news.substr(space + 1));
}

}  // namespace framewright::engine
