#include "app/console.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace framewright::app {

int print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
    return kSuccess;
  complain("standard output cannot be written");
  return kFailure;
}

void complain(std::string_view message) {
  std::fprintf(stderr, "framewright: %.*s\n", static_cast<int>(message.size()), message.data());
}

void complain(const engine::Error& error) {
  complain(error.detail);
  for (const auto& field : error.fields) {
    std::fprintf(stderr, "  %s: %s\n", field.field.c_str(), field.message.c_str());
  }
}

bool on_terminal() { return ::isatty(STDERR_FILENO) == 1; }

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 < row.size()) text.append(widths[i] + 2 - row[i].size(), ' ');
    }
    text += '\n';
  }
  return text;
}

}  // namespace framewright::app
