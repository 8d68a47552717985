#include "app/input_files.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>
#include <utility>

namespace framewright::app {
namespace {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;
using Paths = std::vector<std::filesystem::path>;

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kFormats{
    {{".jpg", "jpeg"}, {".jpeg", "jpeg"}, {".png", "png"}, {".webp", "webp"}, {".raw", "raw"}}};
constexpr std::array<std::string_view, 5> kVideos{".mp4", ".webm", ".mkv", ".mov", ".avi"};

std::string extension_of(const std::filesystem::path& file) {
  auto extension = file.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

Result<Paths> files_below(const std::filesystem::path& folder) {
  Paths files;
  std::error_code failure;
  std::filesystem::recursive_directory_iterator entry(folder, failure);
  while (!failure && entry != std::filesystem::recursive_directory_iterator()) {
    const auto& path = entry->path();
    const auto format = format_by_name(path);
    if (entry->is_regular_file(failure) && ((format && *format != "raw") || is_video(path)))
      files.push_back(path);
    entry.increment(failure);
  }
  if (failure) return unexpected(ErrorCode::NotFound, folder.string() + ": " + failure.message());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

bool is_video(const std::filesystem::path& file) {
  return std::find(kVideos.begin(), kVideos.end(), extension_of(file)) != kVideos.end();
}

std::optional<std::string> format_by_name(const std::filesystem::path& file) {
  const auto extension = extension_of(file);
  for (const auto& [ending, format] : kFormats) {
    if (ending == extension) return std::string(format);
  }
  return std::nullopt;
}

Result<std::vector<InputFile>> find_input_files(const Paths& inputs) {
  std::vector<InputFile> found;
  for (const auto& input : inputs) {
    std::error_code failure;
    const auto status = std::filesystem::status(input, failure);
    if (!std::filesystem::exists(status)) {
      return unexpected(ErrorCode::NotFound,
                        input.string() + ": " + (failure ? failure.message() : "does not exist"));
    }
    if (!std::filesystem::is_directory(status)) {
      found.push_back({input, input.filename()});
      continue;
    }
    auto files = files_below(input);
    if (!files) return unexpected(std::move(files).error());
    for (auto& file : *files) found.push_back({file, file.lexically_relative(input)});
  }
  return found;
}

bool names_a_file(const std::filesystem::path& output, const Paths& inputs) {
  std::error_code ignored;  // What cannot be looked at is taken by its name.
  return inputs.size() == 1 && !std::filesystem::is_directory(inputs.front(), ignored) &&
         output.has_extension() && !std::filesystem::is_directory(output, ignored);
}

std::filesystem::path result_path(const InputFile& input, const std::filesystem::path& output,
                                  bool output_is_file, const std::string& format) {
  if (output_is_file) return output;
  auto path = output / input.relative;
  if (!format.empty() && format_by_name(path) != format)
    path.replace_extension(format == "jpeg" ? "jpg" : format);
  return path;
}

}  // namespace framewright::app
