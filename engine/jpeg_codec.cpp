#include "engine/jpeg_codec.hpp"

#include <turbojpeg.h>

#include <string>
#include <string_view>

#include "engine/check.hpp"

namespace framewright::engine {
namespace {

constexpr int kMaxSide = 65500;  // JPEG_MAX_DIMENSION of the library.
constexpr int kDecodeFlags = TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS;
constexpr int kEncodeFlags = TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT;

int pixel_format_of(int channels) noexcept {
  switch (channels) {
    case 1: return TJPF_GRAY;
    case 3: return TJPF_RGB;
    case 4: return TJPF_RGBX;
    default: check_failed("a frame has 1, 3 or 4 channels", __FILE__, __LINE__);
  }
}

int subsampling_of(int channels) noexcept { return channels == 1 ? TJSAMP_GRAY : TJSAMP_420; }

Unexpected failure(void* handle) {
  const std::string_view message = tjGetErrorStr2(handle);
  const bool sampling = message.find("subsampling type") != std::string_view::npos;
  return unexpected(sampling ? ErrorCode::UnsupportedMedia : ErrorCode::CorruptMedia,
                    "JPEG: " + std::string(message));
}

}  // namespace

void TurboJpegEnd::operator()(void* handle) const noexcept { tjDestroy(handle); }

JpegDecoder::JpegDecoder() : handle_(tjInitDecompress()) { FW_CHECK(handle_ != nullptr); }

Result<void> JpegDecoder::decode(std::span<const std::uint8_t> bytes, const Geometry& size,
                                 const kernels::ImageView& pixels) {
  int width_px = 0;
  int height_px = 0;
  int subsampling = 0;
  int color_space = 0;
  if (tjDecompressHeader3(handle_.get(), bytes.data(), bytes.size(), &width_px, &height_px, &subsampling,
                          &color_space) != 0) {
    return failure(handle_.get());
  }
  // Were they to differ, a part of the buffer would stay as the frame before left it.
  if (width_px != size.width_px || height_px != size.height_px) {
    return unexpected(ErrorCode::CorruptMedia, "JPEG: two readings of the header give two sizes");
  }
  if (tjDecompress2(handle_.get(), bytes.data(), bytes.size(), pixels.pixels, pixels.width_px,
                    static_cast<int>(pixels.pitch_bytes), pixels.height_px, pixel_format_of(pixels.channels),
                    kDecodeFlags) != 0) {
    return failure(handle_.get());
  }
  return {};
}

JpegEncoder::JpegEncoder() : handle_(tjInitCompress()) { FW_CHECK(handle_ != nullptr); }

std::uint64_t JpegEncoder::worst_bytes(const Geometry& geometry) noexcept {
  return tjBufSize(geometry.width_px, geometry.height_px, subsampling_of(geometry.channels));
}

Result<std::size_t> JpegEncoder::encode(const kernels::ConstImageView& pixels, int quality,
                                        std::span<std::uint8_t> out) {
  if (pixels.width_px > kMaxSide || pixels.height_px > kMaxSide) {
    return unexpected(ErrorCode::ImageTooLarge,
                      "JPEG: a side may have " + std::to_string(kMaxSide) + " pixels");
  }
  FW_CHECK(out.size() >= worst_bytes({pixels.width_px, pixels.height_px, pixels.channels}));
  std::uint8_t* target = out.data();
  unsigned long size_bytes = out.size();
  if (tjCompress2(handle_.get(), pixels.pixels, pixels.width_px, static_cast<int>(pixels.pitch_bytes),
                  pixels.height_px, pixel_format_of(pixels.channels), &target, &size_bytes,
                  subsampling_of(pixels.channels), quality, kEncodeFlags) != 0) {
    return unexpected(ErrorCode::Internal, std::string("JPEG: ") + tjGetErrorStr2(handle_.get()));
  }
  return size_bytes;
}

}  // namespace framewright::engine
