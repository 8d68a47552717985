#include "net/origin.hpp"

#include <gtest/gtest.h>

namespace framewright::net {
namespace {

TEST(OriginPolicy, AllowsClientsThatSendNoOrigin) {
  EXPECT_TRUE(OriginPolicy({}).allows("", "localhost:8080"));
}

TEST(OriginPolicy, AllowsTheSameOriginWhateverItsCase) {
  EXPECT_TRUE(OriginPolicy({}).allows("http://LocalHost:8080", "localhost:8080"));
}

TEST(OriginPolicy, LeavesDefaultPortsOut) {
  EXPECT_TRUE(OriginPolicy({}).allows("https://frames.example", "frames.example:443"));
  EXPECT_TRUE(OriginPolicy({}).allows("http://frames.example:80", "frames.example"));
}

TEST(OriginPolicy, RefusesAnotherHostAnotherPortAndTheOpaqueOrigin) {
  const OriginPolicy policy({});
  EXPECT_FALSE(policy.allows("http://evil.example", "localhost:8080"));
  EXPECT_FALSE(policy.allows("http://localhost:8081", "localhost:8080"));
  EXPECT_FALSE(policy.allows("null", "localhost:8080"));
  EXPECT_FALSE(policy.allows("http://", ""));
}

TEST(OriginPolicy, IsNotFooledByASuffixOrAPrefix) {
  const OriginPolicy policy({"https://app.example"});
  EXPECT_FALSE(policy.allows("https://app.example.evil", "localhost"));
  EXPECT_FALSE(policy.allows("https://evil-app.example", "localhost"));
}

TEST(OriginPolicy, AllowsListedOriginsAndTheStar) {
  EXPECT_TRUE(OriginPolicy({"https://App.example/"}).allows("https://app.example", "localhost"));
  EXPECT_TRUE(OriginPolicy({"*"}).allows("http://anything.example", "localhost"));
}

}  // namespace
}  // namespace framewright::net
