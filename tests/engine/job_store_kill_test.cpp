// What is left of a process that is killed with SIGKILL while it works on a data directory.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <functional>
#include <set>
#include <sstream>

#include "tests/engine/stores_in_a_folder.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;

/// Runs `work` in a process of its own, which reports lines; kills it after `count` of them. Returns every
/// line that was reported, also between the last one counted and the end.
std::vector<std::string> lines_until_killed(std::size_t count, const std::function<void(int)>& work) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    work(ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::vector<std::string> lines;
  FILE* const reports = ::fdopen(ends[0], "r");
  char line[256];
  while (std::fgets(line, sizeof line, reports) != nullptr) {
    lines.emplace_back(line, std::string_view(line).find('\n'));
    if (lines.size() == count) ::kill(child, SIGKILL);
  }
  std::fclose(reports);
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the process ended by itself";
  return lines;
}

void report(int pipe, const std::string& line) {
  const std::string whole = line + "\n";
  if (::write(pipe, whole.data(), whole.size()) < 0) ::_exit(1);
}

TEST(SqliteJobStoreKilled, HasEveryJobThatWasAccepted) {
  const TemporaryFolder folder;
  const std::vector<std::string> accepted = lines_until_killed(60, [&](int pipe) {
    StoresInAFolder stores(folder.path());
    for (;;) report(pipe, stores.submit().value().id);
  });

  StoresInAFolder stores(folder.path());

  EXPECT_GE(accepted.size(), 60U);
  for (const std::string& id : accepted) {
    const Result<Job> job = stores.jobs->get(id);
    ASSERT_TRUE(job) << id;
    EXPECT_EQ(content_of(job->items.at(0).input), "one");
    EXPECT_EQ(content_of(job->items.at(1).input), "two");
  }
  // The one that was under way is there as a whole or not at all.
  const JobPage all = stores.jobs->list(1000, std::nullopt, std::nullopt).value();
  EXPECT_LE(all.jobs.size(), accepted.size() + 1);
  EXPECT_EQ(entries_in(stores.directory->jobs_folder()), all.jobs.size());
}

TEST(SqliteJobStoreKilled, ContinuesFromTheLastFinishedPicture) {
  const TemporaryFolder folder;
  const std::vector<std::string> finished = lines_until_killed(25, [&](int pipe) {
    StoresInAFolder stores(folder.path());
    for (;;) {
      stores.submit().value();
      const Job job = stores.jobs->lease_next("killed", 3600s).value().value();
      for (std::size_t item = 0; item < job.items.size(); ++item) {
        stores.files->write_result(job.id, item, bytes_of("result")).value();
        JobItem result = job.items[item];
        result.result_media_type = "image/png";
        result.result_bytes = 6;
        stores.jobs->item_done(job.id, "killed", item, result).value();
        report(pipe, job.id + " " + std::to_string(item));
      }
      stores.jobs->finish(job.id, "killed", JobState::Succeeded, std::nullopt).value();
    }
  });

  StoresInAFolder stores(folder.path());

  for (const std::string& line : finished) {
    std::istringstream words(line);
    std::string id;
    std::size_t item = 0;
    words >> id >> item;
    const Job job = stores.jobs->get(id).value();
    EXPECT_EQ(content_of(job.items.at(item).result), "result") << line;
    EXPECT_NE(job.state, JobState::Running) << "its process is dead";
  }
}

}  // namespace
}  // namespace framewright::engine
