// Borrowed views of 8-bit interleaved pixels: what every kernel reads and writes.
//
// Lifetime  a view borrows for the length of a call and is never stored.
#pragma once

#include <cstddef>
#include <cstdint>

namespace framewright::kernels {

/// u8[height_px, width_px, channels], rows `pitch_bytes` apart (pitch_bytes >= width_px * channels).
/// channels is 1 (gray), 3 (RGB) or 4 (RGBA, straight alpha).
struct ConstImageView {
  const std::uint8_t* pixels = nullptr;
  int width_px = 0;
  int height_px = 0;
  int channels = 0;
  std::ptrdiff_t pitch_bytes = 0;

  const std::uint8_t* row(int y) const { return pixels + static_cast<std::ptrdiff_t>(y) * pitch_bytes; }
};

/// As ConstImageView, writable.
struct ImageView {
  std::uint8_t* pixels = nullptr;
  int width_px = 0;
  int height_px = 0;
  int channels = 0;
  std::ptrdiff_t pitch_bytes = 0;

  std::uint8_t* row(int y) const { return pixels + static_cast<std::ptrdiff_t>(y) * pitch_bytes; }
  operator ConstImageView() const { return {pixels, width_px, height_px, channels, pitch_bytes}; }
};

/// The rows of a picture that one call of a kernel makes; a view converts to all of its rows. Calls that make
/// different rows of one picture give together the bytes of one call, because each reads the whole input.
/// They may run at the same time, each with scratch of its own.
struct OutputRows {
  OutputRows(const ImageView& whole) : picture(whole), end(whole.height_px) {}
  OutputRows(const ImageView& whole, int first_row, int end_row)
      : picture(whole), first(first_row), end(end_row) {}

  bool are_within() const { return 0 <= first && first <= end && end <= picture.height_px; }

  ImageView picture;
  int first = 0;
  int end;
};

/// `rows` rows of a view from y on: what kernels of single pixels take for a part of a picture.
template <typename View>
View rows_of(const View& view, int y, int rows) {
  return {view.row(y), view.width_px, rows, view.channels, view.pitch_bytes};
}

/// How a neighbourhood filter continues the picture beyond its edge; see docs of the API, section 2.
enum class Border : std::uint8_t {
  Reflect,  ///< cba|abcd|dcb: the edge pixel is repeated
  Clamp,    ///< aaa|abcd|ddd
  Wrap,     ///< bcd|abcd|abc
};

/// What a kernel answers. Kernels never throw, print or allocate.
enum class Status : std::uint8_t {
  Ok,
  BadShape,      ///< a size that is not positive, or two views that do not fit together
  BadParameter,  ///< a parameter outside its documented range, or scratch too small
  LaunchFailed,  ///< the device refused or failed
};

}  // namespace framewright::kernels
