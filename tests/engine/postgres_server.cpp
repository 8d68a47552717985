#include "tests/engine/postgres_server.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <vector>

#include "engine/postgres_connection.hpp"

namespace framewright::engine {
namespace {

/// The folder of initdb and postgres: that of the newest version that is installed.
std::optional<std::filesystem::path> find_programs() {
  std::vector<std::filesystem::path> found;
  std::error_code failure;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", failure)) {
    if (std::filesystem::exists(version.path() / "bin" / "initdb", failure))
      found.push_back(version.path() / "bin");
  }
  if (found.empty()) return std::nullopt;
  return *std::ranges::max_element(found);
}

}  // namespace

std::unique_ptr<PostgresServer> PostgresServer::start() {
  const auto programs = find_programs();
  if (!programs) return nullptr;
  std::unique_ptr<PostgresServer> server(new PostgresServer(*programs));
  // PostgreSQL refuses to run as root, so there its folder belongs to the user that Debian made for it.
  if (::geteuid() == 0) {
    EXPECT_EQ(std::system(("chown postgres " + server->folder_.path().string()).c_str()), 0);
  }
  const std::string folder = server->folder_.path() / "cluster";
  EXPECT_TRUE(
      server->run("initdb", "-D " + folder + " -A trust -U framewright --no-sync -E UTF8 --locale=C"));
  server->start_again();
  return server;
}

PostgresServer::~PostgresServer() { stop(); }

pid_t PostgresServer::launch(const std::string& program, const std::string& arguments) {
  // The server ends with the test, however that ends.
  std::string command = "exec setpriv --pdeathsig QUIT ";
  if (::geteuid() == 0) command += "--reuid=postgres --regid=postgres --clear-groups ";
  command +=
      (programs_ / program).string() + " " + arguments + " >>" + (folder_.path() / "log").string() + " 2>&1";
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  ::_exit(127);
}

bool PostgresServer::run(const std::string& program, const std::string& arguments) {
  int status = -1;
  return ::waitpid(launch(program, arguments), &status, 0) > 0 && status == 0;
}

std::string PostgresServer::url(const std::string& database) const {
  return "postgresql://framewright@/" + database + "?host=" + folder_.path().string();
}

std::string PostgresServer::new_database() {
  const std::string name = "test_" + std::to_string(++databases_);
  const PostgresUrl admin = PostgresUrl::parse(url("postgres")).value();
  PostgresConnection(admin).run(("CREATE DATABASE " + name + " STRATEGY file_copy").c_str());
  return url(name);
}

void PostgresServer::stop() {
  if (server_ < 0) return;
  ::kill(server_, SIGQUIT);
  int status = 0;
  ::waitpid(server_, &status, 0);
  server_ = -1;
}

void PostgresServer::start_again() {
  const std::string folder = folder_.path().string();
  server_ = launch("postgres", "-D " + folder + "/cluster -k " + folder +
                                   " -c listen_addresses= -c fsync=off -c max_connections=50");
  const PostgresUrl admin = PostgresUrl::parse(url("postgres")).value();
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{30};
  for (;;) {
    try {
      const PostgresConnection connection(admin);
      return;
    } catch (const PostgresFailure& failure) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up) << failure.what();
      // It tells its children nothing when it is ready: one asks again until it answers.
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }
}

PostgresServer* shared_postgres() {
  static const std::unique_ptr<PostgresServer> server = PostgresServer::start();
  return server.get();
}

}  // namespace framewright::engine
