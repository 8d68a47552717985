// docs/websocket.md is a contract: its examples are read by the server's own code and compared with what it
// writes.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "net/control_messages.hpp"
#include "net/frame_codec.hpp"

namespace framewright::net {
namespace {

using nlohmann::json;

std::ifstream document() { return std::ifstream(std::string(FRAMEWRIGHT_SOURCE_DIR) + "/docs/websocket.md"); }

/// The code blocks of one language; "" for those that name none.
std::vector<std::string> blocks(const std::string& language) {
  auto file = document();
  std::vector<std::string> found;
  std::optional<std::string> inside;  // The language of the block that the line is in.
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) {
      inside = inside ? std::nullopt : std::optional(line.substr(3));
      if (inside == language) found.emplace_back();
    } else if (inside == language) {
      found.back().append(line).push_back('\n');
    }
  }
  return found;
}

/// Every example of a message, by its type.
std::multimap<std::string, json> examples() {
  std::multimap<std::string, json> found;
  for (const auto& block : blocks("json")) {
    std::istringstream text(block);
    while (text >> std::ws && !text.eof()) {
      json message;
      text >> message;
      if (message.contains("type")) found.emplace(message["type"], message);
    }
  }
  return found;
}

std::set<std::string> fields_of(const json& message) {
  const auto flat = message.flatten();
  std::set<std::string> names;
  for (const auto& [name, value] : flat.items()) names.insert(name);
  return names;
}

const std::set<std::string> kClientTypes{"open_stream", "update_stream", "close_stream", "frame",
                                         "start_video", "start_camera",  "stop"};

std::map<std::string, json> written_messages() {
  const engine::StreamSettings settings{.stream_id = 1};
  const FrameHeader raw{.kind = FrameKind::Result, .width_px = 2, .height_px = 1};
  const std::vector<std::string> texts{
      welcome_message("9f0c51de22ab3471", {}, std::chrono::seconds(10)),
      stream_opened_message(settings),
      stream_closed_message(1, "client", {}),
      stats_message(1, {}),
      dropped_message(1, {17, 18, 21}, engine::DropReason::WindowFull),
      error_message({engine::ErrorCode::InvalidArgument, "d", {{"window", "m"}}}, ErrorSubject::stream(1)),
      result_message(raw, {}, {})};
  std::map<std::string, json> messages;
  for (const auto& text : texts) {
    auto message = json::parse(text);
    messages[message["type"]] = message;
  }
  return messages;
}

TEST(WebSocketDocument, ShowsMessagesThatTheServerTakes) {
  std::set<std::string> shown;
  for (const auto& [type, message] : examples()) {
    if (!kClientTypes.contains(type)) continue;
    shown.insert(type);
    const auto parsed = parse_control(message.dump(), 16);
    EXPECT_TRUE(parsed.message.has_value()) << message.dump() << ": " << parsed.message.error().detail;
  }
  EXPECT_EQ(shown, kClientTypes);
}

TEST(WebSocketDocument, ShowsMessagesAsTheServerWritesThem) {
  const auto shown = examples();
  for (const auto& [type, message] : written_messages()) {
    const auto example = shown.find(type);
    ASSERT_NE(example, shown.end()) << type << " has no example";
    EXPECT_EQ(fields_of(example->second), fields_of(message)) << type;
  }
}

TEST(WebSocketDocument, ShowsTheWelcomeOfADefaultServer) {
  const auto shown = examples().find("welcome")->second;
  EXPECT_EQ(shown, json::parse(welcome_message("9f0c51de22ab3471", {}, std::chrono::seconds(10))));
}

TEST(WebSocketDocument, ShowsAFrameThatDecodes) {
  for (const auto& block : blocks("")) {
    if (!block.starts_with("46 57 46 31")) continue;
    std::istringstream text(block);
    std::vector<std::uint8_t> bytes;
    for (unsigned byte = 0; text >> std::hex >> byte;) bytes.push_back(static_cast<std::uint8_t>(byte));
    const auto frame = decode_frame(bytes);
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    EXPECT_EQ(frame->header.frame_id, 1U);
    EXPECT_EQ(frame->header.stream_id, 7U);
    EXPECT_EQ(frame->header.width_px, 2U);
    EXPECT_EQ(frame->header.height_px, 1U);
    EXPECT_EQ(frame->payload.size(), 2U);
    return;
  }
  FAIL() << "the document has no example of a binary frame";
}

TEST(WebSocketDocument, NamesEveryErrorCodeAndDropReasonThatCanBeSaid) {
  auto file = document();
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const auto code :
       {engine::ErrorCode::InvalidArgument, engine::ErrorCode::InvalidPipeline,
        engine::ErrorCode::UnknownFilter, engine::ErrorCode::UnsupportedMedia,
        engine::ErrorCode::CorruptMedia, engine::ErrorCode::ImageTooLarge, engine::ErrorCode::NotFound,
        engine::ErrorCode::Conflict, engine::ErrorCode::RateLimited,
        engine::ErrorCode::AcceleratorUnavailable, engine::ErrorCode::Overloaded, engine::ErrorCode::Draining,
        engine::ErrorCode::Timeout, engine::ErrorCode::Cancelled, engine::ErrorCode::Internal}) {
    EXPECT_NE(text.find("`" + std::string(engine::to_string(code)) + "`"), std::string::npos);
  }
  for (const auto reason : {engine::DropReason::WindowFull, engine::DropReason::Deadline,
                            engine::DropReason::Overloaded, engine::DropReason::Closed}) {
    EXPECT_NE(text.find("`" + std::string(engine::to_string(reason)) + "`"), std::string::npos);
  }
}

}  // namespace
}  // namespace framewright::net
