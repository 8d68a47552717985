// Pictures drawn by formula, nobody's licence on them: the library's first pictures, and what tests and
// benchmarks use.
#pragma once

#include <string_view>
#include <vector>

#include "engine/media.hpp"
#include "kernels/image_view.hpp"

namespace framewright::app {

struct SamplePicture {
  std::string_view file_name;
  engine::Geometry geometry;
  engine::ImageEncoding encoding;
  int quality;                                  ///< beyond 80 a PNG is small
  void (*draw)(const kernels::ImageView& out);  ///< every pixel; the same ones each time
};

/// All of them, in the order of their names.
const std::vector<SamplePicture>& sample_pictures();

}  // namespace framewright::app
