#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/net/rest_server.hpp"

namespace framewright::net {
namespace {

using ::testing::HasSubstr;

class StaticFiles : public ::testing::Test {
 protected:
  StaticFiles() {
    engine::put(server.web_folder() / "index.html", "<p>page</p>");
    engine::put(server.web_folder() / "app.js", "code");
    engine::put(server.web_folder() / ".hidden", "secret");
    std::filesystem::create_directory(server.web_folder() / "sub");
    engine::put(server.web_folder() / "sub" / "a b.css", "style");
    engine::put(server.web_folder().parent_path() / "secret.txt", "secret");
  }
  RestServer server;
};

TEST_F(StaticFiles, ServesThePageAtTheRoot) {
  const auto response = server.ask("GET", "/");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "<p>page</p>");
  EXPECT_EQ(response.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(response.headers.at("content-security-policy"), HasSubstr("default-src 'self'"));
  EXPECT_EQ(response.headers.at("x-content-type-options"), "nosniff");
}

TEST_F(StaticFiles, ServesFilesInFolders) {
  EXPECT_EQ(server.ask("GET", "/app.js").headers.at("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(server.ask("GET", "/sub/a%20b.css").body, "style");
  EXPECT_EQ(server.ask("GET", "/sub").status, 404);
  EXPECT_EQ(server.ask("GET", "/nothing").status, 404);
}

TEST_F(StaticFiles, SendsNothingToAClientThatHasTheFile) {
  const auto tag = server.ask("GET", "/app.js").headers.at("etag");
  const auto again = server.ask("GET", "/app.js", "", "If-None-Match: \"other\", " + tag + "\r\n");
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.headers.at("etag"), tag);
  engine::put(server.web_folder() / "app.js", "changed code");
  EXPECT_EQ(server.ask("GET", "/app.js", "", "If-None-Match: " + tag + "\r\n").status, 200);
}

TEST_F(StaticFiles, AnswersHeadWithoutTheFile) {
  const auto response = server.ask("HEAD", "/app.js");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.at("content-length"), "4");
}

TEST_F(StaticFiles, SaysWhichMethodsAFileTakes) {
  const auto refused = server.ask("POST", "/app.js", "code");
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.headers.at("allow"), "GET, HEAD, OPTIONS");
  const auto options = server.ask("OPTIONS", "/");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.headers.at("allow"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(server.ask("DELETE", "/nothing").status, 404);
  EXPECT_EQ(server.ask("OPTIONS", "*").status, 204);
}

TEST_F(StaticFiles, LetsNobodyOutOfTheFolder) {
  std::filesystem::create_symlink(server.web_folder().parent_path() / "secret.txt",
                                  server.web_folder() / "link.txt");
  std::filesystem::create_directory_symlink("/", server.web_folder() / "all");
  for (const auto* target :
       {"/../secret.txt", "/%2e%2e/secret.txt", "/sub/../../secret.txt", "/..%2fsecret.txt",
        "/sub/..%2f..%2fsecret.txt", "//etc/passwd", "/%2fetc%2fpasswd", "/..%5csecret.txt", "/.hidden",
        "/link.txt", "/all/etc/passwd", "/./app.js", "/sub//a%20b.css"}) {
    EXPECT_EQ(server.ask("GET", target).status, 404) << target;
  }
  EXPECT_EQ(server.ask("GET", "/app.js%00.css").status, 400);
}

TEST_F(StaticFiles, FollowsALinkThatStaysInside) {
  std::filesystem::create_symlink("app.js", server.web_folder() / "main.js");
  EXPECT_EQ(server.ask("GET", "/main.js").body, "code");
}

}  // namespace
}  // namespace framewright::net
