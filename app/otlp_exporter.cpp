#include "app/otlp_exporter.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>

namespace framewright::app {

using engine::OtlpAnswer;
using engine::OtlpVerdict;
using engine::Span;
using engine::SteadyTime;

namespace {

SteadyTime now() { return engine::system_clock().now(); }

/// What came of one request.
struct Outcome {
  OtlpAnswer answer;
  std::string retry_after = {};
  bool was_reached = true;
};

}  // namespace

/// What the exporter and its thread share. What follows is called with the lock, but for run() and send().
struct OtlpExporter::State {
  using Lock = std::unique_lock<std::mutex>;

  void run();
  /// None at the end.
  std::vector<Span> next_batch(Lock& lock);
  void export_batch(Lock& lock, const std::vector<Span>& batch);
  Outcome send(const std::string& body) const;
  /// Waits before the next try; false where there is to be none.
  bool pause(Lock& lock, int tries, const Outcome& last);
  void settle(std::uint64_t spans, const OtlpAnswer& answer);
  void say(const std::string& trouble);

  bool is_over() const { return over_at.has_value(); }
  bool is_late(std::chrono::milliseconds pause = {}) const { return over_at && now() + pause >= *over_at; }

  // Given.
  const ServerAddress collector;
  const engine::OtlpResource resource;
  const Pace pace;
  // Owned.
  std::mutex mutex = {};
  std::condition_variable changed = {};
  std::deque<Span> waiting = {};
  std::size_t under_way = 0;
  std::optional<SteadyTime> over_at = {};  ///< set by stop(): nothing is sent later than that
  bool ended = false;
  std::string last_trouble = {};
  bool has_told_of_full = false;
  std::mt19937 random{std::random_device{}()};
  // Measured.
  Counters counters = {};
};

void OtlpExporter::State::run() {
  Lock lock(mutex);
  for (;;) {
    const auto batch = next_batch(lock);
    if (batch.empty()) break;
    export_batch(lock, batch);
    under_way = 0;
  }
  ended = true;
  changed.notify_all();
}

std::vector<Span> OtlpExporter::State::next_batch(Lock& lock) {
  changed.wait(lock, [this] { return !waiting.empty() || is_over(); });
  changed.wait_for(lock, pace.delay, [this] { return waiting.size() >= pace.batch || is_over(); });
  if (is_late()) return {};
  const auto begin = waiting.begin();
  const auto end = begin + static_cast<std::ptrdiff_t>(std::min(waiting.size(), pace.batch));
  std::vector<Span> batch(std::make_move_iterator(begin), std::make_move_iterator(end));
  waiting.erase(begin, end);
  under_way = batch.size();
  return batch;
}

void OtlpExporter::State::export_batch(Lock& lock, const std::vector<Span>& batch) {
  lock.unlock();
  const engine::ClockPair clocks{now(), engine::system_clock().wall_now()};
  const auto body = engine::otlp_request(resource, batch, clocks);
  lock.lock();
  for (int tries = 0;; ++tries) {
    lock.unlock();
    const auto outcome = send(body);
    lock.lock();
    if (outcome.answer.verdict != OtlpVerdict::Again) return settle(batch.size(), outcome.answer);
    say(outcome.answer.detail);
    if (!pause(lock, tries, outcome)) break;
  }
  if (!is_over()) {
    counters.unreachable += batch.size();
    return;
  }
  counters.left += batch.size();
  over_at = now();  // The others would fare no better.
}

Outcome OtlpExporter::State::send(const std::string& body) const {
  RestClient client(collector, pace.exchange);
  auto answer = client.offer("/v1/traces", "application/json", body);
  if (!answer) return {{.verdict = OtlpVerdict::Again, .detail = answer.error().detail}, {}, false};
  return {engine::read_otlp_answer(answer->status, answer->body), std::move(answer->retry_after)};
}

bool OtlpExporter::State::pause(Lock& lock, int tries, const Outcome& last) {
  const auto jitter = std::uniform_real_distribution<double>{0, 1}(random);
  const auto time = engine::otlp_pause(tries, last.retry_after, jitter);
  if (is_over()) {
    if (!last.was_reached || is_late(time)) return false;
    changed.wait_for(lock, time, [this] { return is_late(); });
    return !is_late();
  }
  if (tries + 1 >= pace.tries) return false;
  changed.wait_for(lock, time, [this] { return is_over(); });
  return !is_late();
}

void OtlpExporter::State::settle(std::uint64_t spans, const OtlpAnswer& answer) {
  const auto refused = answer.verdict == OtlpVerdict::Refused ? spans : std::min(answer.refused_spans, spans);
  counters.refused += refused;
  counters.exported += spans - refused;
  if (refused > 0) return say(std::to_string(refused) + " spans are refused: " + answer.detail);
  if (!is_late() && !std::exchange(last_trouble, {}).empty()) {
    spdlog::info("traces: {}:{} takes spans again", collector.host, collector.port);
  }
}

/// Once for each kind of trouble, however long it lasts.
void OtlpExporter::State::say(const std::string& trouble) {
  if (is_late() || std::exchange(last_trouble, trouble) == trouble) return;
  spdlog::warn("traces to {}:{}: {}", collector.host, collector.port, trouble);
}

OtlpExporter::OtlpExporter(ServerAddress collector, engine::OtlpResource resource, Pace pace)
    : state_(new State{std::move(collector), std::move(resource), pace}) {
  std::thread([state = state_] { state->run(); }).detach();
}

OtlpExporter::~OtlpExporter() { stop({}); }

void OtlpExporter::take(std::vector<Span> spans) {
  auto& state = *state_;
  const std::lock_guard lock(state.mutex);
  if (state.is_over()) {
    state.counters.left += spans.size();
    return;
  }
  // All of one frame or none of it.
  if (state.waiting.size() + spans.size() > state.pace.most_waiting) {
    state.counters.queue_full += spans.size();
    if (!std::exchange(state.has_told_of_full, true)) {
      spdlog::warn("traces: spans come faster than they can be sent; some are dropped");
    }
    return;
  }
  const bool was_empty = state.waiting.empty();
  std::move(spans.begin(), spans.end(), std::back_inserter(state.waiting));
  if (was_empty || state.waiting.size() >= state.pace.batch) state.changed.notify_all();
}

void OtlpExporter::stop(std::chrono::milliseconds timeout) {
  auto& state = *state_;
  std::unique_lock lock(state.mutex);
  if (state.is_over()) return;
  state.over_at = now() + timeout;
  state.changed.notify_all();
  state.changed.wait_until(lock, *state.over_at, [&state] { return state.ended; });
  state.counters.left += state.waiting.size() + state.under_way;
  state.waiting.clear();
  if (const auto dropped = state.counters.dropped(); dropped > 0) {
    spdlog::warn("traces: {} spans were sent and {} were not", state.counters.exported, dropped);
  }
}

OtlpExporter::Counters OtlpExporter::counters() const {
  const std::lock_guard lock(state_->mutex);
  return state_->counters;
}

}  // namespace framewright::app
