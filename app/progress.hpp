// How far a long command has come, on standard error: a bar that is redrawn on a terminal, nothing otherwise.
#pragma once

#include <cstddef>
#include <string>

namespace framewright::app {

class Progress {
 public:
  explicit Progress(std::size_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Wipes the bar, so that what follows starts on a clean line.
  ~Progress();

  void advance();

 private:
  void draw() const;

  // Given.
  const std::size_t total_;
  const bool drawn_;
  // Measured.
  std::size_t done_ = 0;
};

/// "[#######-------] 5 of 10".
std::string progress_bar(std::size_t done, std::size_t total);

}  // namespace framewright::app
