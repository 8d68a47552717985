#include "app/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/files.hpp"
#include "engine/codec.hpp"
#include "tests/engine/picture_maker.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::app {
namespace {

using engine::ImageEncoding;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class Explain : public ::testing::Test {
 protected:
  /// A picture as the encoder writes it: of colours, a JPEG has chroma of half size.
  std::string encoded(ImageEncoding encoding, const engine::Geometry& geometry) {
    engine::Reservation none;
    const auto frame =
        engine::Encoder(pool_).encode(engine::random_frame(geometry, pool_), encoding, 80, none);
    const auto bytes = frame->payload();
    return {bytes.begin(), bytes.end()};
  }
  void add_input(const std::string& name, const std::string& bytes) {
    ASSERT_TRUE(write_file(folder_.path() / name, bytes).has_value());
    command_.inputs.push_back(folder_.path() / name);
  }
  std::string lines(const std::string& pipeline) {
    command_.picture.pipeline = pipeline;
    const auto plan = plan_process(command_, config::Settings{});
    EXPECT_TRUE(plan.has_value()) << pipeline;
    const auto text = explain(*plan, known_choice({}));
    EXPECT_TRUE(text.has_value()) << pipeline;
    return text ? *text : "";
  }

  engine::TemporaryFolder folder_;
  engine::FrameBudget budget_{8 << 20};
  engine::FramePool pool_{budget_};
  ProcessCommand command_;
};

TEST_F(Explain, NamesTheStepsAndWhatIsSpecialAboutThem) {
  add_input("a.png", encoded(ImageEncoding::Png, {64, 48, 3}));
  const auto text = lines("gaussian_blur|invert|gamma:gamma=2|posterize|posterize|invert|invert");
  EXPECT_THAT(text, HasSubstr("pipeline  gaussian_blur:kernel_size=5,"));
  EXPECT_THAT(text, HasSubstr("step 1    gaussian_blur\n"));
  EXPECT_THAT(text, HasSubstr("step 2    invert+gamma+posterize+posterize+invert+invert\n"));
  EXPECT_THAT(text, HasSubstr("because   from JPEG to JPEG on the CPU each strip is decoded"));
  EXPECT_THAT(text, HasSubstr("are one step: each looks up every value in a table"));
  EXPECT_THAT(lines(""), AllOf(HasSubstr("pipeline  (empty)\n"), HasSubstr("because   no step: ")));
  EXPECT_THAT(lines("invert|invert"),
              HasSubstr("because   invert+invert changes no value and is left out\n"));
  EXPECT_THAT(lines("invert"), HasSubstr("because   invert runs in place: no second buffer\n"));
  EXPECT_THAT(lines("resize:width=8"), HasSubstr("because   where little enough is asked of a JPEG"));
  EXPECT_THAT(lines("median_blur"), Not(HasSubstr("because")));
}

TEST_F(Explain, SaysWhereAJpegGoesAndWhy) {
  add_input("a.jpg", encoded(ImageEncoding::Jpeg, {64, 48, 3}));
  EXPECT_THAT(lines("invert"), HasSubstr("a.jpg, jpeg of 64x48\n"));
  EXPECT_THAT(lines(""), HasSubstr("jpeg goes by pass_through: nothing is asked of the picture"));
  EXPECT_THAT(lines("grayscale"), HasSubstr("jpeg goes by coefficients: a gray JPEG is the luma"));
  EXPECT_THAT(lines("grayscale|sobel"), HasSubstr("jpeg goes by luma: the answer depends on luma alone"));
  EXPECT_THAT(lines("box_blur"), HasSubstr("jpeg goes by planes: every filter does the same to each"));
  EXPECT_THAT(lines("sepia"), HasSubstr("jpeg goes by pixels: a filter makes something else of Y, Cb and"));
  EXPECT_THAT(lines("grayscale|threshold"), HasSubstr("jpeg goes by pixels: a filter has jumps"));
  EXPECT_THAT(lines("grayscale|sharpen|sharpen"),
              HasSubstr("jpeg goes by pixels: several filters make more"));
  EXPECT_THAT(
      lines("resize:width=32"),
      AllOf(HasSubstr("jpeg goes by planes: "),
            HasSubstr("; of 64x48 so little is asked by the first resize that the JPEG is decoded at 1/2")));
  command_.picture.exactness = "exact";
  EXPECT_THAT(lines("grayscale"), HasSubstr("jpeg goes by pixels: exactness is exact"));
}

TEST_F(Explain, GoesByTheHeaderAndNotByTheUsualJpeg) {
  add_input("gray.jpg", encoded(ImageEncoding::Jpeg, {63, 48, 1}));
  EXPECT_THAT(lines("box_blur"), HasSubstr("jpeg goes by pixels: the input has no planes of YCbCr"));
  command_.inputs.clear();
  add_input("odd.jpg", encoded(ImageEncoding::Jpeg, {63, 48, 3}));
  EXPECT_THAT(lines("flip"), HasSubstr("jpeg goes by pixels: chroma of half size would come to lie"));
}

TEST_F(Explain, SaysWhereOtherFormatsGoAndWhy) {
  add_input("a.png", encoded(ImageEncoding::Png, {64, 48, 4}));
  EXPECT_THAT(lines("box_blur"), HasSubstr("png goes by pixels: the input has lost nothing"));
  EXPECT_THAT(lines(""), HasSubstr("png goes by pass_through: "));
  EXPECT_THAT(lines("invert"), HasSubstr("auto runs 64x48 pixels to png on cpu: no device is in service"));
  command_.picture.format = "webp";
  EXPECT_THAT(lines("invert"), HasSubstr("auto runs 64x48 pixels to webp on cpu"));
  command_ = {};
  add_input("a.webp", encoded(ImageEncoding::Webp, {64, 48, 3}));
  EXPECT_THAT(lines("box_blur"),
              HasSubstr("webp goes by pixels: the input has no planes of YCbCr to stay in"));
  EXPECT_THAT(lines("grayscale"), Not(HasSubstr("jpeg goes by")));
}

TEST_F(Explain, SaysThatThePictureWouldBeRefused) {
  add_input("a.png", encoded(ImageEncoding::Png, {64, 48, 3}));
  EXPECT_THAT(lines("invert|crop:x=60,width=8,height=8"),
              HasSubstr("it would be refused: pipeline[1].crop: x and width reach from 60 to 68 px"));
}

TEST_F(Explain, TakesTheFirstOfSeveralPictures) {
  add_input("b.png", encoded(ImageEncoding::Png, {5, 4, 3}));
  add_input("a.png", encoded(ImageEncoding::Png, {64, 48, 3}));
  EXPECT_THAT(lines("invert"), HasSubstr("b.png, png of 5x4\n"));
}

TEST_F(Explain, TakesPicturesAsMostAreWhereTheFirstCannotBeRead) {
  add_input("bad.jpg", "no picture at all");
  const auto text = lines("resize:width=960");
  EXPECT_THAT(text, HasSubstr("picture   as most are, not the first: "));
  EXPECT_THAT(text, HasSubstr("bad.jpg: "));
  EXPECT_THAT(text, HasSubstr("jpeg goes by planes: "));
  EXPECT_THAT(text, HasSubstr("of 1920x1080 so little is asked by the first resize"));
  EXPECT_THAT(text, HasSubstr("png goes by pixels: the input has lost nothing"));
  EXPECT_THAT(text, HasSubstr("webp goes by pixels: "));
  EXPECT_THAT(text, HasSubstr("auto runs 256x256 pixels to jpeg on "));
}

}  // namespace
}  // namespace framewright::app
