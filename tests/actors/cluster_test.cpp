// Who is let in.
#include "actors/cluster.hpp"

#include <gmock/gmock.h>

#include "tests/actors/remote_worker_world.hpp"

namespace framewright::actors {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ClusterDoor : public RemoteWorker {
 protected:
  std::string reason(const Hello& hello) {
    const auto mail = std::make_shared<NodeMail>();
    spawn_fake_node(mail, hello);
    EXPECT_TRUE(board.nodes().empty() || !mail->refused.empty());
    return mail->refused;
  }
};

TEST_F(ClusterDoor, RefusesAnotherProtocolWithAReason) {
  auto hello = hello_of("a");
  hello.protocol = 99;
  EXPECT_THAT(reason(hello), HasSubstr("protocol 99"));
}

TEST_F(ClusterDoor, RefusesWhatCannotBe) {
  auto hello = hello_of("a");
  hello.cpu_workers = 0;
  EXPECT_THAT(reason(hello), HasSubstr("CPU workers"));
  hello = hello_of("a/../b");
  EXPECT_THAT(reason(hello), HasSubstr("id"));
  hello = hello_of("a");
  hello.credit_bytes = 1;
  EXPECT_THAT(reason(hello), HasSubstr("room"));
  hello = hello_of("a");
  hello.filters.resize(1025);
  EXPECT_THAT(reason(hello), HasSubstr("1025 filters"));
}

TEST_F(ClusterDoor, RefusesASecondNodeOfOneName) {
  join(first, "a");
  EXPECT_THAT(reason(hello_of("a")), HasSubstr("already"));
}

TEST_F(ClusterDoor, LetsTheSecondNodeOfANameInOnceTheFirstIsSilent) {
  const auto silent = keep(system.spawn(
      [](caf::event_based_actor*) -> caf::behavior { return {[](welcome_atom) {}, [](ping_atom) {}}; }));
  caf::send_as(silent, gateway_cluster, hello_atom_v, hello_of("a"));
  run();
  EXPECT_THAT(reason(hello_of("a")), HasSubstr("already"));
  for (int i = 0; i < 14; ++i) advance(250ms);
  join(second, "a");
  EXPECT_TRUE(second->gateway);
  EXPECT_EQ(second->refused, "");
}

TEST_F(ClusterDoor, IsReadyWhileANodeIsHere) {
  EXPECT_FALSE(readiness.ready());
  const auto node = join(first, "a");
  EXPECT_TRUE(readiness.ready());
  caf::anon_send_exit(node, caf::exit_reason::kill);
  run();
  EXPECT_FALSE(readiness.ready());
}

}  // namespace
}  // namespace framewright::actors
