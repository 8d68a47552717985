// The reference for whole frames: jobs as one would write them by hand, in a loop on so many threads.
//
// usage: hand_loop FILE.jpg THREADS SECONDS JOB
//
// The jobs are those of bench/hand/job.hpp. Prints one line of JSON.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include "bench/hand/job.hpp"

namespace framewright::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Work {
  const char* job;
  const Bytes& jpeg;
};

std::vector<double> run_until(Clock::time_point end, const Work& work) {
  const auto job = make_job(work.job, work.jpeg);
  must(job != nullptr, "finding a job of that name");
  std::vector<double> times_us;
  for (auto before = Clock::now(); before < end;) {
    job->run();
    const auto after = Clock::now();
    times_us.push_back(std::chrono::duration<double, std::micro>(after - before).count());
    before = after;
  }
  return times_us;
}

void run(const Work& work, std::size_t thread_count, double seconds) {
  const auto begin = Clock::now();
  const auto end =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  std::vector<std::vector<double>> times(thread_count);
  std::vector<std::thread> threads;
  for (auto& mine : times) threads.emplace_back([&] { mine = run_until(end, work); });
  for (auto& thread : threads) thread.join();
  const double took = std::chrono::duration<double>(Clock::now() - begin).count();
  std::vector<double> all;
  for (const auto& one : times) all.insert(all.end(), one.begin(), one.end());
  std::sort(all.begin(), all.end());
  std::printf("{\"frames_per_second\": %.1f, \"p50_us\": %.0f}\n", static_cast<double>(all.size()) / took,
              all[all.size() / 2]);
}

}  // namespace
}  // namespace framewright::bench

int main(int count, char** words) {
  using namespace framewright::bench;
  if (count != 5) {
    std::fprintf(stderr, "usage: hand_loop FILE.jpg THREADS SECONDS JOB\n");
    return 2;
  }
  std::ifstream file(words[1], std::ios::binary);
  must(file.good(), "opening the picture");
  const Bytes jpeg(std::istreambuf_iterator<char>(file), {});
  run({words[4], jpeg}, static_cast<std::size_t>(std::max(1, std::atoi(words[2]))), std::atof(words[3]));
  return 0;
}
