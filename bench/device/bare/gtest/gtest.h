// As much of GoogleTest as the device tests use, for machines that have a card, CUDA and nothing else:
// bench/gpu.sh takes it where the library is not installed.
#pragma once

#include <cstdio>
#include <functional>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

namespace testing {

/// What is said with `<<` behind an assertion.
class Message {
 public:
  template <typename Value>
  Message& operator<<(const Value& value) {
    text_ << value;
    return *this;
  }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
};

class Test;

struct Case {
  std::string name;
  std::function<Test*()> make;
};

/// What has been said of the test that runs.
struct Progress {
  std::vector<Case> cases;
  std::vector<std::string> traces;
  bool has_failed = false;
  bool is_skipped = false;
};

inline Progress& progress() {
  static Progress all;
  return all;
}

class Test {
 public:
  virtual ~Test() = default;
  virtual void SetUp() {}
  virtual void TearDown() {}
  virtual void TestBody() = 0;
  static bool IsSkipped() { return progress().is_skipped; }
};

inline bool add_case(const char* suite, const char* name, std::function<Test*()> make) {
  progress().cases.push_back({std::string(suite) + "." + name, std::move(make)});
  return true;
}

class Trace {
 public:
  template <typename Value>
  explicit Trace(const Value& value) {
    progress().traces.push_back((Message() << value).text());
  }
  ~Trace() { progress().traces.pop_back(); }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
};

/// An assignment, so that it comes after all `<<` of the message, and can be returned by a test.
class Failure {
 public:
  Failure(const char* file, int line, std::string what) : file_(file), line_(line), what_(std::move(what)) {}
  void operator=(const Message& message) const {
    std::printf("%s:%d: not so: %s %s\n", file_, line_, what_.c_str(), message.text().c_str());
    for (const std::string& trace : progress().traces) std::printf("  with %s\n", trace.c_str());
    progress().has_failed = true;
  }

 private:
  const char* file_;
  int line_;
  std::string what_;
};

class Skip {
 public:
  void operator=(const Message& message) const {
    std::printf("skipped: %s\n", message.text().c_str());
    progress().is_skipped = true;
  }
};

template <typename Value>
std::string shown(const Value& value) {
  if constexpr (std::is_enum_v<Value>) {
    return std::to_string(static_cast<long long>(value));
  } else if constexpr (std::is_arithmetic_v<Value>) {
    return std::to_string(value);
  } else {
    return "...";
  }
}

/// Nothing where left and right are as they should be, and otherwise what they are.
template <typename Left, typename Right, typename Holds>
std::string compare(const Left& left, const Right& right, Holds holds, const char* text) {
  if (holds(left, right)) return {};
  return std::string(text) + ": " + shown(left) + ", " + shown(right);
}

struct Totals {
  int failed = 0;
  int skipped = 0;
};

/// Runs every test.
inline Totals run_all() {
  Totals totals;
  for (const Case& test : progress().cases) {
    progress().has_failed = progress().is_skipped = false;
    Test* const body = test.make();
    body->SetUp();
    if (!progress().has_failed && !progress().is_skipped) body->TestBody();
    body->TearDown();
    delete body;
    if (progress().has_failed) std::printf("FAILED %s\n", test.name.c_str());
    totals.failed += progress().has_failed ? 1 : 0;
    totals.skipped += progress().is_skipped ? 1 : 0;
  }
  std::printf("%zu device tests: %d failed, %d skipped\n", progress().cases.size(), totals.failed,
              totals.skipped);
  return totals;
}

}  // namespace testing

// The switch keeps an `else` of the caller's from belonging to the `if` in here.
#define BARE_TEST_CHECK(found, on_failure)            \
  switch (0)                                          \
  case 0:                                             \
  default:                                            \
    if (const std::string what = found; what.empty()) \
      ;                                               \
    else                                              \
      on_failure ::testing::Failure(__FILE__, __LINE__, what) = ::testing::Message()
#define BARE_TEST_COMPARE(left, operation, right)                              \
  ::testing::compare(                                                          \
      left, right, [](const auto& a, const auto& b) { return a operation b; }, \
      #left " " #operation " " #right)
#define BARE_TEST_HOLDS(condition) ((condition) ? std::string() : std::string(#condition))

#define EXPECT_EQ(left, right) BARE_TEST_CHECK(BARE_TEST_COMPARE(left, ==, right), )
#define EXPECT_NE(left, right) BARE_TEST_CHECK(BARE_TEST_COMPARE(left, !=, right), )
#define EXPECT_GT(left, right) BARE_TEST_CHECK(BARE_TEST_COMPARE(left, >, right), )
#define EXPECT_LE(left, right) BARE_TEST_CHECK(BARE_TEST_COMPARE(left, <=, right), )
#define EXPECT_TRUE(condition) BARE_TEST_CHECK(BARE_TEST_HOLDS(condition), )
#define EXPECT_FALSE(condition) EXPECT_TRUE(!(condition))
#define ASSERT_EQ(left, right) BARE_TEST_CHECK(BARE_TEST_COMPARE(left, ==, right), return)
#define ASSERT_NE(left, right) BARE_TEST_CHECK(BARE_TEST_COMPARE(left, !=, right), return)
#define ASSERT_TRUE(condition) BARE_TEST_CHECK(BARE_TEST_HOLDS(condition), return)
#define ASSERT_FALSE(condition) ASSERT_TRUE(!(condition))
#define GTEST_SKIP() return ::testing::Skip() = ::testing::Message()

#define BARE_TEST_JOIN_(a, b) a##b
#define BARE_TEST_JOIN(a, b) BARE_TEST_JOIN_(a, b)
#define SCOPED_TRACE(value) const ::testing::Trace BARE_TEST_JOIN(trace_, __LINE__)(value)

#define BARE_TEST(suite, name, base)                                                               \
  class suite##_##name final : public base {                                                       \
   public:                                                                                         \
    void TestBody() override;                                                                      \
  };                                                                                               \
  static const bool suite##_##name##_is_known =                                                    \
      ::testing::add_case(#suite, #name, []() -> ::testing::Test* { return new suite##_##name; }); \
  void suite##_##name::TestBody()
#define TEST(suite, name) BARE_TEST(suite, name, ::testing::Test)
#define TEST_F(suite, name) BARE_TEST(suite, name, suite)
