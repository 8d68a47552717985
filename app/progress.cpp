#include "app/progress.hpp"

#include <cstdio>

#include "app/console.hpp"

namespace framewright::app {

constexpr std::size_t kBarColumns = 30;

Progress::Progress(std::size_t total) : total_(total), drawn_(on_terminal()) { draw(); }

Progress::~Progress() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::advance() {
  ++done_;
  draw();
}

void Progress::draw() const {
  if (drawn_) std::fprintf(stderr, "\r%s", progress_bar(done_, total_).c_str());
}

std::string progress_bar(std::size_t done, std::size_t total) {
  const auto filled = total == 0 ? kBarColumns : kBarColumns * done / total;
  return "[" + std::string(filled, '#') + std::string(kBarColumns - filled, '-') + "] " +
         std::to_string(done) + " of " + std::to_string(total);
}

}  // namespace framewright::app
