#include "bench/codecs/ppm.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <utility>

namespace framewright::engine::bench {

Frame read_ppm(const std::string& path, FramePool& pool) {
  std::ifstream file(path, std::ios::binary);
  std::string kind;
  Geometry geometry{0, 0, 3};
  int most = 0;
  file >> kind >> geometry.width_px >> geometry.height_px >> most;
  file.get();
  Reservation none;
  if (file && kind == "P6" && most == 255) {
    auto frame = lend_frame(geometry, pool, none);
    if (frame && file.read(reinterpret_cast<char*>(frame->view().pixels),
                           static_cast<std::streamsize>(geometry.bytes()))) {
      return std::move(frame).value();
    }
  }
  std::cerr << path << " is not a PPM of 8 bits\n";
  std::exit(2);
}

}  // namespace framewright::engine::bench
