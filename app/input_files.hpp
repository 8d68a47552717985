// The pictures that a person named on the command line, and where their results go.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/result.hpp"

namespace framewright::app {

struct InputFile {
  std::filesystem::path source;
  std::filesystem::path
      relative;  ///< below the folder that was named; the file's name when it was named itself
};

/// Files as they are; folders with every picture and video below them, by name, in order.
///
/// Errors   NotFound: the detail names what does not exist or cannot be listed.
engine::Result<std::vector<InputFile>> find_input_files(const std::vector<std::filesystem::path>& inputs);

/// By name: MP4, WebM, MKV, MOV and AVI.
bool is_video(const std::filesystem::path& file);

/// The format that a file's name asks for ("jpeg" for .jpg); none when it asks for none.
std::optional<std::string> format_by_name(const std::filesystem::path& file);

/// Where the result of `input` goes: `output` itself when it names a file (one input file, a name with an
/// extension, not a folder), otherwise below it. `format` replaces the extension, unless it is empty.
std::filesystem::path result_path(const InputFile& input, const std::filesystem::path& output,
                                  bool output_is_file, const std::string& format);

/// Whether `output` names a file for the result of `inputs`.
bool names_a_file(const std::filesystem::path& output, const std::vector<std::filesystem::path>& inputs);

}  // namespace framewright::app
