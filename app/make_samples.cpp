// make_samples FOLDER: draws the sample pictures into a folder. Run by the build.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "app/sample_pictures.hpp"
#include "engine/codec.hpp"

namespace framewright::app {
namespace {

engine::Result<void> write_file(const std::filesystem::path& path, std::span<const std::uint8_t> bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return engine::unexpected(engine::ErrorCode::Internal, path.string() + " cannot be written");
  return {};
}

engine::Result<void> make_sample(const SamplePicture& picture, const std::filesystem::path& folder,
                                 engine::FramePool& pool) {
  engine::Reservation none;
  auto frame = engine::lend_frame(picture.geometry, pool, none);
  if (!frame) return engine::unexpected(std::move(frame).error());
  picture.draw(frame->view());
  engine::Encoder encoder(pool);
  const auto encoded = encoder.encode(std::move(frame).value(), picture.encoding, picture.quality, none);
  if (!encoded) return engine::unexpected(encoded.error());
  return write_file(folder / picture.file_name, encoded->payload());
}

int make_samples(const std::filesystem::path& folder) {
  engine::FrameBudget budget(std::uint64_t{256} << 20);
  engine::FramePool pool(budget);
  for (const auto& picture : sample_pictures()) {
    if (const auto made = make_sample(picture, folder, pool); !made) {
      std::fprintf(stderr, "make_samples: %s\n", made.error().detail.c_str());
      return 1;
    }
  }
  return 0;
}

}  // namespace
}  // namespace framewright::app

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: make_samples FOLDER\n");
    return 2;
  }
  return framewright::app::make_samples(argv[1]);
}
