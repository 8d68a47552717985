// A PostgreSQL of the test's own: a scratch folder, a Unix socket in it, no port, gone with the test.
#pragma once

#include <sys/types.h>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tests/engine/temporary_folder.hpp"

namespace framewright::engine {

class PostgresServer {
 public:
  /// Makes and starts one; none where PostgreSQL is not installed.
  static std::unique_ptr<PostgresServer> start();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// The URL of an empty database that nobody else uses.
  std::string new_database();
  /// Ends every connection at once, as a crash does.
  void stop();
  /// Starts what was stopped; returns when it takes connections.
  void start_again();

 private:
  explicit PostgresServer(std::filesystem::path programs) : programs_(std::move(programs)) {}
  pid_t launch(const std::string& program, const std::string& arguments);
  bool run(const std::string& program, const std::string& arguments);
  std::string url(const std::string& database) const;

  // Given.
  const std::filesystem::path programs_;
  // Owned.
  const TemporaryFolder folder_;
  pid_t server_ = -1;
  int databases_ = 0;
};

/// The server that all tests of one process share, started with the first; nullptr where there is none.
PostgresServer* shared_postgres();

}  // namespace framewright::engine
