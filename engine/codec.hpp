// Pictures in and out: header inspection, decoding and encoding behind one door for every format.
//
// Memory    pixels and bytes go into pooled buffers; library contexts are kept and reused.
// Threads   inspect() anywhere; a Decoder or an Encoder belongs to one thread at a time.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "engine/frame.hpp"
#include "engine/media.hpp"
#include "engine/planar_frame.hpp"
#include "engine/result.hpp"

namespace framewright::engine {

/// Recognises a picture by content and reads its header; decodes no pixel.
///
/// Errors   UnsupportedMedia (unknown, or a kind that is not handled, named), CorruptMedia (truncated
///          header), ImageTooLarge (beyond `limits`).
Result<ImageHeader> inspect(std::span<const std::uint8_t> bytes, const ImageLimits& limits);

/// As inspect(), for a frame whose encoding was declared.
///
/// Errors   UnsupportedMedia when the content is of another format than declared, CorruptMedia when raw
///          pixels are not as many bytes as their size says, InvalidArgument when raw pixels have no size.
Result<ImageHeader> inspect(const EncodedFrame& frame, const ImageLimits& limits);

/// The most frame memory that decoding this header to pixels takes: pixels rounded as the pool rounds, and
/// what the format's library takes by itself. 0 for raw formats that are used where they lie.
std::uint64_t decode_bytes(const ImageHeader& header, PixelFormat raw_format) noexcept;

/// The most frame memory that Decoder::check() takes.
std::uint64_t check_bytes(const ImageHeader& header) noexcept;

/// What the header says of a picture of which only the luma is decoded.
ImageHeader luma_of(ImageHeader header) noexcept;

/// Whether Decoder::decode_planes() takes such a picture.
bool can_stay_in_planes(const ImageHeader& header) noexcept;

/// The most frame memory that Encoder::encode_gray() takes.
std::uint64_t gray_jpeg_bytes(const ImageHeader& header) noexcept;

/// The most frame memory that encoding such a picture takes beside its pixels, likewise. 0 for raw.
std::uint64_t encode_bytes(const Geometry& geometry, ImageEncoding format, int quality,
                           WebpMethod webp_method = WebpMethod::Usual) noexcept;

class JpegDecoder;
class JpegEncoder;
struct JpegPicture;

class Decoder {
 public:
  explicit Decoder(FramePool& pool);
  ~Decoder();
  Decoder(Decoder&&) noexcept;

  /// Decodes `input` to 1, 3 or 4 channels. Raw gray8, rgb8 and rgba8 are not copied: the frame takes over
  /// the buffer. nv12 becomes RGB by BT.601, limited range.
  ///
  /// Errors   as inspect(); CorruptMedia also for truncated pixels, Overloaded (memory).
  Result<Frame> decode(EncodedFrame input, const ImageLimits& limits, Reservation& reservation);
  /// Decodes a picture in borrowed bytes, whose header inspect() has read from just these; of a JPEG in YCbCr
  /// only the luma where the header is luma_of() that one. A JPEG is decoded at so many eighths of its size
  /// as the header says.
  ///
  /// Errors   CorruptMedia, UnsupportedMedia, Overloaded (memory).
  Result<Frame> decode(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                       Reservation& reservation);
  /// Decodes a JPEG that can_stay_in_planes() to planes of 4:2:0, likewise: chroma that is larger is halved.
  ///
  /// Errors   CorruptMedia, Overloaded (memory).
  Result<PlanarFrame> decode_planes(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                                    Reservation& reservation);
  /// Reads all of a picture whose header inspect() has read, and keeps nothing of it.
  ///
  /// Errors   as decode(): bytes that pass are a whole picture.
  Result<void> check(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                     Reservation& reservation);

  JpegDecoder& jpeg() noexcept;

 private:
  struct Contexts;
  Result<void> decode_pixels(std::span<const std::uint8_t> bytes, const ImageHeader& header,
                             const kernels::ImageView& pixels, Reservation& library);

  FramePool& pool_;
  std::unique_ptr<Contexts> contexts_;
};

class Encoder {
 public:
  explicit Encoder(FramePool& pool);
  ~Encoder();
  Encoder(Encoder&&) noexcept;

  /// Encodes `frame`. Raw output is not copied when the rows are tightly packed. JPEG has no alpha: it is
  /// dropped. PNG loses nothing at any quality: beyond 80 it is smaller and takes longer.
  ///
  /// Errors   InvalidArgument (quality), UnsupportedMedia (a format that is not written), ImageTooLarge
  ///          (beyond what the format holds, or more bytes than encode_bytes() has room for: noise that was
  ///          made for that), Overloaded (memory), Internal (the library failed).
  Result<EncodedFrame> encode(Frame frame, ImageEncoding format, int quality, Reservation& reservation,
                              WebpMethod webp_method = WebpMethod::Usual);
  /// Makes a JPEG of the scan in `frame`'s buffer, so many bits that kernels/jpeg_scan.hpp has coded for this
  /// quality: the bytes that encode() makes of the pixels.
  ///
  /// Errors   as encode().
  Result<EncodedFrame> encode_scan(Frame frame, std::uint64_t bits, int quality, Reservation& reservation);
  /// Encodes planes as a JPEG.
  ///
  /// Errors   as encode().
  Result<EncodedFrame> encode_planes(PlanarFrame frame, int quality, Reservation& reservation);
  /// Encodes the luma of a JPEG in YCbCr, whose header inspect() has read, as a gray JPEG, by its
  /// coefficients.
  ///
  /// Errors   as decode() and encode().
  Result<EncodedFrame> encode_gray(const JpegPicture& picture, Decoder& decoder, int quality,
                                   Reservation& reservation);
  /// Has `write` write a JPEG of this geometry into room for the worst case, and return its size.
  ///
  /// Errors   those of `write`; Overloaded (memory).
  Result<EncodedFrame> encode_jpeg(
      const Geometry& geometry, int quality, Reservation& reservation,
      const std::function<Result<std::size_t>(JpegEncoder&, std::span<std::uint8_t>)>& write);

 private:
  struct Contexts;
  struct Choice {
    ImageEncoding format;
    int quality;
    WebpMethod webp_method = WebpMethod::Usual;
  };
  Result<std::size_t> encode_pixels(const kernels::ConstImageView& pixels, Choice choice,
                                    std::span<std::uint8_t> out, Reservation& library);
  template <class Write>
  Result<EncodedFrame> write(const Geometry& geometry, Choice choice, Reservation& reservation,
                             const Write& write);

  FramePool& pool_;
  std::unique_ptr<Contexts> contexts_;
};

/// A frame turned by an EXIF orientation (1 to 8), so that it shows upright.
Result<Frame> apply_orientation(Frame frame, int orientation, FramePool& pool, Reservation& reservation);

}  // namespace framewright::engine
