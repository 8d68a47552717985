// The stores on a disk that is really full: a small tmpfs of its own, in a mount namespace of a child
// process.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>

#include "tests/engine/stores_in_a_folder.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::engine {
namespace {

using namespace std::chrono_literals;

constexpr int kNoNamespace = 77;
constexpr std::size_t kPictureBytes = 100 << 10;

/// Mounts `size` of memory over `folder`, visible to this process alone.
bool mount_small_disk(const std::filesystem::path& folder, const char* size) {
  const int flags = ::geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
  return ::unshare(flags) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         ::mount("none", folder.c_str(), "tmpfs", 0, size) == 0;
}

#define REQUIRE(condition)                                                         \
  do {                                                                             \
    if (!(condition)) {                                                            \
      std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
      return 1;                                                                    \
    }                                                                              \
  } while (false)

/// Runs in the child; 0 when all was as it should be.
int fill_the_disk(const std::filesystem::path& folder) {
  if (!mount_small_disk(folder, "size=4m")) return kNoNamespace;
  StoresInAFolder stores(folder);
  const std::string picture(kPictureBytes, 'x');
  put(folder / "filler", std::string(1 << 20, 'f'));
  std::vector<std::string> accepted;
  Result<Job> job = stores.submit(picture, picture);
  for (; job; job = stores.submit(picture, picture)) accepted.push_back(job->id);

  REQUIRE(job.error().code == ErrorCode::Internal);
  REQUIRE(job.error().detail.find("No space left on device") != std::string::npos ||
          job.error().detail.find("full") != std::string::npos);
  REQUIRE(accepted.size() > 5);
  REQUIRE(stores.jobs->list(100, std::nullopt, std::nullopt).value().jobs.size() == accepted.size());
  for (const std::string& id : accepted) {
    const Job found = stores.jobs->get(id).value();
    REQUIRE(content_of(found.items.at(0).input) == picture);
    REQUIRE(content_of(found.items.at(1).input) == picture);
  }
  REQUIRE(entries_in(stores.directory->jobs_folder()) == accepted.size());

  // A result does not fit either: the job fails by name, once there is room for that to be written down.
  const Job leased = stores.jobs->lease_next("worker", 60s).value().value();
  const Result<void> written = stores.files->write_result(leased.id, 0, bytes_of(std::string(1 << 20, 'r')));
  REQUIRE(!written);
  REQUIRE(entries_in(stores.files->result_of(leased.id, 0).parent_path()) == 0);
  std::filesystem::remove(folder / "filler");
  REQUIRE(stores.jobs->finish(leased.id, "worker", JobState::Failed, written.error()));
  REQUIRE(stores.jobs->get(leased.id).value().error->detail == written.error().detail);
  REQUIRE(stores.submit(picture, picture));
  return 0;
}

TEST(FullDisk, RefusesNewJobsAndKeepsWhatWasAccepted) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(fill_the_disk(folder.path()));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
  if (WEXITSTATUS(status) == kNoNamespace) GTEST_SKIP() << "this machine lets us have no disk of our own";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace framewright::engine
