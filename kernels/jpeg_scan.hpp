// The scan of a baseline JPEG: all of its coefficients as one row of bits, coded where the pixels are, so
// that a picture leaves a device in the size of its file. What a file needs beside it are headers, and a 0
// behind each byte of 255.
//
// One row without restart markers: a block needs of the ones before it only a coefficient, which is there
// before anything is coded. So every block is coded by itself, and the bytes are those of libjpeg.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/device_step.hpp"
#include "kernels/image_view.hpp"
#include "kernels/jpeg_tables.hpp"

namespace framewright::kernels {

/// Device memory that coding a picture takes beside the picture, and room of the picture's size for its bits.
std::size_t jpeg_scratch_bytes(const DeviceShape& picture);

/// Whether a device with these limits can code such a picture.
bool fits_jpeg(const DeviceShape& picture, const DeviceLimits& limits);

namespace reference {

/// Codes gray as gray, and colour, whose alpha is left out, as YCbCr with chroma of half size both ways.
///
/// Shapes   in u8[h, w, c]; bits u8[room_bytes], the first bit highest in its byte, 0 behind the last.
/// Units    returns how many bits there are, also where room is for fewer, which are then not all written.
/// Rounds   as libjpeg does with its accurate integer transform, to the bit.
/// Source   ITU-T T.81, annexes A and F; JFIF 1.02 for colours.
std::uint64_t jpeg_scan(const ConstImageView& in, const JpegTables& tables, std::uint8_t* bits,
                        std::size_t room_bytes) noexcept;

}  // namespace reference

}  // namespace framewright::kernels
