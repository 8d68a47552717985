#include "engine/jpeg_strips.hpp"

#include <algorithm>
#include <utility>

#include "engine/jpeg_codec.hpp"

namespace framewright::engine {

JpegStripReader::~JpegStripReader() {
  if (is_open_) (void)reader_.end(true);
}

template <class Work>
Result<void> JpegStripReader::proceed(const Work& work) {
  if (guarded(reader_.errors, work)) return {};
  is_open_ = false;
  return reader_.end(false);
}

Result<void> JpegStripReader::begin(std::span<const std::uint8_t> bytes, const ImageHeader& header) {
  auto& info = reader_.info;
  reader_.begin(bytes);
  is_open_ = true;
  bool agrees = false;
  auto begun = proceed([&] {
    jpeg_read_header(&info, TRUE);
    if (!is_of_size(info, header.geometry)) return;
    if (samples_ == JpegSamples::Planes) {
      agrees = has_planes(info, header.planes);
      if (agrees) planes_.begin(info, header.eighths);
    } else {
      agrees = has_channels(info, header.geometry.channels);
      if (agrees) begin_jpeg_pixels(info, header);
    }
  });
  if (begun && !agrees) return two_jpeg_headers();
  return begun;
}

Result<void> JpegStripReader::read(const PlanarViews& to, int end) {
  auto& info = reader_.info;
  const auto last = std::min(static_cast<JDIMENSION>(end), info.output_height);
  return proceed([&] {
    while (info.output_scanline < last) {
      if (samples_ == JpegSamples::Planes) {
        planes_.read_rows(info, to);
      } else {
        read_jpeg_pixel_rows(info, to.front(), last);
      }
    }
  });
}

Result<void> JpegStripReader::end() {
  auto ended = proceed([this] { jpeg_finish_decompress(&reader_.info); });
  if (!ended) return ended;
  is_open_ = false;
  return reader_.end(true);
}

JpegStripWriter::~JpegStripWriter() {
  if (is_open_) (void)writer_.end(true);
}

template <class Work>
Result<void> JpegStripWriter::proceed(const Work& work) {
  if (guarded(writer_.errors, work)) return {};
  is_open_ = false;
  return unexpected(writer_.end(false).error());
}

Result<void> JpegStripWriter::begin(std::span<std::uint8_t> out, const Geometry& size, int quality) {
  if (auto fits = check_sides(size.width_px, size.height_px); !fits) return fits;
  auto& info = writer_.info;
  writer_.begin(out);
  is_open_ = true;
  return proceed([&] {
    const bool planes = samples_ == JpegSamples::Planes;
    const auto given = planes ? JCS_YCbCr : color_space_of(size.channels);
    describe(info, size.width_px, size.height_px, {given, quality});
    info.raw_data_in = planes ? TRUE : FALSE;
    jpeg_start_compress(&info, TRUE);
  });
}

Result<void> JpegStripWriter::write(const PlanarViews& from, int end) {
  auto& info = writer_.info;
  const auto last = std::min(static_cast<JDIMENSION>(end), info.image_height);
  return proceed([&] {
    while (info.next_scanline < last) {
      if (samples_ == JpegSamples::Planes) {
        write_jpeg_plane_rows(info, from);
      } else {
        write_jpeg_pixel_rows(info, from.front(), last);
      }
    }
  });
}

Result<std::size_t> JpegStripWriter::end() {
  auto ended = proceed([this] { jpeg_finish_compress(&writer_.info); });
  if (!ended) return unexpected(std::move(ended).error());
  is_open_ = false;
  return writer_.end(true);
}

}  // namespace framewright::engine
