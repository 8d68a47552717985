// The fast way of jpeg_gray.cpp: the luma of a baseline JPEG is taken over while its scan is read, and chroma
// is read past.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "engine/jpeg_library.hpp"

namespace framewright::engine {

/// How many words take_luma_scan() may need for a picture of this width: what the luma of a row of units is
/// noted down in.
std::size_t luma_scan_words(int width_px) noexcept;

/// Writes the luma of the picture whose header `in` has read, as the gray one that describe() has prepared
/// `out` for; neither object changes. Luma is not smaller than chroma. Returns the size; nothing where the
/// picture is not read here, or is none: then the library must be asked.
std::optional<std::size_t> take_luma_scan(const jpeg_decompress_struct& in, const jpeg_compress_struct& out,
                                          std::span<std::uint32_t> words) noexcept;

}  // namespace framewright::engine
