#include "engine/media.hpp"

#include <array>
#include <charconv>

#include "engine/check.hpp"

namespace framewright::engine {
namespace {

template <class Enum, std::size_t N>
std::optional<Enum> find_by_name(const std::array<Enum, N>& values, std::string_view name) noexcept {
  for (const auto value : values) {
    if (to_string(value) == name) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(ImageEncoding encoding) noexcept {
  switch (encoding) {
    case ImageEncoding::Raw: return "raw";
    case ImageEncoding::Jpeg: return "jpeg";
    case ImageEncoding::Png: return "png";
    case ImageEncoding::Webp: return "webp";
    case ImageEncoding::H264: return "h264";
  }
  check_failed("an ImageEncoding outside its list", __FILE__, __LINE__);
}

std::string_view to_string(PixelFormat format) noexcept {
  switch (format) {
    case PixelFormat::Gray8: return "gray8";
    case PixelFormat::Rgb8: return "rgb8";
    case PixelFormat::Rgba8: return "rgba8";
    case PixelFormat::Nv12: return "nv12";
  }
  check_failed("a PixelFormat outside its list", __FILE__, __LINE__);
}

std::string_view to_string(Accelerator accelerator) noexcept {
  switch (accelerator) {
    case Accelerator::Auto: return "auto";
    case Accelerator::Cpu: return "cpu";
    case Accelerator::Cuda: return "cuda";
  }
  check_failed("an Accelerator outside its list", __FILE__, __LINE__);
}

std::string_view to_string(Exactness exactness) noexcept {
  switch (exactness) {
    case Exactness::Auto: return "auto";
    case Exactness::Exact: return "exact";
    case Exactness::Visual: return "visual";
  }
  check_failed("an Exactness outside its list", __FILE__, __LINE__);
}

std::string_view media_type_of(ImageEncoding encoding) noexcept {
  switch (encoding) {
    case ImageEncoding::Raw: return "application/octet-stream";
    case ImageEncoding::Jpeg: return "image/jpeg";
    case ImageEncoding::Png: return "image/png";
    case ImageEncoding::Webp: return "image/webp";
    case ImageEncoding::H264: return "video/h264";
  }
  check_failed("an ImageEncoding outside its list", __FILE__, __LINE__);
}

std::optional<ImageEncoding> parse_encoding(std::string_view name) noexcept {
  using enum ImageEncoding;
  return find_by_name(std::array{Raw, Jpeg, Png, Webp, H264}, name);
}

std::optional<PixelFormat> parse_pixel_format(std::string_view name) noexcept {
  using enum PixelFormat;
  return find_by_name(std::array{Gray8, Rgb8, Rgba8, Nv12}, name);
}

std::optional<Exactness> parse_exactness(std::string_view name) noexcept {
  using enum Exactness;
  return find_by_name(std::array{Auto, Exact, Visual}, name);
}

std::string_view to_string(AcceleratorReason reason) noexcept {
  switch (reason) {
    case AcceleratorReason::Asked: return "asked";
    case AcceleratorReason::NoDevice: return "no_device";
    case AcceleratorReason::NoPixels: return "no_pixels";
    case AcceleratorReason::NoKernels: return "no_kernels";
    case AcceleratorReason::TooLarge: return "too_large";
    case AcceleratorReason::NotMeasured: return "not_measured";
    case AcceleratorReason::Faster: return "faster";
    case AcceleratorReason::FellBack: return "fell_back";
    case AcceleratorReason::Node: return "node";
  }
  check_failed("an AcceleratorReason outside its list", __FILE__, __LINE__);
}

std::optional<Accelerator> parse_accelerator(std::string_view name) noexcept {
  using enum Accelerator;
  return find_by_name(std::array{Auto, Cpu, Cuda}, name);
}

std::string to_string(const AcceleratorWish& wish) {
  const std::string name{to_string(wish.accelerator)};
  return wish.device ? name + ":" + std::to_string(*wish.device) : name;
}

std::optional<AcceleratorWish> parse_accelerator_wish(std::string_view text) noexcept {
  constexpr std::string_view kPinned = "cuda:";
  if (!text.starts_with(kPinned)) {
    const auto accelerator = parse_accelerator(text);
    return accelerator ? std::optional(AcceleratorWish{*accelerator}) : std::nullopt;
  }
  const auto digits = text.substr(kPinned.size());
  int device = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), device);
  const bool is_number = error == std::errc{} && end == digits.data() + digits.size() && digits[0] != '-';
  if (!is_number || device >= kMaxDevices) return std::nullopt;
  return AcceleratorWish{Accelerator::Cuda, device};
}

}  // namespace framewright::engine
