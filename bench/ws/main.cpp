// Load on a WebSocket: how long a frame takes, how many go through, what an idle connection costs.
//
// usage: ws_load closed|open|idle KEY=VALUE...
//   host=127.0.0.1 port=8080    where
//   echo=1                      the server is ws_echo: no stream is opened, messages come back as they went
//   frame=16x16                 a raw frame of that size, or the path of a JPEG, PNG or WebP file
//   format=gray8|rgb8|rgba8     of a raw frame (gray8)
//   pipeline=TEXT exactness=exact|visual accelerator=auto|cpu|cuda delivery=lossless window=1 deadline_ms=N
//   connections=1 seconds=5
//   fps=N                       open: frames a second of each connection
//   pid=N                       idle: the server's process, whose memory is read
//
// Prints one line of JSON. One thread for each connection. `closed` keeps the window full and sends as
// answers come; `open` sends at its rate whatever comes.
#include <cstdio>

#include "bench/ws/load.hpp"

namespace framewright::bench {
namespace {

using nlohmann::json;

json measure(const std::string& mode, const Options& options) {
  if (mode == "closed") return measure_closed_loop(options);
  if (mode == "open") return measure_open_loop(options);
  if (mode == "idle") return measure_idle(options);
  fail("usage: ws_load closed|open|idle KEY=VALUE... (see bench/ws/main.cpp)");
}

int run(int count, char** words) {
  const std::string mode = count > 1 ? words[1] : "";
  const auto options = parse(count, words);
  json line{{"mode", mode},
            {"target", options.echo ? "echo" : "framewright"},
            {"frame", options.frame},
            {"pipeline", options.pipeline},
            {"window", options.window},
            {"connections", options.connections}};
  line.update(measure(mode, options));
  std::printf("%s\n", line.dump().c_str());
  return 0;
}

}  // namespace
}  // namespace framewright::bench

int main(int count, char** words) { return framewright::bench::run(count, words); }
