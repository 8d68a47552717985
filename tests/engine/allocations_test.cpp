// What the codecs ask of the heap: this program counts every allocation, those of C libraries included.
#include <gtest/gtest.h>
#include <malloc.h>

#include <cerrno>

#include "engine/webp_codec.hpp"
#include "tests/engine/codec_fixture.hpp"
#include "tests/engine/scenes.hpp"

namespace {

/// Of the thread that runs the tests; nobody else allocates.
struct Heap {
  std::size_t allocations = 0;
  std::size_t used_bytes = 0;  ///< since the count began, and so perhaps less than nothing
  std::size_t most_bytes = 0;
};
Heap heap;

void* count(void* made) noexcept {
  if (made == nullptr) return made;
  ++heap.allocations;
  heap.used_bytes += malloc_usable_size(made);
  if (static_cast<std::ptrdiff_t>(heap.used_bytes) > static_cast<std::ptrdiff_t>(heap.most_bytes))
    heap.most_bytes = heap.used_bytes;
  return made;
}

void forget(void* gone) noexcept {
  if (gone != nullptr) heap.used_bytes -= malloc_usable_size(gone);
}

}  // namespace

// The program's functions take the place of those of the C library for all libraries that it is linked with.
extern "C" {
void* __libc_malloc(std::size_t) noexcept;
void* __libc_calloc(std::size_t, std::size_t) noexcept;
void* __libc_realloc(void*, std::size_t) noexcept;
void* __libc_memalign(std::size_t, std::size_t) noexcept;
void __libc_free(void*) noexcept;

void* malloc(std::size_t bytes) noexcept { return count(__libc_malloc(bytes)); }
void* calloc(std::size_t number, std::size_t bytes) noexcept { return count(__libc_calloc(number, bytes)); }
void* realloc(void* old, std::size_t bytes) noexcept {
  forget(old);
  return count(__libc_realloc(old, bytes));
}
void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
  return count(__libc_memalign(alignment, bytes));
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  return count(__libc_memalign(alignment, bytes));
}
int posix_memalign(void** made, std::size_t alignment, std::size_t bytes) noexcept {
  *made = count(__libc_memalign(alignment, bytes));
  return *made == nullptr ? ENOMEM : 0;
}
void free(void* gone) noexcept {
  forget(gone);
  __libc_free(gone);
}
}

namespace framewright::engine {
namespace {

template <class Work>
Heap heap_of(const Work& work) {
  heap = {};
  work();
  return heap;
}

class Allocations : public CodecFixture {
 protected:
  pictures::Bytes file_of(ImageEncoding format, int quality = 80) {
    const auto encoded = encode(pixels_, format, quality);
    return {encoded->payload().begin(), encoded->payload().end()};
  }
  std::size_t of_decoding(const pictures::Bytes& file) {
    const auto header = inspect(file, limits_).value();
    return heap_of([&] {
             Reservation none;
             EXPECT_TRUE(decoder_.decode(file, header, none));
           })
        .allocations;
  }
  std::size_t of_encoding(ImageEncoding format, int quality) {
    auto frame = pictures::frame(pool_, pixels_);
    return heap_of([&] {
             Reservation none;
             EXPECT_TRUE(encoder_.encode(std::move(frame), format, quality, none));
           })
        .allocations;
  }

  const pictures::Pixels pixels_ = pictures::photograph({320, 240, 3});
};

TEST_F(Allocations, AreCountedInLibraries) {
  const auto file = file_of(ImageEncoding::Webp);
  EXPECT_GT(of_decoding(file), 0u);
  EXPECT_GT(of_encoding(ImageEncoding::Webp, 80), 0u);
}

TEST_F(Allocations, AreNoneForTheSecondPngThatIsRead) {
  for (const int quality : {80, 81}) {
    const auto file = file_of(ImageEncoding::Png, quality);
    of_decoding(file);
    EXPECT_EQ(of_decoding(file), 0u);
  }
}

TEST_F(Allocations, AreNoneForTheSecondPngThatIsWrittenFast) {
  of_encoding(ImageEncoding::Png, 80);
  EXPECT_EQ(of_encoding(ImageEncoding::Png, 80), 0u);
}

/// A compressor for that level is a megabyte, and kept by nobody who writes fast.
TEST_F(Allocations, AreOneCompressorForEachPngThatIsWrittenSmall) {
  of_encoding(ImageEncoding::Png, 81);
  EXPECT_EQ(of_encoding(ImageEncoding::Png, 81), 1u);
}

TEST_F(Allocations, OfWebpTakeNoMoreThanIsReservedForAnyMethod) {
  for (const Geometry size : {Geometry{1, 1, 0}, {17, 120, 0}, {2000, 1, 0}, {1, 2000, 0}, {320, 240, 0}}) {
    for (const int channels : {1, 3, 4}) {
      const Geometry geometry{size.width_px, size.height_px, channels};
      const auto noise = pictures::noise(geometry);
      pictures::Bytes out(static_cast<std::size_t>(worst_webp_bytes(geometry)));
      const kernels::ConstImageView view{noise.bytes.data(), geometry.width_px, geometry.height_px, channels,
                                         geometry.width_px * channels};
      for (int method = 0; method <= static_cast<int>(WebpMethod::Smallest); ++method) {
        SCOPED_TRACE(testing::Message() << geometry.width_px << "x" << geometry.height_px << "x" << channels
                                        << ", method " << method);
        const WebpEffort effort{.quality = 100, .method = static_cast<WebpMethod>(method)};
        const auto taken = heap_of([&] { EXPECT_TRUE(encode_webp(view, effort, out)); });
        EXPECT_LE(taken.most_bytes, webp_encoder_bytes(geometry, effort.method));
      }
    }
  }
}

}  // namespace
}  // namespace framewright::engine
