#include "engine/job_events.hpp"

#include <gtest/gtest.h>
#include <atomic>
#include <thread>

namespace framewright::engine {
namespace {

TEST(JobNotifier, CallsTheWatchersOfThatJobOnly) {
  JobNotifier notifier;
  int first = 0;
  int other = 0;
  ASSERT_TRUE(notifier.subscribe("first", [&](const std::string&) { ++first; }));
  ASSERT_TRUE(notifier.subscribe("other", [&](const std::string&) { ++other; }));

  notifier.notify("first");
  notifier.notify("first");
  notifier.notify("unwatched");

  EXPECT_EQ(first, 2);
  EXPECT_EQ(other, 0);
}

TEST(JobNotifier, TellsAWatcherOfAllJobsWhichOneChanged) {
  JobNotifier notifier;
  std::vector<std::string> seen;
  ASSERT_TRUE(notifier.subscribe_all([&](const std::string& id) { seen.push_back(id); }));

  notifier.notify("a");
  notifier.notify("b");

  EXPECT_EQ(seen, (std::vector<std::string>{"a", "b"}));
}

TEST(JobNotifier, TellsEverybodyToLookAgain) {
  JobNotifier notifier;
  std::vector<std::string> told;
  const auto note = [&](const std::string& id) { told.push_back(id.empty() ? "any" : id); };
  ASSERT_TRUE(notifier.subscribe("one", note) && notifier.subscribe("two", note));
  ASSERT_TRUE(notifier.subscribe_all(note));
  notifier.notify_everybody();
  EXPECT_EQ(told, (std::vector<std::string>{"one", "two", "any"}));
}

TEST(JobNotifier, ForgetsAWatcherThatUnsubscribed) {
  JobNotifier notifier;
  int kept = 0;
  int gone = 0;
  ASSERT_TRUE(notifier.subscribe("job", [&](const std::string&) { ++kept; }));
  const auto ticket = notifier.subscribe("job", [&](const std::string&) { ++gone; });
  ASSERT_TRUE(ticket);

  notifier.unsubscribe(*ticket);
  notifier.unsubscribe(*ticket);
  notifier.notify("job");

  EXPECT_EQ(kept, 1);
  EXPECT_EQ(gone, 0);
  EXPECT_EQ(notifier.watchers(), 1U);
}

TEST(JobNotifier, LetsACallbackUnsubscribeItself) {
  JobNotifier notifier;
  int calls = 0;
  JobNotifier::Ticket own = 0;
  const auto ticket = notifier.subscribe("job", [&](const std::string&) {
    ++calls;
    notifier.unsubscribe(own);
  });
  ASSERT_TRUE(ticket);
  own = *ticket;

  notifier.notify("job");
  notifier.notify("job");

  EXPECT_EQ(calls, 1);
}

TEST(JobNotifier, RefusesMoreWatchersThanItsLimit) {
  JobNotifier notifier(1);
  ASSERT_TRUE(notifier.subscribe("job", [](const std::string&) {}));

  const auto second = notifier.subscribe("job", [](const std::string&) {});

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::Overloaded);
}

TEST(JobNotifier, StandsWatchersThatComeAndGoWhileOthersNotify) {
  JobNotifier notifier;
  std::atomic<bool> stop{false};
  std::atomic<int> calls{0};
  std::thread teller([&] {
    while (!stop) notifier.notify("job");
  });
  for (int round = 0; round < 2000; ++round) {
    const auto ticket = notifier.subscribe("job", [&](const std::string&) { ++calls; });
    ASSERT_TRUE(ticket);
    notifier.unsubscribe(*ticket);
  }
  stop = true;
  teller.join();
  EXPECT_EQ(notifier.watchers(), 0U);
}

}  // namespace
}  // namespace framewright::engine
