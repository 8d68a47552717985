// The vocabulary of pictures: encodings, pixel formats, geometry, and the limits checked before any decoding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace framewright::engine {

/// How the bytes of a frame are encoded. The values are those of the wire (docs/websocket.md).
enum class ImageEncoding : std::uint8_t { Raw = 0, Jpeg = 1, Png = 2, Webp = 3, H264 = 4 };

/// Layout of raw pixels. The values are those of the wire.
enum class PixelFormat : std::uint8_t { Gray8 = 0, Rgb8 = 1, Rgba8 = 2, Nv12 = 3 };

std::string_view to_string(ImageEncoding encoding) noexcept;  ///< "raw", "jpeg", "png", "webp", "h264"
std::string_view to_string(PixelFormat format) noexcept;      ///< "gray8", "rgb8", "rgba8", "nv12"
std::string_view media_type_of(
    ImageEncoding encoding) noexcept;  ///< "image/jpeg"; raw: "application/octet-stream"
std::optional<ImageEncoding> parse_encoding(std::string_view name) noexcept;
std::optional<PixelFormat> parse_pixel_format(std::string_view name) noexcept;

/// Size of a decoded picture in pixels; channels 1, 3 or 4.
struct Geometry {
  int width_px = 0;
  int height_px = 0;
  int channels = 0;

  std::uint64_t bytes() const noexcept {
    return static_cast<std::uint64_t>(width_px) * static_cast<std::uint64_t>(height_px) *
           static_cast<std::uint64_t>(channels);
  }
  bool operator==(const Geometry&) const = default;
};

/// Whether a picture is kept as planes of Y, Cb and Cr, and how large those of the chroma are.
enum class ColourPlanes : std::uint8_t {
  None,
  Ycbcr420,    ///< half as wide and half as high as luma
  Ycbcr422,    ///< half as wide
  Ycbcr440,    ///< half as high
  Ycbcr444,    ///< as large
  YcbcrOther,  ///< by any other factors
};

/// What the first bytes of a picture say about it, read without decoding any pixel.
struct ImageHeader {
  ImageEncoding encoding = ImageEncoding::Raw;
  /// as decode() will deliver it at full size (palette expanded, 16 bit reduced, CMYK refused)
  Geometry geometry = {};
  int orientation = 1;              ///< EXIF orientation 1 to 8; decode() does not apply it
  std::uint64_t library_bytes = 0;  ///< most memory that the format's library takes by itself while decoding
  ColourPlanes planes = ColourPlanes::None;
  std::uint64_t coefficient_bytes = 0;  ///< more of it that keeping every coefficient of a JPEG takes
  /// Of how many eighths of its size a JPEG is decoded: 8, 4, 2 or 1. Nothing in its bytes says so; the route
  /// of a frame does.
  int eighths = 8;

  /// What decode() makes at that size: a part of a pixel is one.
  Geometry decoded_geometry() const noexcept {
    const auto reduced = [this](int side_px) { return (side_px * eighths + 7) / 8; };
    return {reduced(geometry.width_px), reduced(geometry.height_px), geometry.channels};
  }
};

/// Limits on decoded pictures, checked from the header.
struct ImageLimits {
  std::uint64_t pixels = 50'000'000;
  int side_px = 16384;
};

/// What an answer must equal. Exact: the input decoded to RGB and run through each filter in turn. Visual:
/// that within a stated bound, so that the work may be done on the planes of a JPEG. Auto: visual from lossy
/// input to lossy output, exact otherwise.
enum class Exactness : std::uint8_t { Auto, Exact, Visual };
std::string_view to_string(Exactness exactness) noexcept;  ///< "auto", "exact", "visual"
std::optional<Exactness> parse_exactness(std::string_view name) noexcept;

/// How much work goes into making a WebP small: the library's methods, 0 to 6. The usual one takes under a
/// third of the time of the library's own choice, 4, for a fifth more bytes of a noisy photograph.
enum class WebpMethod : std::uint8_t { Fastest = 0, Usual = 1, Smallest = 6 };

/// What the answer is encoded as. No format: as the input was.
struct OutputOptions {
  static constexpr int kDefaultQuality = 80;

  std::optional<ImageEncoding> format = {};
  /// 1 to 100, for JPEG and WebP; beyond 80 a PNG is small rather than fast. None: kDefaultQuality, and the
  /// picture may be passed on as it is.
  std::optional<int> quality = {};
  Exactness exactness = Exactness::Auto;       ///< Auto: as the configuration says
  std::optional<WebpMethod> webp_method = {};  ///< none: likewise

  int quality_to_write() const noexcept { return quality.value_or(kDefaultQuality); }
  bool operator==(const OutputOptions&) const = default;
};

/// Which accelerator a client asked for, and which one ran (never Auto).
enum class Accelerator : std::uint8_t { Auto, Cpu, Cuda };
std::string_view to_string(Accelerator accelerator) noexcept;  ///< "auto", "cpu", "cuda"
std::optional<Accelerator> parse_accelerator(std::string_view name) noexcept;

/// What a client may ask for: an accelerator, or one device of several.
struct AcceleratorWish {
  Accelerator accelerator = Accelerator::Auto;
  std::optional<int> device = {};  ///< of CUDA; none: any
  bool operator==(const AcceleratorWish&) const = default;
};
inline constexpr int kMaxDevices = 64;
std::string to_string(const AcceleratorWish& wish);  ///< "auto", "cpu", "cuda", "cuda:1"
std::optional<AcceleratorWish> parse_accelerator_wish(std::string_view text) noexcept;
/// For whoever has asked for something else.
inline constexpr std::string_view kAcceleratorsAccepted = "must be one of auto, cpu, cuda, cuda:0 to cuda:63";

/// Why a frame ran where it ran.
enum class AcceleratorReason : std::uint8_t {
  Asked,        ///< the request named it
  NoDevice,     ///< none is in service
  NoPixels,     ///< its route makes no pixels, or keeps them in planes: CPU cores do that
  NoKernels,    ///< a step of its plan has no kernel for devices
  TooLarge,     ///< for a slot of the device
  NotMeasured,  ///< a device wherever one can, as long as nobody has compared
  Faster,       ///< it was predicted to be done sooner there
  FellBack,     ///< the device that it was meant for could not
  Node,         ///< a node of the cluster has chosen
};
/// "asked", "no_device", "no_pixels", "no_kernels", "too_large", "not_measured", "faster", "fell_back", ...
std::string_view to_string(AcceleratorReason reason) noexcept;

}  // namespace framewright::engine
