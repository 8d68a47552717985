// JPEGs that are read and written strip by strip, one of each at the same time. Internal to run_strips.cpp.
//
// Lifetime  borrow a reader or writer, which holds nothing of the picture any more when they end.
#pragma once

#include <cstdint>
#include <span>

#include "engine/jpeg_library.hpp"
#include "engine/jpeg_planes.hpp"
#include "engine/planar_frame.hpp"

namespace framewright::engine {

/// As what the samples of a JPEG are read and written.
enum class JpegSamples : std::uint8_t {
  Pixels,  ///< gray or RGB, the first view of three
  Planes,  ///< planes of YCbCr 4:2:0
};

class JpegStripReader {
 public:
  JpegStripReader(JpegReader& reader, JpegSamples samples) noexcept : reader_(reader), samples_(samples) {}
  ~JpegStripReader();
  JpegStripReader(const JpegStripReader&) = delete;
  JpegStripReader& operator=(const JpegStripReader&) = delete;

  // Errors   as JpegDecoder::decode().

  /// Of a picture with this header; planes of one that can_stay_in_planes().
  Result<void> begin(std::span<const std::uint8_t> bytes, const ImageHeader& header);
  /// Reads on until rows before `end` are there: planes in rows of blocks, of which the last may reach beyond
  /// the picture.
  Result<void> read(const PlanarViews& to, int end);
  /// Reads to the end of the picture.
  Result<void> end();

 private:
  template <class Work>
  Result<void> proceed(const Work& work);

  // Given.
  JpegReader& reader_;
  const JpegSamples samples_;
  // Owned.
  JpegPlaneReader planes_;
  bool is_open_ = false;
};

class JpegStripWriter {
 public:
  JpegStripWriter(JpegWriter& writer, JpegSamples samples) noexcept : writer_(writer), samples_(samples) {}
  ~JpegStripWriter();
  JpegStripWriter(const JpegStripWriter&) = delete;
  JpegStripWriter& operator=(const JpegStripWriter&) = delete;

  // Errors   as JpegEncoder::encode().

  /// Into room for the worst case.
  Result<void> begin(std::span<std::uint8_t> out, const Geometry& size, int quality);
  /// Writes on until the rows before `end`, which is a multiple of 16 or the picture's end. What lies behind
  /// rows of planes, up to whole blocks, is overwritten.
  Result<void> write(const PlanarViews& from, int end);
  /// Returns the size.
  Result<std::size_t> end();

 private:
  template <class Work>
  Result<void> proceed(const Work& work);

  // Given.
  JpegWriter& writer_;
  const JpegSamples samples_;
  // Owned.
  bool is_open_ = false;
};

}  // namespace framewright::engine
