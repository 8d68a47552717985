#include "net/link_identity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/link_files.hpp"

namespace framewright::net {
namespace {

using std::chrono::hours;
using ::testing::AllOf;
using ::testing::HasSubstr;

class LinkIdentityFiles : public ::testing::Test {
 protected:
  std::string refusal() const {
    const auto loaded = LinkIdentity::load(files);
    EXPECT_FALSE(loaded);
    if (loaded) return "accepted";
    EXPECT_EQ(loaded.error().code, engine::ErrorCode::InvalidArgument);
    return loaded.error().detail;
  }

  ScratchFolder folder;
  Credentials authority = authority_for_tests();
  Credentials node = node_of(authority, {"node.test"});
  LinkFiles files = folder.write_node("node", authority.certificate, node);
};

TEST_F(LinkIdentityFiles, AreAcceptedWhenTheyFit) {
  const auto loaded = LinkIdentity::load(files);
  ASSERT_TRUE(loaded) << loaded.error().detail;
  EXPECT_GT((*loaded)->good_until(), std::chrono::system_clock::now() + hours(23));
  EXPECT_LT((*loaded)->good_until(), std::chrono::system_clock::now() + hours(25));
}

TEST_F(LinkIdentityFiles, ThatAreMissingAreNamed) {
  for (auto* file : {&files.authority, &files.certificate, &files.key}) {
    const auto kept = std::exchange(*file, folder.path() / "missing.pem");
    EXPECT_THAT(refusal(), HasSubstr("missing.pem"));
    *file = kept;
  }
}

TEST_F(LinkIdentityFiles, WithoutPemAreNamed) {
  for (auto* file : {&files.authority, &files.certificate, &files.key}) {
    const auto kept = std::exchange(*file, folder.write("noise.pem", "no PEM at all\n"));
    EXPECT_THAT(refusal(), AllOf(HasSubstr("noise.pem"), HasSubstr("in PEM")));
    *file = kept;
  }
}

TEST_F(LinkIdentityFiles, CutInTheMiddleAreDamaged) {
  files.certificate = folder.write("cut.pem", node.certificate.substr(0, node.certificate.size() / 2));
  EXPECT_THAT(refusal(), AllOf(HasSubstr("cut.pem"), HasSubstr("damaged")));
}

TEST_F(LinkIdentityFiles, NeedAKeyThatFits) {
  files.key = folder.write("other.key", node_of(authority, {"other.test"}).key);
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr("other.key"), HasSubstr("is not the key of"), HasSubstr("node.pem")));
}

TEST_F(LinkIdentityFiles, NeedTheAuthorityThatSigned) {
  files.authority = folder.write("other.pem", authority_for_tests().certificate);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("node.pem"), HasSubstr("is not signed by"), HasSubstr("other.pem")));
}

TEST_F(LinkIdentityFiles, TakeNoNodeForAnAuthority) {
  files.authority = files.certificate;
  EXPECT_THAT(refusal(), AllOf(HasSubstr("node.pem"), HasSubstr("no certificate of an authority")));
}

TEST_F(LinkIdentityFiles, MustBeGoodNow) {
  files.certificate = folder.write(
      "old.pem", node_of(authority, {"node.test"}, valid_from_to(hours(-48), hours(-24))).certificate);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("old.pem"), HasSubstr("has expired on 20")));
  files.certificate = folder.write(
      "early.pem", node_of(authority, {"node.test"}, valid_from_to(hours(24), hours(48))).certificate);
  EXPECT_THAT(refusal(), AllOf(HasSubstr("early.pem"), HasSubstr("is not good before 20")));
}

TEST_F(LinkIdentityFiles, ChangeTheirMarks) {
  const auto before = marks_of(files);
  EXPECT_EQ(marks_of(files), before);
  folder.write("node.key", node.key);
  EXPECT_NE(marks_of(files), before);
}

TEST(Certificates, RefuseWhatIsNoName) {
  const auto authority = authority_for_tests();
  for (const auto* name : {"", "a b", "a,DNS:b", "a..b", ".a", "-a", "a\n"}) {
    const auto made = make_node_certificate(authority, {name}, valid_now());
    ASSERT_FALSE(made) << name;
    EXPECT_EQ(made.error().code, engine::ErrorCode::InvalidArgument) << name;
  }
  EXPECT_FALSE(make_node_certificate(authority, {}, valid_now()));
  EXPECT_TRUE(make_node_certificate(authority, {"a.test", "10.0.0.1", "fd00::1"}, valid_now()));
}

TEST(Certificates, RefuseAnAuthorityThatIsNone) {
  const auto authority = authority_for_tests();
  const auto other = authority_for_tests();
  EXPECT_FALSE(make_node_certificate({}, {"a.test"}, valid_now()));
  EXPECT_FALSE(make_node_certificate({authority.certificate, other.key}, {"a.test"}, valid_now()));
}

}  // namespace
}  // namespace framewright::net
