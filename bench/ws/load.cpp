#include "bench/ws/load.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>

namespace framewright::bench {

using nlohmann::json;

Options parse(int count, char** words) {
  std::map<std::string, std::string> given;
  for (int i = 2; i < count; ++i) {
    const std::string word = words[i];
    const auto sign = word.find('=');
    if (sign == std::string::npos) fail("not KEY=VALUE: " + word);
    given[word.substr(0, sign)] = word.substr(sign + 1);
  }
  Options options;
  const auto text = [&](const char* key, std::string& value) {
    if (const auto found = given.find(key); found != given.end()) value = given.extract(found).mapped();
  };
  const auto number = [&](const char* key, auto& value) {
    std::string word;
    text(key, word);
    if (!word.empty()) value = static_cast<std::remove_reference_t<decltype(value)>>(std::stod(word));
  };
  text("host", options.host);
  text("frame", options.frame);
  text("format", options.format);
  text("pipeline", options.pipeline);
  text("delivery", options.delivery);
  number("port", options.port);
  number("echo", options.echo);
  number("window", options.window);
  number("connections", options.connections);
  text("exactness", options.exactness);
  text("accelerator", options.accelerator);
  number("fps", options.fps);
  number("deadline_ms", options.deadline_ms);
  number("seconds", options.seconds);
  number("pid", options.pid);
  if (!given.empty()) fail("unknown key: " + given.begin()->first);
  return options;
}

namespace {

Payload raw_payload(const Options& options, std::uint32_t width_px, std::uint32_t height_px) {
  const auto format = engine::parse_pixel_format(options.format);
  if (!format) fail("unknown format: " + options.format);
  constexpr std::array<std::size_t, 3> kBytesPerPixel{1, 3, 4};
  const auto index = static_cast<std::size_t>(*format);
  if (index >= kBytesPerPixel.size()) fail("nv12 frames are not generated");
  Payload payload;
  payload.header.pixel_format = *format;
  payload.header.width_px = width_px;
  payload.header.height_px = height_px;
  payload.bytes.resize(std::size_t{width_px} * height_px * kBytesPerPixel[index]);
  for (std::size_t i = 0; i < payload.bytes.size(); ++i)
    payload.bytes[i] = static_cast<std::uint8_t>(i * 131 >> 3);
  return payload;
}

}  // namespace

Payload make_payload(const Options& options) {
  unsigned width = 0;
  unsigned height = 0;
  if (std::sscanf(options.frame.c_str(), "%ux%u", &width, &height) == 2)
    return raw_payload(options, width, height);
  std::ifstream file(options.frame, std::ios::binary);
  if (!file) fail("cannot read " + options.frame);
  Payload payload;
  payload.bytes.assign(std::istreambuf_iterator<char>(file), {});
  const auto begins = [&](std::string_view magic) {
    return payload.bytes.size() >= magic.size() &&
           std::memcmp(payload.bytes.data(), magic.data(), magic.size()) == 0;
  };
  payload.header.encoding = begins("\xff\xd8")  ? engine::ImageEncoding::Jpeg
                            : begins("\x89PNG") ? engine::ImageEncoding::Png
                                                : engine::ImageEncoding::Webp;
  return payload;
}

WebSocketClient open(const Options& options) {
  WebSocketClient client(options.host, options.port);
  if (options.echo) return client;
  client.receive();  // welcome
  json message{{"type", "open_stream"},
               {"stream_id", 0},
               {"pipeline", options.pipeline},
               {"delivery", options.delivery},
               {"window", options.window}};
  if (options.deadline_ms > 0) message["deadline_ms"] = options.deadline_ms;
  if (!options.accelerator.empty()) message["accelerator"] = options.accelerator;
  if (!options.exactness.empty()) message["output"] = {{"exactness", options.exactness}};
  client.send_text(message.dump());
  const auto answer = client.receive();
  const std::string text(answer.bytes.begin(), answer.bytes.end());
  if (!answer.is_text || json::parse(text)["type"] != "stream_opened") fail("no stream: " + text);
  return client;
}

std::uint64_t frame_id_of(const Message& message) {
  std::uint64_t id = 0;
  if (message.bytes.size() < net::kFrameHeaderBytes) fail("an answer without a header");
  std::memcpy(&id, message.bytes.data() + 8, sizeof id);
  return id;
}

double percentile(const std::vector<double>& sorted, double share) {
  return sorted.empty() ? 0
                        : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

}  // namespace framewright::bench
