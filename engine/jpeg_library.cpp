#include "engine/jpeg_library.hpp"

#include <jerror.h>

#include <string>

#include "engine/check.hpp"

namespace framewright::engine {
namespace {

/// A picture of more scans costs time without end for a few bytes.
constexpr int kMaxScans = 500;

[[noreturn]] void leave(j_common_ptr info) {
  auto& errors = *static_cast<JpegErrors*>(info->err);
  errors.format_message(info, errors.message);
  std::longjmp(errors.escape, 1);
}

void leave_at_warning(j_common_ptr info, int level) {
  if (level < 0) leave(info);
}

void print_nothing(j_common_ptr) {}

void use(JpegErrors& errors) noexcept {
  jpeg_std_error(&errors);
  errors.error_exit = leave;
  errors.emit_message = leave_at_warning;
  errors.output_message = print_nothing;
  errors.message[0] = 0;
}

void begin_source(j_decompress_ptr) {}
void end_source(j_decompress_ptr) {}

boolean refuse_to_read_on(j_decompress_ptr info) {
  info->err->msg_code = JWRN_JPEG_EOF;
  leave(reinterpret_cast<j_common_ptr>(info));
}

void skip(j_decompress_ptr info, long bytes) {
  if (bytes <= 0) return;
  auto& source = *info->src;
  if (static_cast<std::size_t>(bytes) > source.bytes_in_buffer) refuse_to_read_on(info);
  source.next_input_byte += bytes;
  source.bytes_in_buffer -= static_cast<std::size_t>(bytes);
}

void count_scans(j_common_ptr info) {
  if (!info->is_decompressor) return;
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMaxScans) return;
  auto& errors = *static_cast<JpegErrors*>(info->err);
  std::snprintf(errors.message, sizeof errors.message, "more than %d scans", kMaxScans);
  std::longjmp(errors.escape, 1);
}

void begin_destination(j_compress_ptr) {}
void end_destination(j_compress_ptr) {}

boolean refuse_to_write_on(j_compress_ptr info) {
  info->err->msg_code = JERR_BUFFER_SIZE;
  leave(reinterpret_cast<j_common_ptr>(info));
}

std::uint64_t up_to(std::uint64_t size, std::uint64_t multiple) noexcept {
  return (size + multiple - 1) / multiple * multiple;
}

}  // namespace

Unexpected JpegErrors::error(ErrorCode code) const {
  return unexpected(code, "JPEG: " + std::string(message));
}

JpegReader::JpegReader() : info{}, errors{}, source_{}, progress_{} {
  use(errors);
  info.err = &errors;
  FW_CHECK(guarded(errors, [this] { jpeg_create_decompress(&info); }));
  source_.init_source = begin_source;
  source_.fill_input_buffer = refuse_to_read_on;
  source_.skip_input_data = skip;
  source_.resync_to_restart = jpeg_resync_to_restart;
  source_.term_source = end_source;
  progress_.progress_monitor = count_scans;
  info.src = &source_;
  info.progress = &progress_;
}

JpegReader::~JpegReader() { jpeg_destroy_decompress(&info); }

void JpegReader::begin(std::span<const std::uint8_t> bytes) noexcept {
  source_.next_input_byte = bytes.data();
  source_.bytes_in_buffer = bytes.size();
}

Result<void> JpegReader::end(bool done) {
  jpeg_abort_decompress(&info);
  if (done) return {};
  const bool sampling = errors.msg_code == JERR_BAD_SAMPLING ||
                        errors.msg_code == JERR_FRACT_SAMPLE_NOTIMPL ||
                        errors.msg_code == JERR_CONVERSION_NOTIMPL;
  return errors.error(sampling ? ErrorCode::UnsupportedMedia : ErrorCode::CorruptMedia);
}

JpegWriter::JpegWriter() : info{}, errors{}, destination_{} {
  use(errors);
  info.err = &errors;
  FW_CHECK(guarded(errors, [this] { jpeg_create_compress(&info); }));
  destination_.init_destination = begin_destination;
  destination_.empty_output_buffer = refuse_to_write_on;
  destination_.term_destination = end_destination;
  info.dest = &destination_;
}

JpegWriter::~JpegWriter() { jpeg_destroy_compress(&info); }

void JpegWriter::begin(std::span<std::uint8_t> out) noexcept {
  destination_.next_output_byte = out.data();
  destination_.free_in_buffer = out.size();
  room_bytes_ = out.size();
}

Result<std::size_t> JpegWriter::end(bool done) {
  jpeg_abort_compress(&info);
  if (done) return room_bytes_ - destination_.free_in_buffer;
  if (errors.msg_code != JERR_BUFFER_SIZE) return errors.error(ErrorCode::Internal);
  return unexpected(ErrorCode::ImageTooLarge, "JPEG: the picture takes more than the " +
                                                  std::to_string(room_bytes_) +
                                                  " bytes that one of its size may take; a lower quality "
                                                  "takes less");
}

void describe(jpeg_compress_struct& info, int width_px, int height_px, JpegForm form) {
  info.image_width = static_cast<JDIMENSION>(width_px);
  info.image_height = static_cast<JDIMENSION>(height_px);
  info.in_color_space = form.given;
  info.input_components = form.given == JCS_GRAYSCALE ? 1 : form.given == JCS_EXT_RGBX ? 4 : 3;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, form.quality, TRUE);
}

void scale_to(jpeg_decompress_struct& info, int eighths) noexcept {
  info.scale_num = static_cast<unsigned>(eighths);
  info.scale_denom = 8;
}

bool is_of_size(const jpeg_decompress_struct& info, const Geometry& size) noexcept {
  return info.image_width == static_cast<JDIMENSION>(size.width_px) &&
         info.image_height == static_cast<JDIMENSION>(size.height_px);
}

J_COLOR_SPACE color_space_of(int channels) noexcept {
  switch (channels) {
    case 1: return JCS_GRAYSCALE;
    case 3: return JCS_EXT_RGB;
    case 4: return JCS_EXT_RGBX;
    default: check_failed("a frame has 1, 3 or 4 channels", __FILE__, __LINE__);
  }
}

Unexpected two_jpeg_headers() {
  return unexpected(ErrorCode::CorruptMedia, "JPEG: two readings of the header give two pictures");
}

Result<void> check_sides(int width_px, int height_px) {
  if (width_px <= JPEG_MAX_DIMENSION && height_px <= JPEG_MAX_DIMENSION) return {};
  return unexpected(ErrorCode::ImageTooLarge,
                    "JPEG: a side may have " + std::to_string(JPEG_MAX_DIMENSION) + " pixels");
}

// The bound of tjBufSize() in libjpeg-turbo: 16 bits for each coefficient, and 2048 bytes of headers. Noise
// of black and white takes 15 at the best quality. A picture can be made to take 16.8 with what bytes of 255
// take beside; room for that would be paid for by all others.
std::uint64_t worst_jpeg_bytes(int width_px, int height_px, int channels) noexcept {
  const std::uint64_t unit = channels == 1 ? 8 : 16;
  const std::uint64_t bytes_per_pixel = channels == 1 ? 2 : 3;
  return up_to(static_cast<std::uint64_t>(width_px), unit) *
             up_to(static_cast<std::uint64_t>(height_px), unit) * bytes_per_pixel +
         2048;
}

}  // namespace framewright::engine
