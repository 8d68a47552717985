#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <thread>

#include "bench/ws/load.hpp"

namespace framewright::bench {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

/// How long answers are waited for once everything has been sent.
constexpr std::chrono::seconds kPatience{10};

/// What came back on one connection. A frame's latency counts from the time when it was due.
struct Tally {
  std::vector<Clock::time_point> due;
  std::vector<double> latencies_us;
  std::map<std::string, std::uint64_t> dropped;  ///< by reason
  std::map<std::string, std::uint64_t> errors;   ///< by code
  std::uint64_t unanswered = 0;
  double settled_after_s = 0;  ///< from the last frame sent to the last answer
};

void take_text(const Message& message, Tally& tally) {
  const auto text = json::parse(message.bytes.begin(), message.bytes.end());
  const std::string type = text["type"];
  if (type == "dropped") {
    tally.dropped[text["reason"]] += text["frame_ids"].size();
    tally.unanswered -= text["frame_ids"].size();
  } else if (type == "error") {
    ++tally.errors[text["code"]];
    --tally.unanswered;
  }
}

void take(const Message& message, Tally& tally) {
  if (message.is_text) return take_text(message, tally);
  const auto late = Clock::now() - tally.due.at(frame_id_of(message));
  tally.latencies_us.push_back(std::chrono::duration<double, std::micro>(late).count());
  --tally.unanswered;
}

Tally send_at_rate(WebSocketClient& client, const Options& options, const Payload& payload) {
  Tally tally;
  Batch one(payload, 1);
  const auto begin = Clock::now();
  const auto count = static_cast<std::uint64_t>(options.fps * options.seconds);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::chrono::duration<double> offset(static_cast<double>(i) / options.fps);
    tally.due.push_back(begin + std::chrono::duration_cast<Clock::duration>(offset));
    while (client.wait_for_message(tally.due.back())) take(client.receive(), tally);
    client.send(one.with_ids(i, 1));
    ++tally.unanswered;
  }
  const auto sent = Clock::now();
  while (tally.unanswered > 0 && client.wait_for_message(sent + kPatience)) take(client.receive(), tally);
  tally.settled_after_s = std::chrono::duration<double>(Clock::now() - sent).count();
  return tally;
}

}  // namespace

json measure_open_loop(const Options& options) {
  if (options.fps <= 0) fail("an open loop needs fps=");
  const auto payload = make_payload(options);
  std::vector<WebSocketClient> clients;
  for (int i = 0; i < options.connections; ++i) clients.push_back(open(options));
  std::vector<Tally> tallies(clients.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    threads.emplace_back([&, i] { tallies[i] = send_at_rate(clients[i], options, payload); });
  }
  for (auto& thread : threads) thread.join();
  Tally sum;
  std::size_t sent = 0;
  for (const auto& tally : tallies) {
    sent += tally.due.size();
    sum.latencies_us.insert(sum.latencies_us.end(), tally.latencies_us.begin(), tally.latencies_us.end());
    for (const auto& [reason, frames] : tally.dropped) sum.dropped[reason] += frames;
    for (const auto& [code, frames] : tally.errors) sum.errors[code] += frames;
    sum.unanswered += tally.unanswered;
    sum.settled_after_s = std::max(sum.settled_after_s, tally.settled_after_s);
  }
  std::sort(sum.latencies_us.begin(), sum.latencies_us.end());
  return {{"sent", sent},
          {"answered", sum.latencies_us.size()},
          {"dropped", sum.dropped},
          {"errors", sum.errors},
          {"unanswered", sum.unanswered},
          {"settled_after_s", std::round(sum.settled_after_s * 1000) / 1000},
          {"p50_us", percentile(sum.latencies_us, 0.5)},
          {"p95_us", percentile(sum.latencies_us, 0.95)},
          {"p99_us", percentile(sum.latencies_us, 0.99)}};
}

}  // namespace framewright::bench
