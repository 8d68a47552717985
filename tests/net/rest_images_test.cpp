#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/picture_bytes.hpp"
#include "tests/net/rest_server.hpp"

namespace framewright::net {
namespace {

using engine::png_of;

constexpr const char* kUpload = "/api/v1/images/upload";
constexpr const char* kPng = "Content-Type: image/png\r\n";
constexpr const char* kJson = "Content-Type: application/json\r\n";

std::string upload_one(RestServer& server) {
  const auto response = server.ask("POST", std::string(kUpload) + "?filename=cat.png", png_of(4, 3), kPng);
  EXPECT_EQ(response.status, 201) << response.body;
  return json_of(response)["images"][0]["id"];
}

TEST(RestImages, TakesOnePictureAsTheBody) {
  RestServer server;
  const auto image = json_of(server.ask("GET", "/api/v1/images/" + upload_one(server)));
  EXPECT_EQ(image["display_name"], "cat.png");
  EXPECT_EQ(image["width"], 4);
  EXPECT_EQ(image["height"], 3);
  EXPECT_EQ(image["format"], "png");
  EXPECT_EQ(image["is_default"], false);
}

TEST(RestImages, AnswersEachFileOfAFormForItself) {
  RestServer server;
  const auto body = part_text("file", "good.png", png_of(4, 3)) + part_text("file", "bad.png", "nothing") +
                    part_text("file", "large.png", std::string(70'000, 'x')) +
                    part_text("file", "fine.png", png_of(2, 2)) + kMultipartEnd;
  const auto response = server.ask("POST", kUpload, body, kMultipartHeader);
  ASSERT_EQ(response.status, 207) << response.body;
  const auto answer = json_of(response);
  ASSERT_EQ(answer["images"].size(), 2u);
  EXPECT_EQ(answer["images"][1]["display_name"], "fine.png");
  ASSERT_EQ(answer["errors"].size(), 2u);
  EXPECT_EQ(answer["errors"][0]["filename"], "bad.png");
  EXPECT_EQ(answer["errors"][0]["code"], "unsupported_media");
  EXPECT_EQ(answer["errors"][1]["code"], "body_too_large");
}

TEST(RestImages, TakesOneFileInJson) {
  RestServer server;
  // A GIF's magic: known to be no picture that is taken here, so that decoding of the text is what is tested.
  const auto refused = server.ask("POST", kUpload, R"({"file_data":"R0lGODlh","filename":"a.gif"})", kJson);
  EXPECT_EQ(refused.status, 415);
  EXPECT_EQ(json_of(refused)["errors"][0]["field"], "a.gif");
  EXPECT_EQ(server.ask("POST", kUpload, R"({"file_data":"?","filename":"a"})", kJson).status, 400);
  EXPECT_EQ(server.ask("POST", kUpload, R"({"file_data":""})", kJson).status, 400);
}

TEST(RestImages, TakesFilesUnderWhateverNameTheirFieldHas) {
  RestServer server;
  const auto body = "\r\n" + part_text("images[]", "a.png", png_of(4, 3)) +
                    part_text("picture", "b.png", png_of(4, 3)) + kMultipartEnd;
  const auto response = server.ask("POST", "/api/v1/images/upload", body, kMultipartHeader);
  EXPECT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(json_of(response)["images"].size(), 2u);
}

TEST(RestImages, RefusesFormsThatItDoesNotUnderstand) {
  RestServer server;
  const auto ask = [&](std::string_view body) {
    return server.ask("POST", kUpload, body, kMultipartHeader).status;
  };
  EXPECT_EQ(ask(kMultipartEnd), 400) << "no file";
  EXPECT_EQ(ask(part_text("note", "", "hello") + kMultipartEnd), 400) << "no file";
  EXPECT_EQ(ask(part_text("file", "a.png", png_of(4, 3))), 400) << "no end";
  std::string many;
  for (int i = 0; i < 5; ++i) many += part_text("file", "a.png", png_of(1, 1));
  EXPECT_EQ(ask(many + kMultipartEnd), 400) << "too many";
  EXPECT_EQ(server.ask("POST", kUpload, "x", "Content-Type: multipart/form-data\r\n").status, 400);
}

TEST(RestImages, RefusesABodyThatIsTooLarge) {
  RestServer server;
  EXPECT_EQ(server.ask("POST", kUpload, std::string(70'000, 'x'), kPng).status, 413);
}

TEST(RestImages, ListsWhatThereIs) {
  RestServer server;
  upload_one(server);
  upload_one(server);
  const auto page = json_of(server.ask("GET", "/api/v1/images?limit=1"));
  EXPECT_EQ(page["images"].size(), 1u);
  EXPECT_TRUE(page["next_cursor"].is_string());
  EXPECT_EQ(server.ask("GET", "/api/v1/images?cursor=made%20up").status, 400);
  EXPECT_EQ(server.ask("GET", "/api/v1/images?page=1").status, 400);
}

TEST(RestImages, HandsOutThePictureWhereOneIsAccepted) {
  RestServer server;
  const auto path = "/api/v1/images/" + upload_one(server);
  const auto picture = server.ask("GET", path, "", "Accept: image/*\r\n");
  EXPECT_EQ(picture.headers.at("content-type"), "image/png");
  EXPECT_THAT(picture.body, ::testing::StartsWith("\x89PNG"));
  EXPECT_EQ(server.ask("GET", path, "", "Accept: */*\r\n").headers.at("content-type"), "application/json");
  for (const auto* accept : {"image/*;q=0", "image/png;q=0.4, application/json;q=0.5", "text/html"}) {
    const auto known = server.ask("GET", path, "", std::string("Accept: ") + accept + "\r\n");
    EXPECT_EQ(known.headers.at("content-type"), "application/json") << accept;
  }
  const auto browser = server.ask("GET", path, "", "Accept: IMAGE/avif, */*;q=0.8\r\n");
  EXPECT_EQ(browser.headers.at("content-type"), "image/png");
}

TEST(RestImages, HandsOutThumbnails) {
  RestServer server;
  const auto response = server.ask("GET", "/api/v1/images/" + upload_one(server) + "/thumbnail");
  EXPECT_EQ(response.body, "thumb");
  EXPECT_EQ(response.headers.at("content-type"), "image/jpeg");
  EXPECT_EQ(server.ask("GET", "/api/v1/images/none/thumbnail").status, 404);
}

TEST(RestImages, ForgetsWhatIsDeleted) {
  RestServer server;
  const auto path = "/api/v1/images/" + upload_one(server);
  EXPECT_EQ(server.ask("DELETE", path).status, 204);
  EXPECT_EQ(server.ask("DELETE", path).status, 404);
  EXPECT_EQ(server.ask("GET", path).status, 404);
}

}  // namespace
}  // namespace framewright::net
