// The picture that codecs and whole jobs are measured with: 1920x1080, with the light noise of a camera,
// which is what codecs spend their time on.
//
// usage: make_photo OUT.jpg OUT.ppm [PHOTOGRAPH.jpg]
//
// Without a photograph it draws hills of blended noise. JPEG quality 80,
// 4:2:0; the PPM holds the same pixels before the JPEG.
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "kernels/resize.hpp"

namespace framewright::bench {
namespace {

constexpr int kWidth = 1920;
constexpr int kHeight = 1080;
constexpr int kNoise = 3;

struct Pixels {
  int width_px;
  int height_px;
  std::vector<std::uint8_t> bytes;

  Pixels(int width, int height)
      : width_px(width),
        height_px(height),
        bytes(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3) {}
  kernels::ImageView view() { return {bytes.data(), width_px, height_px, 3, width_px * 3}; }
};

void must(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "make_photo: %s failed\n", what);
  std::exit(1);
}

kernels::Scratch scratch() {
  alignas(kernels::kScratchAlignment) static std::byte bytes[16 << 20];
  return {bytes, sizeof bytes};
}

Pixels decode(const char* path) {
  std::ifstream file(path, std::ios::binary);
  must(file.good(), "opening the photograph");
  const std::vector<std::uint8_t> jpeg(std::istreambuf_iterator<char>(file), {});
  const tjhandle decoder = tjInitDecompress();
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
  must(tjDecompressHeader3(decoder, jpeg.data(), jpeg.size(), &width, &height, &subsampling, &colours) == 0,
       "reading the photograph");
  Pixels pixels(width, height);
  must(tjDecompress2(decoder, jpeg.data(), jpeg.size(), pixels.bytes.data(), width, 0, height, TJPF_RGB, 0) ==
           0,
       "decoding the photograph");
  tjDestroy(decoder);
  return pixels;
}

/// Octaves of coarse noise, each enlarged smoothly and half as strong as the one before.
Pixels draw_hills() {
  Pixels sum(kWidth, kHeight);
  std::fill(sum.bytes.begin(), sum.bytes.end(), std::uint8_t{0});
  std::mt19937 random(5);
  Pixels enlarged(kWidth, kHeight);
  int weight = 128;
  for (int cells = 4; cells <= 512; cells *= 2, weight /= 2) {
    Pixels coarse(cells * 2, cells);
    for (auto& byte : coarse.bytes) byte = static_cast<std::uint8_t>(random() >> 24);
    must(kernels::resize(coarse.view(), kernels::Interpolation::Bilinear, enlarged.view(), scratch()) ==
             kernels::Status::Ok,
         "drawing");
    for (std::size_t i = 0; i < sum.bytes.size(); ++i) {
      sum.bytes[i] = static_cast<std::uint8_t>(sum.bytes[i] + enlarged.bytes[i] * weight / 256);
    }
  }
  return sum;
}

Pixels to_size(Pixels photograph) {
  Pixels resized(kWidth, kHeight);
  must(kernels::resize(photograph.view(), kernels::Interpolation::Area, resized.view(), scratch()) ==
           kernels::Status::Ok,
       "resizing");
  return resized;
}

void add_noise(Pixels& pixels) {
  std::mt19937 random(7);
  for (std::size_t i = 0; i < pixels.bytes.size(); i += 3) {
    const int noise = static_cast<int>(random() % (2 * kNoise + 1)) - kNoise;
    for (std::size_t c = 0; c < 3; ++c) {
      pixels.bytes[i + c] = static_cast<std::uint8_t>(std::clamp(pixels.bytes[i + c] + noise, 0, 255));
    }
  }
}

void write_jpeg(const Pixels& pixels, const char* path) {
  const tjhandle encoder = tjInitCompress();
  std::uint8_t* bytes = nullptr;
  unsigned long size = 0;
  must(tjCompress2(encoder, pixels.bytes.data(), kWidth, 0, kHeight, TJPF_RGB, &bytes, &size, TJSAMP_420, 80,
                   TJFLAG_ACCURATEDCT) == 0,
       "encoding");
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  must(file.good(), "writing the JPEG");
  tjFree(bytes);
  tjDestroy(encoder);
}

void write_ppm(const Pixels& pixels, const char* path) {
  std::ofstream file(path, std::ios::binary);
  file << "P6\n" << kWidth << ' ' << kHeight << "\n255\n";
  file.write(reinterpret_cast<const char*>(pixels.bytes.data()),
             static_cast<std::streamsize>(pixels.bytes.size()));
  must(file.good(), "writing the PPM");
}

}  // namespace
}  // namespace framewright::bench

int main(int count, char** words) {
  using namespace framewright::bench;
  if (count != 3 && count != 4) {
    std::fprintf(stderr, "usage: make_photo OUT.jpg OUT.ppm [PHOTOGRAPH.jpg]\n");
    return 2;
  }
  Pixels pixels = count == 4 ? to_size(decode(words[3])) : draw_hills();
  add_noise(pixels);
  write_jpeg(pixels, words[1]);
  write_ppm(pixels, words[2]);
  return 0;
}
