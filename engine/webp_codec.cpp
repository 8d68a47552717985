#include "engine/webp_codec.hpp"

#include <webp/decode.h>
#include <webp/encode.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "engine/check.hpp"
#include "engine/riff_chunks.hpp"

namespace framewright::engine {
namespace {

struct PictureEnd {
  void operator()(WebPPicture* picture) const noexcept { WebPPictureFree(picture); }
};

/// Where the encoder writes; the library calls it for each piece.
struct Target {
  std::span<std::uint8_t> out;
  std::size_t size_bytes = 0;
  bool is_full = false;  ///< which the library does not always say of a failed write
};

int write_piece(const std::uint8_t* piece, std::size_t piece_bytes, const WebPPicture* picture) {
  auto& target = *static_cast<Target*>(picture->custom_ptr);
  target.is_full = piece_bytes > target.out.size() - target.size_bytes;
  if (target.is_full) return 0;
  std::memcpy(target.out.data() + target.size_bytes, piece, piece_bytes);
  target.size_bytes += piece_bytes;
  return 1;
}

/// Gray goes straight to luma, by the library's own weights for equal R, G and B; chroma is neutral.
bool import_gray(WebPPicture& picture, const kernels::ConstImageView& pixels) {
  constexpr int kSumOfWeightsQ16 = 16839 + 33059 + 6420;
  if (WebPPictureAlloc(&picture) == 0) return false;
  for (int y = 0; y < pixels.height_px; ++y) {
    std::uint8_t* const luma = picture.y + static_cast<std::ptrdiff_t>(y) * picture.y_stride;
    for (int x = 0; x < pixels.width_px; ++x) {
      luma[x] =
          static_cast<std::uint8_t>((pixels.row(y)[x] * kSumOfWeightsQ16 + (16 << 16) + (1 << 15)) >> 16);
    }
  }
  const auto chroma_bytes =
      static_cast<std::size_t>(picture.uv_stride) * static_cast<std::size_t>((pixels.height_px + 1) / 2);
  std::memset(picture.u, 128, chroma_bytes);
  std::memset(picture.v, 128, chroma_bytes);
  return true;
}

bool import_pixels(WebPPicture& picture, const kernels::ConstImageView& pixels) {
  const int pitch_bytes = static_cast<int>(pixels.pitch_bytes);
  switch (pixels.channels) {
    case 1: return import_gray(picture, pixels);
    case 3: return WebPPictureImportRGB(&picture, pixels.pixels, pitch_bytes) != 0;
    case 4: return WebPPictureImportRGBA(&picture, pixels.pixels, pitch_bytes) != 0;
    default: check_failed("a frame has 1, 3 or 4 channels", __FILE__, __LINE__);
  }
}

/// With those that fill the last blocks, which are coded like the others.
std::uint64_t coded_pixels_of(const Geometry& geometry) noexcept {
  const auto whole_blocks = [](int side_px) { return (static_cast<std::uint64_t>(side_px) + 15) / 16 * 16; };
  return whole_blocks(geometry.width_px) * whole_blocks(geometry.height_px);
}

Unexpected failure(const WebPPicture& picture, const Target& target) {
  const auto code = picture.error_code;
  // A picture that was made for it could take more than noise does, or than the format has room for.
  if (target.is_full || code == VP8_ENC_ERROR_PARTITION0_OVERFLOW ||
      code == VP8_ENC_ERROR_PARTITION_OVERFLOW || code == VP8_ENC_ERROR_FILE_TOO_BIG) {
    return unexpected(ErrorCode::ImageTooLarge, "WebP: the picture takes more bytes than one may");
  }
  const bool memory = code == VP8_ENC_ERROR_OUT_OF_MEMORY || code == VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY;
  return unexpected(memory ? ErrorCode::Overloaded : ErrorCode::Internal,
                    "WebP: the encoder failed with error " + std::to_string(code));
}

}  // namespace

Result<void> decode_webp(std::span<const std::uint8_t> bytes, const kernels::ImageView& pixels) {
  const auto extent = riff_extent(bytes);
  if (!extent) return unexpected(extent.error());
  WebPDecoderConfig config;
  FW_CHECK(WebPInitDecoderConfig(&config) != 0);
  config.output.colorspace = pixels.channels == 4 ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = pixels.pixels;
  config.output.u.RGBA.stride = static_cast<int>(pixels.pitch_bytes);
  config.output.u.RGBA.size =
      static_cast<std::size_t>(pixels.pitch_bytes) * static_cast<std::size_t>(pixels.height_px);
  switch (WebPDecode(extent->data(), extent->size(), &config)) {
    case VP8_STATUS_OK: return {};
    case VP8_STATUS_OUT_OF_MEMORY: return unexpected(ErrorCode::Overloaded, "WebP: no memory to decode");
    case VP8_STATUS_SUSPENDED:
    case VP8_STATUS_NOT_ENOUGH_DATA:
      return unexpected(ErrorCode::CorruptMedia, "WebP: the file is truncated");
    default: return unexpected(ErrorCode::CorruptMedia, "WebP: the content is malformed");
  }
}

// Both measured on libwebp 1.2 with noise, the worst there is, and rounded up. Alpha is the dear part: it is
// compressed without loss. From method 3 on the library keeps every token of the picture until it has seen
// the last, and tables of the alpha for each part of the picture, 2600 parts at most.
std::uint64_t worst_webp_bytes(const Geometry& geometry) noexcept {
  constexpr std::uint64_t kChunksBytes = 8 << 10;
  return kChunksBytes + coded_pixels_of(geometry) * (geometry.channels == 4 ? 6 : 4);
}

std::uint64_t webp_encoder_bytes(const Geometry& geometry, WebpMethod method) noexcept {
  constexpr int kFirstToKeepTokens = 3;
  constexpr std::array<std::uint64_t, 7> kAlphaKib = {1280, 1280, 1280, 3 << 10, 6 << 10, 12 << 10, 24 << 10};
  const auto number = static_cast<std::size_t>(method);
  FW_CHECK(number < kAlphaKib.size());
  if (geometry.channels == 4) return (kAlphaKib[number] << 10) + coded_pixels_of(geometry) * 36;
  const bool keeps_tokens = static_cast<int>(method) >= kFirstToKeepTokens;
  return (256 << 10) + coded_pixels_of(geometry) * (keeps_tokens ? 32 : 7);
}

Result<std::size_t> encode_webp(const kernels::ConstImageView& pixels, const WebpEffort& effort,
                                std::span<std::uint8_t> out) {
  if (pixels.width_px > WEBP_MAX_DIMENSION || pixels.height_px > WEBP_MAX_DIMENSION) {
    return unexpected(ErrorCode::ImageTooLarge,
                      "WebP: a side may have " + std::to_string(WEBP_MAX_DIMENSION) + " pixels");
  }
  WebPConfig config;
  WebPPicture picture;
  FW_CHECK(WebPConfigPreset(&config, WEBP_PRESET_DEFAULT, static_cast<float>(effort.quality)) != 0);
  FW_CHECK(WebPPictureInit(&picture) != 0);
  const std::unique_ptr<WebPPicture, PictureEnd> end(&picture);
  config.method = static_cast<int>(effort.method);
  Target target{out};
  picture.width = pixels.width_px;
  picture.height = pixels.height_px;
  picture.writer = write_piece;
  picture.custom_ptr = &target;
  if (!import_pixels(picture, pixels) || WebPEncode(&config, &picture) == 0) return failure(picture, target);
  return target.size_bytes;
}

}  // namespace framewright::engine
