#include "engine/time_slice.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <thread>

namespace framewright::engine {
namespace {

TEST(TimeSlice, LeavesThePriorityAsItWas) {
  std::thread thread([] {
    ASSERT_EQ(::setpriority(PRIO_PROCESS, 0, 7), 0);
    ask_for_time_slice(kCoordinatingSlice);
    EXPECT_EQ(::getpriority(PRIO_PROCESS, 0), 7);
  });
  thread.join();
}

}  // namespace
}  // namespace framewright::engine
