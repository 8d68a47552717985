#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <thread>
#include <utility>

#include "bench/ws/load.hpp"

namespace framewright::bench {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

/// The frame that comes back next; nothing where statistics do, which may be the last that comes before more
/// is sent. Errors end the program.
std::optional<std::uint64_t> receive_frame_id(WebSocketClient& client) {
  const auto message = client.receive();
  if (!message.is_text) return frame_id_of(message);
  const std::string text(message.bytes.begin(), message.bytes.end());
  if (json::parse(text)["type"] != "stats") fail("instead of a frame: " + text);
  return std::nullopt;
}

double microseconds(Clock::duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

struct Measured {
  std::uint64_t frames = 0;
  std::vector<double> latencies_us;
  double longest_gap_us = 0;  ///< between two answers
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
  auto now = Clock::now();
  while (now < end) {
    std::size_t came = 0;
    do {
      const auto frame_id = receive_frame_id(client);
      if (!frame_id) continue;
      if (*frame_id != expected) fail("answers are out of order");
      ++came;
      const auto before = std::exchange(now, Clock::now());
      measured.longest_gap_us = std::max(measured.longest_gap_us, microseconds(now - before));
      measured.latencies_us.push_back(microseconds(now - sent_at[expected++ % window]));
    } while (client.has_message());
    if (came > 0) send(came);
  }
  measured.frames = expected;
  return measured;
}

}  // namespace

json measure_closed_loop(const Options& options) {
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
  double longest_gap_us = 0;
  for (const auto& one : measured) {
    frames += one.frames;
    longest_gap_us = std::max(longest_gap_us, one.longest_gap_us);
    latencies.insert(latencies.end(), one.latencies_us.begin(), one.latencies_us.end());
  }
  std::sort(latencies.begin(), latencies.end());
  const double rate = static_cast<double>(frames) / seconds;
  return {{"frames", frames},
          {"frames_per_second", std::round(rate * 10) / 10},
          {"megabytes_per_second", std::round(rate * static_cast<double>(payload.bytes.size()) / 1e5) / 10},
          {"p50_us", percentile(latencies, 0.5)},
          {"p90_us", percentile(latencies, 0.9)},
          {"p99_us", percentile(latencies, 0.99)},
          {"longest_gap_us", std::round(longest_gap_us)}};
}

}  // namespace framewright::bench
