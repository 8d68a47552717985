#include "net/control_messages.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace framewright::net {
namespace {

using engine::ErrorCode;
using nlohmann::json;

template <class T>
T read(const std::string& text) {
  const auto parsed = parse_control(text, 16);
  EXPECT_TRUE(parsed.message.has_value()) << text << ": " << parsed.message.error().detail;
  return std::get<T>(*parsed.message);
}

engine::Error refused(const std::string& text) {
  const auto parsed = parse_control(text, 16);
  EXPECT_FALSE(parsed.message.has_value()) << text;
  return parsed.message ? engine::Error{} : parsed.message.error();
}

std::vector<std::string> wrong_fields(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& [field, message] : refused(text).fields) names.push_back(field);
  return names;
}
using Names = std::vector<std::string>;

TEST(ParseControl, ReadsAStreamWithEverySetting) {
  const auto open = read<OpenStream>(
      R"({"type":"open_stream","stream_id":4294967295,"pipeline":"","accelerator":"cuda:3",
          "output":{"format":"webp","quality":100},"delivery":"lossless","window":64,"deadline_ms":1})");
  EXPECT_EQ(open.stream_id, 4294967295U);
  const auto settings = open.settings.applied_to({});
  EXPECT_EQ(settings.accelerator, engine::Accelerator::Cuda);
  EXPECT_EQ(settings.device, 3);
  EXPECT_EQ(settings.output.format, engine::ImageEncoding::Webp);
  EXPECT_EQ(settings.output.quality, 100);
  EXPECT_EQ(settings.delivery, engine::Delivery::Lossless);
  EXPECT_EQ(settings.window, 64);
  EXPECT_EQ(settings.deadline, std::chrono::milliseconds(1));
}

TEST(ParseControl, ReadsTheTraceOfAStream) {
  const auto trace_of = [](const std::string& text) {
    return read<OpenStream>(R"({"type":"open_stream","stream_id":1,"traceparent":")" + text + "\"}")
        .settings.applied_to({})
        .trace_parent;
  };
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_EQ(trace_of(trace), trace);
  EXPECT_EQ(trace_of("cc" + trace.substr(2) + "-what comes in a later version"), trace);
  for (const auto* wrong : {"\"\"", "7", "\"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01\""}) {
    EXPECT_EQ(
        wrong_fields(R"({"type":"open_stream","stream_id":1,"traceparent":)" + std::string(wrong) + "}"),
        Names{"traceparent"});
  }
}

TEST(ParseControl, LeavesWhatIsNotNamedAsItIs) {
  engine::StreamSettings before;
  before.window = 17;
  before.deadline = std::chrono::milliseconds(5);
  before.output = {engine::ImageEncoding::Png, 42};
  const auto after =
      read<UpdateStream>(R"({"type":"update_stream","stream_id":1})").settings.applied_to(before);
  EXPECT_EQ(after.window, 17);
  EXPECT_EQ(after.deadline, before.deadline);
  EXPECT_EQ(after.output, before.output);
}

TEST(ParseControl, TakesNullAsWithout) {
  engine::StreamSettings before;
  before.deadline = std::chrono::milliseconds(5);
  before.output.format = engine::ImageEncoding::Png;
  const auto update = read<UpdateStream>(
      R"({"type":"update_stream","stream_id":1,"deadline_ms":null,"output":{"format":null}})");
  const auto after = update.settings.applied_to(before);
  EXPECT_FALSE(after.deadline.has_value());
  EXPECT_FALSE(after.output.format.has_value());
}

TEST(ParseControl, ReadsTheOtherMessages) {
  EXPECT_EQ(read<CloseStream>(R"({"type":"close_stream","stream_id":3})").stream_id, 3U);
  EXPECT_EQ(read<StartSource>(R"({"type":"start_video","stream_id":3,"video_id":"a"})").source, "video a");
  EXPECT_EQ(read<StartSource>(R"({"type":"start_camera","stream_id":3,"source_id":"b","fps":30})").source,
            "camera b");
  EXPECT_EQ(read<StopSource>(R"({"type":"stop","stream_id":3})").stream_id, 3U);
  EXPECT_EQ(read<Ping>(R"({"type":"ping"})").id, std::nullopt);
  EXPECT_EQ(read<Ping>(R"({"type":"ping","id":18446744073709551615})").id, 18446744073709551615U);
}

TEST(ParseControl, ReadsFrames) {
  const auto frame = read<JsonFrame>(
      R"({"type":"frame","stream_id":1,"frame_id":2,"capture_us":-3,"encoding":"raw","pixel_format":"nv12",
          "width":4,"height":6,"last":true,"data":"AAAA"})");
  EXPECT_EQ(frame.header.stream_id, 1U);
  EXPECT_EQ(frame.header.frame_id, 2U);
  EXPECT_EQ(frame.header.capture_us, -3);
  EXPECT_EQ(frame.header.pixel_format, engine::PixelFormat::Nv12);
  EXPECT_EQ(frame.header.width_px, 4U);
  EXPECT_EQ(frame.header.height_px, 6U);
  EXPECT_EQ(frame.header.flags, engine::kLastFrameFlag);
  EXPECT_EQ(frame.base64, "AAAA");
}

TEST(ParseControl, NamesEveryMissingField) {
  EXPECT_EQ(wrong_fields("{}"), Names{"type"});
  for (const auto* type : {"open_stream", "update_stream", "close_stream", "stop"}) {
    EXPECT_EQ(wrong_fields(json{{"type", type}}.dump()), Names{"stream_id"}) << type;
  }
  EXPECT_EQ(wrong_fields(R"({"type":"start_video"})"), (Names{"stream_id", "video_id"}));
  EXPECT_EQ(wrong_fields(R"({"type":"start_camera"})"), (Names{"stream_id", "source_id"}));
  EXPECT_EQ(wrong_fields(R"({"type":"frame"})"), (Names{"stream_id", "frame_id", "encoding", "data"}));
  EXPECT_EQ(wrong_fields(R"({"type":"frame","stream_id":1,"frame_id":1,"encoding":"raw","data":""})"),
            (Names{"pixel_format", "width", "height"}));
}

TEST(ParseControl, NamesEveryFieldOfTheWrongTypeOrRange) {
  EXPECT_EQ(wrong_fields(R"({"type":"open_stream","stream_id":4294967296,"accelerator":"gpu","delivery":1,
                             "window":0,"deadline_ms":0,"output":{"format":"h264","quality":0}})"),
            (Names{"stream_id", "output.format", "output.quality", "accelerator", "delivery", "window",
                   "deadline_ms"}));
  EXPECT_EQ(wrong_fields(R"({"type":"open_stream","stream_id":-1,"window":65,"output":1})"),
            (Names{"stream_id", "output", "window"}));
  EXPECT_EQ(wrong_fields(R"({"type":"open_stream","stream_id":"1","window":1.5})"),
            (Names{"stream_id", "window"}));
  EXPECT_EQ(wrong_fields(R"({"type":7})"), Names{"type"});
}

TEST(ParseControl, NamesUnknownFieldsAndTypes) {
  EXPECT_EQ(wrong_fields(R"({"type":"ping","hello":1})"), Names{"hello"});
  EXPECT_EQ(wrong_fields(R"({"type":"open_stream","stream_id":1,"output":{"size":1}})"),
            Names{"output.size"});
  EXPECT_EQ(wrong_fields(R"({"type":"dance"})"), Names{"type"});
}

TEST(ParseControl, RefusesAFieldThatStandsTwice) {
  EXPECT_NE(refused(R"({"type":"ping","id":1,"id":2})").detail.find("twice"), std::string::npos);
}

TEST(ParseControl, RefusesH264AsUnsupported) {
  EXPECT_EQ(refused(R"({"type":"frame","stream_id":1,"frame_id":2,"encoding":"h264","data":""})").code,
            ErrorCode::UnsupportedMedia);
}

TEST(ParseControl, PassesTheErrorsOfAPipelineOn) {
  EXPECT_EQ(refused(R"({"type":"open_stream","stream_id":1,"pipeline":"no_such_filter"})").code,
            ErrorCode::UnknownFilter);
  EXPECT_EQ(
      refused(R"({"type":"open_stream","stream_id":1,"pipeline":[{"filter":"invert","params":{"x":1}}]})")
          .code,
      ErrorCode::InvalidPipeline);
}

TEST(ParseControl, SaysWhomAMistakeIsAbout) {
  const auto parsed = parse_control(R"({"type":"frame","stream_id":4,"frame_id":9})", 16);
  EXPECT_FALSE(parsed.message.has_value());
  EXPECT_EQ(parsed.subject.stream_id, 4U);
  EXPECT_EQ(parsed.subject.frame_id, 9U);
  EXPECT_FALSE(parse_control(R"({"type":"frame","stream_id":"x"})", 16).subject.stream_id.has_value());
}

TEST(ParseControl, RefusesEveryTruncationOfAMessage) {
  const std::string text =
      R"({"type":"open_stream","stream_id":1,"output":{"quality":3},"delivery":"latest"})";
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(parse_control(text.substr(0, length), 16).message.has_value()) << length;
  }
}

}  // namespace
}  // namespace framewright::net
