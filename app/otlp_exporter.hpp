// The OtlpExporter sends spans to a collector, over HTTP in JSON, in batches.
//
// A batch that the collector cannot take now is sent again, with pauses and a few times; meanwhile spans wait
// in a queue with a bound, and what finds it full is dropped and counted. Trouble is said once.
//
// Threads   take() from any; one of its own sends. A name server may keep that one for as long as the
//           system's resolver wants, so it is left behind then, and touches nothing of others.
// Memory    Pace::most_waiting spans and one batch of them; see engine/span.hpp for the size of one.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "app/rest_client.hpp"
#include "engine/otlp.hpp"
#include "engine/span.hpp"

namespace framewright::app {

class OtlpExporter final : public engine::SpanSink {
 public:
  struct Pace {
    std::size_t most_waiting = 4096;
    std::size_t batch = 512;
    std::chrono::milliseconds delay{1000};     ///< that a span waits for others
    std::chrono::milliseconds exchange{5000};  ///< for one request and its answer
    int tries = 6;                             ///< of one batch, which takes about 20 s
  };
  /// What became of spans.
  struct Counters {
    std::uint64_t exported = 0;
    std::uint64_t queue_full = 0;   ///< dropped: too many waited
    std::uint64_t refused = 0;      ///< dropped: the collector does not want them
    std::uint64_t unreachable = 0;  ///< dropped: every try failed
    std::uint64_t left = 0;         ///< dropped: not sent when the program ended
    std::uint64_t dropped() const { return queue_full + refused + unreachable + left; }
  };

  OtlpExporter(ServerAddress collector, engine::OtlpResource resource, Pace pace);
  ~OtlpExporter() override;
  OtlpExporter(const OtlpExporter&) = delete;
  OtlpExporter& operator=(const OtlpExporter&) = delete;

  void take(std::vector<engine::Span> spans) override;

  /// Sends what waits, for `timeout` at most; what is taken afterwards is dropped. A collector that is out of
  /// reach now is not waited for.
  void stop(std::chrono::milliseconds timeout);

  Counters counters() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace framewright::app
