#include "engine/postgres_connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "engine/check.hpp"

namespace framewright::engine {
namespace {

/// Longer than the statement timeout that the server keeps: after this the server itself is silent.
constexpr std::chrono::seconds kPatience{10};

/// What libpq says, in one line.
std::string one_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at))
    text.replace(at, 1, "; ");
  return text;
}

/// Classes and codes of SQLSTATE after which the same statement may succeed.
bool passes(std::string_view state) {
  constexpr std::string_view kClasses[] = {"08", "53", "40"};  // connection, resources, conflict
  constexpr std::string_view kCodes[] = {"57P01", "57P02", "57P03", "57014",   // shutdown, start, timeout
                                         "55P03", "25P03", "25006", "58030"};  // lock, idle, standby, disk
  return std::ranges::find(kClasses, state.substr(0, 2)) != std::end(kClasses) ||
         std::ranges::find(kCodes, state) != std::end(kCodes);
}

int milliseconds_until(SteadyTime deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

/// Whether there is something to read before the deadline. A signal counts as nothing yet.
bool readable(int socket, SteadyTime deadline) {
  pollfd waiting{socket, POLLIN, 0};
  for (;;) {
    const int found = ::poll(&waiting, 1, milliseconds_until(deadline));
    if (found >= 0 || errno != EINTR) return found > 0;
  }
}

}  // namespace

void PostgresRows::Clear::operator()(pg_result* result) const noexcept { PQclear(result); }

PostgresRows::PostgresRows(pg_result* result) : result_(result) {}

int PostgresRows::size() const noexcept { return PQntuples(result_.get()); }

std::int64_t PostgresRows::changed() const {
  const std::string count = PQcmdTuples(result_.get());
  return count.empty() ? 0 : std::stoll(count);
}

bool PostgresRows::is_null(int row, int column) const {
  FW_CHECK(row < size());
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::string PostgresRows::text(int row, int column) const {
  FW_CHECK(row < size());
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t PostgresRows::integer(int row, int column) const { return std::stoll(text(row, column)); }

std::optional<std::string> PostgresRows::optional_text(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return text(row, column);
}

std::optional<std::int64_t> PostgresRows::optional_integer(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return integer(row, column);
}

Result<PostgresUrl> PostgresUrl::parse(const std::string& url) {
  char* reason = nullptr;
  PQconninfoOption* const options = PQconninfoParse(url.c_str(), &reason);
  // libpq's reason quotes parts of the URL, and with a password that is not encoded these are parts of it.
  PQfreemem(reason);
  PostgresUrl parsed;
  for (const PQconninfoOption* option = options; option != nullptr && option->keyword != nullptr; ++option) {
    if (option->val == nullptr) continue;
    parsed.keywords_.emplace_back(option->keyword);
    parsed.values_.emplace_back(option->val);
  }
  PQconninfoFree(options);
  if (options == nullptr || parsed.value_of("host").find('@') != std::string::npos) {
    return unexpected(ErrorCode::InvalidArgument,
                      "jobs.store is not a URL that PostgreSQL understands: postgresql://USER:PASSWORD@HOST/"
                      "DATABASE, with special characters as %XX");
  }
  parsed.add_default("application_name", "framewright");
  parsed.add_default("client_encoding", "UTF8");
  parsed.add_default("connect_timeout", "3");
  parsed.add_default("target_session_attrs", "read-write");
  // A peer that is gone without a word is noticed in seconds.
  parsed.add_default("keepalives_idle", "5");
  parsed.add_default("keepalives_interval", "2");
  parsed.add_default("keepalives_count", "3");
  parsed.add_default("tcp_user_timeout", "8000");
  return parsed;
}

std::string PostgresUrl::value_of(const std::string& keyword) const {
  const auto found = std::ranges::find(keywords_, keyword);
  return found == keywords_.end() ? "" : values_[static_cast<std::size_t>(found - keywords_.begin())];
}

void PostgresUrl::add_default(const std::string& keyword, const std::string& value) {
  if (std::ranges::find(keywords_, keyword) != keywords_.end()) return;
  keywords_.push_back(keyword);
  values_.push_back(value);
}

std::string PostgresUrl::name() const {
  std::string name = value_of("host").empty() ? "localhost" : value_of("host");
  if (!value_of("port").empty()) name += ":" + value_of("port");
  return name + "/" + value_of("dbname");
}

std::string PostgresUrl::masked(std::string text) const {
  const std::string password = value_of("password");
  if (password.empty()) return text;
  for (std::size_t at = text.find(password); at != std::string::npos; at = text.find(password, at + 3))
    text.replace(at, password.size(), "***");
  return text;
}

void PostgresConnection::Finish::operator()(pg_conn* connection) const noexcept { PQfinish(connection); }

PostgresConnection::PostgresConnection(const PostgresUrl& url) : url_(url) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (std::size_t i = 0; i < url.keywords().size(); ++i) {
    keywords.push_back(url.keywords()[i].c_str());
    values.push_back(url.values()[i].c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  connection_.reset(PQconnectdbParams(keywords.data(), values.data(), 0));
  FW_CHECK(connection_ != nullptr);
  if (PQstatus(connection_.get()) != CONNECTION_OK) fail_lost(PQerrorMessage(connection_.get()));
  PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
}

PostgresRows PostgresConnection::run(const char* sql, std::initializer_list<PostgresValue> values) {
  std::vector<const char*> texts;
  for (const PostgresValue& value : values) texts.push_back(value.text());
  const int sent = PQsendQueryParams(connection_.get(), sql, static_cast<int>(texts.size()), nullptr,
                                     texts.data(), nullptr, nullptr, 0);
  if (sent == 0) fail_lost(PQerrorMessage(connection_.get()));
  return collect();
}

void PostgresConnection::run_script(const char* sql) {
  if (PQsendQuery(connection_.get(), sql) == 0) fail_lost(PQerrorMessage(connection_.get()));
  collect();
}

PostgresRows PostgresConnection::collect() {
  const SteadyTime deadline = std::chrono::steady_clock::now() + kPatience;
  std::optional<PostgresRows> last;
  std::optional<PostgresFailure> failure;
  for (;;) {
    while (PQisBusy(connection_.get()) != 0) wait_for_input(deadline);
    PGresult* const result = PQgetResult(connection_.get());
    if (result == nullptr) break;
    last.emplace(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) continue;
    const char* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const bool may_pass = state == nullptr || passes(state);
    failure.emplace(may_pass ? PostgresFault::Away : PostgresFault::Refused,
                    url_.masked(one_line(PQresultErrorMessage(result))));
  }
  if (PQstatus(connection_.get()) != CONNECTION_OK) fail_lost(PQerrorMessage(connection_.get()));
  if (failure) throw PostgresFailure(*failure);
  FW_CHECK(last.has_value());
  return std::move(*last);
}

void PostgresConnection::wait_for_input(SteadyTime deadline) {
  if (!readable(PQsocket(connection_.get()), deadline)) fail_lost("no answer within 10 s");
  if (PQconsumeInput(connection_.get()) == 0) fail_lost(PQerrorMessage(connection_.get()));
}

std::vector<std::string> PostgresConnection::notifications(std::chrono::milliseconds patience) {
  const SteadyTime deadline = std::chrono::steady_clock::now() + patience;
  std::vector<std::string> payloads;
  const auto take = [&] {
    while (PGnotify* const notice = PQnotifies(connection_.get())) {
      payloads.emplace_back(notice->extra);
      PQfreemem(notice);
    }
  };
  take();
  if (!payloads.empty() || !readable(PQsocket(connection_.get()), deadline)) return payloads;
  if (PQconsumeInput(connection_.get()) == 0) fail_lost(PQerrorMessage(connection_.get()));
  take();
  return payloads;
}

bool PostgresConnection::is_lost() const noexcept {
  return is_lost_ || PQstatus(connection_.get()) != CONNECTION_OK;
}

void PostgresConnection::fail_lost(const std::string& reason) {
  is_lost_ = true;
  throw PostgresFailure(PostgresFault::Away, url_.masked(one_line(reason)));
}

}  // namespace framewright::engine
