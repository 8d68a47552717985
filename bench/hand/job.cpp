#include "bench/hand/job.hpp"

namespace framewright::bench {

std::unique_ptr<Job> make_job(std::string_view name, const Bytes& jpeg) {
  if (name == "gauss_strips") return make_strip_job(jpeg);
  if (name == "gray") return make_gray_job(jpeg);
  if (auto job = make_rgb_job(name, jpeg)) return job;
  return make_plane_job(name, jpeg);
}

Size size_of(tjhandle decoder, const Bytes& jpeg) {
  Size size;
  int subsampling = 0;
  int colours = 0;
  must(tjDecompressHeader3(decoder, jpeg.data(), jpeg.size(), &size.width_px, &size.height_px, &subsampling,
                           &colours) == 0,
       "reading the header");
  must(subsampling == TJSAMP_420, "finding chroma of half the size");
  return size;
}

}  // namespace framewright::bench
