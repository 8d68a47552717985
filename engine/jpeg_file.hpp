// What a baseline JPEG file has around its scan: the bytes that libjpeg writes there. Internal to the
// engine/jpeg_*.cpp files.
//
// Memory    writes into room that is lent to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/jpeg_library.hpp"

namespace framewright::engine {

/// The most that put_jpeg_headers() writes.
inline constexpr std::size_t kMostJpegHeaderBytes = 1024;
inline constexpr std::size_t kJpegEndBytes = 2;

/// All that stands before the scan of a picture that describe() has prepared. Returns the byte behind it.
std::uint8_t* put_jpeg_headers(const jpeg_compress_struct& info, std::uint8_t* to) noexcept;

/// The end of the picture.
std::uint8_t* put_jpeg_end(std::uint8_t* to) noexcept;

/// Bytes of a scan, each 255 followed by a 0: once more than there are such bytes.
std::uint8_t* put_jpeg_scan(std::span<const std::uint8_t> scan, std::uint8_t* to) noexcept;

}  // namespace framewright::engine
