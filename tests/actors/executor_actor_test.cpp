#include "actors/executor_actor.hpp"

#include <thread>
#include <vector>

#include "tests/actors/actor_world.hpp"

namespace framewright::actors {
namespace {

/// Writes down the numbers that it gets; sends itself each one less, down to 0.
class Countdown final : public ExecutorActor {
 public:
  Countdown(caf::actor_config& config, Post post, std::function<bool()> is_quiet,
            std::vector<std::uint64_t>& seen)
      : ExecutorActor(config, std::move(post), std::move(is_quiet)), seen_(seen) {}
  caf::behavior make_behavior() override {
    return {[this](acknowledge_atom, std::uint64_t number) {
      seen_.push_back(number);
      if (number > 0) send(this, acknowledge_atom_v, number - 1);
    }};
  }

 private:
  std::vector<std::uint64_t>& seen_;
};

class ExecutorActorTest : public ActorWorld {
 protected:
  caf::actor spawn_countdown(Post post, std::function<bool()> is_quiet = {}) {
    const auto handle = keep(caf::actor{system.spawn<Countdown>(std::move(post), std::move(is_quiet), seen)});
    run();
    return handle;
  }

  std::vector<std::uint64_t> seen;
};

TEST_F(ExecutorActorTest, RunsWhereItIsPosted) {
  const auto countdown = spawn_countdown(post());
  caf::anon_send(countdown, acknowledge_atom_v, std::uint64_t{1});
  EXPECT_TRUE(seen.empty());
  EXPECT_EQ(posted.size(), 1);
  run();
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 0}));
}

TEST_F(ExecutorActorTest, LeavesASenderThatIsNoActorToTheScheduler) {
  const auto countdown = spawn_countdown({});
  caf::anon_send(countdown, acknowledge_atom_v, std::uint64_t{0});
  EXPECT_TRUE(seen.empty());
  run();
  EXPECT_EQ(seen, std::vector<std::uint64_t>{0});
}

TEST_F(ExecutorActorTest, RunsWithinTheSendOfAnyoneWhileItIsQuiet) {
  const auto quiet = std::make_shared<bool>(true);  // asked until the actor has ended
  const auto countdown = spawn_countdown({}, [quiet] { return *quiet; });
  caf::anon_send(countdown, acknowledge_atom_v, std::uint64_t{0});
  EXPECT_EQ(seen.size(), 1);
  *quiet = false;
  caf::anon_send(countdown, acknowledge_atom_v, std::uint64_t{0});
  EXPECT_EQ(seen.size(), 1);
  run();
  EXPECT_EQ(seen.size(), 2);
}

TEST_F(ExecutorActorTest, RunsWithinTheSendOfAnActorsThread) {
  const auto countdown = spawn_countdown({});
  std::thread([&] {
    note_actor_thread();
    caf::anon_send(countdown, acknowledge_atom_v, std::uint64_t{100});
    EXPECT_EQ(seen.size(), 101) << "more than it handles in one go";
  }).join();
}

}  // namespace
}  // namespace framewright::actors
