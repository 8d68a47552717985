// Load on a WebSocket: how long a frame takes, how many go through, what an idle connection costs.
//
// usage: ws_load latency|throughput|idle KEY=VALUE...
//   host=127.0.0.1 port=8080    where
//   echo=1                      the server is ws_echo: no stream is opened, messages come back as they went
//   frame=16x16                 a raw frame of that size, or the path of a JPEG, PNG or WebP file
//   format=gray8|rgb8|rgba8     of a raw frame (gray8)
//   pipeline=TEXT delivery=lossless window=1 connections=1 seconds=5
//   pid=N                       idle: the server's process, whose memory is read
//
// Prints one line of JSON. One thread for each connection; the window is the number of frames on their way.
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "bench/websocket_client.hpp"
#include "net/frame_codec.hpp"

namespace framewright::bench {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

struct Options {
  std::string host = "127.0.0.1";
  int port = 8080;
  bool echo = false;
  std::string frame = "16x16";
  std::string format = "gray8";
  std::string pipeline;
  std::string delivery = "lossless";
  int window = 1;
  int connections = 1;
  double seconds = 5;
  int pid = 0;
};

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
  number("seconds", options.seconds);
  number("pid", options.pid);
  if (!given.empty()) fail("unknown key: " + given.begin()->first);
  return options;
}

// --- The frame that is sent again and again.

struct Payload {
  net::FrameHeader header;
  std::vector<std::uint8_t> bytes;
};

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

/// `count` messages one behind the other, whose frame ids are written in place.
class Batch {
 public:
  Batch(const Payload& payload, std::size_t count) {
    const auto header = net::encode_header(payload.header);
    std::vector<std::uint8_t> frame(header.begin(), header.end());
    frame.insert(frame.end(), payload.bytes.begin(), payload.bytes.end());
    const auto message = masked_message(frame);
    message_bytes_ = message.size();
    id_offset_ = masked_head_bytes(frame.size()) + 8;
    for (std::size_t i = 0; i < count; ++i) bytes_.insert(bytes_.end(), message.begin(), message.end());
  }
  std::span<const std::uint8_t> with_ids(std::uint64_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t id = first + i;
      std::memcpy(bytes_.data() + i * message_bytes_ + id_offset_, &id, sizeof id);
    }
    return {bytes_.data(), count * message_bytes_};
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t message_bytes_ = 0;
  std::size_t id_offset_ = 0;
};

// --- One connection.

WebSocketClient open(const Options& options) {
  WebSocketClient client(options.host, options.port);
  if (options.echo) return client;
  client.receive();  // welcome
  client.send_text(json{
      {"type", "open_stream"},
      {"stream_id", 0},
      {"pipeline", options.pipeline},
      {"delivery", options.delivery},
      {"window",
       options.window}}.dump());
  const auto answer = client.receive();
  const std::string text(answer.bytes.begin(), answer.bytes.end());
  if (!answer.is_text || json::parse(text)["type"] != "stream_opened") fail("no stream: " + text);
  return client;
}

/// The next frame that comes back; statistics are passed over, errors end the program.
std::uint64_t receive_frame_id(WebSocketClient& client) {
  while (true) {
    const auto message = client.receive();
    if (!message.is_text) {
      std::uint64_t id = 0;
      if (message.bytes.size() < net::kFrameHeaderBytes) fail("an answer without a header");
      std::memcpy(&id, message.bytes.data() + 8, sizeof id);
      return id;
    }
    const std::string text(message.bytes.begin(), message.bytes.end());
    if (json::parse(text)["type"] != "stats") fail("instead of a frame: " + text);
  }
}

struct Measured {
  std::uint64_t frames = 0;
  std::vector<double> latencies_us;
};

/// Keeps `window` frames on their way and sends as many as have come back.
Measured drive(WebSocketClient& client, Batch& batch, std::size_t window, Clock::time_point end) {
  Measured measured;
  std::vector<Clock::time_point> sent_at(window);
  std::uint64_t sent = 0;
  std::uint64_t expected = 0;
  const auto send = [&](std::size_t count) {
    const auto now = Clock::now();
    for (std::size_t i = 0; i < count; ++i) sent_at[(sent + i) % window] = now;
    client.send(batch.with_ids(sent, count));
    sent += count;
  };
  send(window);
  for (auto now = Clock::now(); now < end;) {
    std::size_t came = 0;
    do {
      if (receive_frame_id(client) != expected) fail("answers are out of order");
      ++came;
      now = Clock::now();
      measured.latencies_us.push_back(
          std::chrono::duration<double, std::micro>(now - sent_at[expected++ % window]).count());
    } while (client.has_message());
    send(came);
  }
  measured.frames = expected;
  return measured;
}

double percentile(const std::vector<double>& sorted, double share) {
  return sorted.empty() ? 0
                        : sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

json measure(const Options& options) {
  const auto payload = make_payload(options);
  const auto window = static_cast<std::size_t>(options.window);
  std::vector<Measured> measured(static_cast<std::size_t>(options.connections));
  std::vector<WebSocketClient> clients;
  for (int i = 0; i < options.connections; ++i) clients.push_back(open(options));
  const auto begin = Clock::now();
  const auto end =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.seconds));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    threads.emplace_back([&, i] {
      Batch batch(payload, window);
      measured[i] = drive(clients[i], batch, window, end);
    });
  }
  for (auto& thread : threads) thread.join();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::uint64_t frames = 0;
  std::vector<double> latencies;
  for (const auto& one : measured) {
    frames += one.frames;
    latencies.insert(latencies.end(), one.latencies_us.begin(), one.latencies_us.end());
  }
  std::sort(latencies.begin(), latencies.end());
  const double rate = static_cast<double>(frames) / seconds;
  return {{"frames", frames},
          {"frames_per_second", std::round(rate * 10) / 10},
          {"megabytes_per_second", std::round(rate * static_cast<double>(payload.bytes.size()) / 1e5) / 10},
          {"p50_us", percentile(latencies, 0.5)},
          {"p90_us", percentile(latencies, 0.9)},
          {"p99_us", percentile(latencies, 0.99)}};
}

// --- Idle connections.

std::uint64_t resident_bytes(int pid) {
  std::ifstream statm("/proc/" + std::to_string(pid) + "/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(statm >> total >> resident)) fail("cannot read the memory of process " + std::to_string(pid));
  return resident * 4096;
}

json measure_idle(const Options& options) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &files) != 0) fail("cannot raise the limit of open files");
  const auto before = resident_bytes(options.pid);
  std::vector<WebSocketClient> clients;
  for (int i = 0; i < options.connections; ++i) {
    clients.emplace_back(options.host, options.port);
    if (!options.echo) clients.back().receive();
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds));
  const auto after = resident_bytes(options.pid);
  return {{"bytes_before", before},
          {"bytes_after", after},
          {"bytes_per_connection",
           (static_cast<double>(after) - static_cast<double>(before)) / options.connections}};
}

int run(int count, char** words) {
  const std::string mode = count > 1 ? words[1] : "";
  if (mode != "latency" && mode != "throughput" && mode != "idle") {
    fail("usage: ws_load latency|throughput|idle KEY=VALUE... (see bench/ws_load.cpp)");
  }
  const auto options = parse(count, words);
  json line{{"mode", mode},
            {"target", options.echo ? "echo" : "framewright"},
            {"frame", options.frame},
            {"pipeline", options.pipeline},
            {"window", options.window},
            {"connections", options.connections}};
  line.update(mode == "idle" ? measure_idle(options) : measure(options));
  std::printf("%s\n", line.dump().c_str());
  return 0;
}

}  // namespace
}  // namespace framewright::bench

int main(int count, char** words) { return framewright::bench::run(count, words); }
