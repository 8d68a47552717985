#include "engine/file_name.hpp"

#include <gtest/gtest.h>

namespace framewright::engine {
namespace {

using namespace std::string_view_literals;

std::string safe(std::string_view name) { return safe_file_name(name, "image"); }

TEST(SafeFileName, KeepsAnOrdinaryName) {
  EXPECT_EQ(safe("holiday in Oslo (2).png"), "holiday in Oslo (2).png");
  EXPECT_EQ(safe("страница.jpg"), "страница.jpg");
  EXPECT_EQ(safe("猫.webp"), "猫.webp");
  EXPECT_EQ(safe("😀.png"), "😀.png");
}

TEST(SafeFileName, KeepsOnlyTheLastPartOfAPath) {
  EXPECT_EQ(safe("../../etc/passwd"), "passwd");
  EXPECT_EQ(safe("C:\\Users\\me\\cat.png"), "cat.png");
  EXPECT_EQ(safe("/absolute.png"), "absolute.png");
}

TEST(SafeFileName, FallsBackWhenNothingIsLeft) {
  for (const std::string_view name : {""sv, "."sv, ".."sv, "../"sv, " . "sv, "a/"sv, "\0"sv, "\n\r"sv}) {
    EXPECT_EQ(safe(name), "image") << name;
  }
}

TEST(SafeFileName, DropsControlCharacters) {
  EXPECT_EQ(safe("a\0b.png"sv), "ab.png");
  EXPECT_EQ(safe("a\r\nSet-Cookie b.png"), "aSet-Cookie b.png");
  EXPECT_EQ(safe("a\x7f\xc2\x85.png"), "a.png");
}

TEST(SafeFileName, DropsCharactersThatTurnTheReadingDirection) {
  EXPECT_EQ(safe("cat\xE2\x80\xAEgnp.exe"), "catgnp.exe");
  EXPECT_EQ(safe("\xEF\xBB\xBFname.png"), "name.png");
}

TEST(SafeFileName, ReplacesWhatSystemsReserve) {
  EXPECT_EQ(safe("a<b>c:d\"e|f?g*.png"), "a_b_c_d_e_f_g_.png");
}

TEST(SafeFileName, DoesNotNameADevice) {
  EXPECT_EQ(safe("CON"), "_CON");
  EXPECT_EQ(safe("con.png"), "_con.png");
  EXPECT_EQ(safe("LPT9.jpeg"), "_LPT9.jpeg");
  EXPECT_EQ(safe("nul .png"), "_nul .png");
  EXPECT_EQ(safe("console.png"), "console.png");
  EXPECT_EQ(safe("COM0.png"), "COM0.png");
}

TEST(SafeFileName, IsNotHiddenAndEndsVisibly) {
  EXPECT_EQ(safe(".htaccess"), "htaccess");
  EXPECT_EQ(safe("...cat.png. ."), "cat.png");
}

TEST(SafeFileName, ShortensALongNameAndKeepsItsExtension) {
  EXPECT_EQ(safe(std::string(300, 'x') + ".png"), std::string(116, 'x') + ".png");
  EXPECT_EQ(safe(std::string(300, 'x')), std::string(120, 'x'));
}

TEST(SafeFileName, CutsBetweenCharacters) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "猫";
  const std::string result = safe(name + ".png");
  EXPECT_EQ(result.size(), 38U * 3 + 4);
  EXPECT_TRUE(result.ends_with("猫.png"));
}

TEST(SafeFileName, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(safe("a\xff.png"), "a_.png");
  EXPECT_EQ(safe("a\xc3"), "a_");                       // cut off
  EXPECT_EQ(safe("\xc0\xaf.png"), "__.png");            // an overlong slash
  EXPECT_EQ(safe("\xed\xa0\x80.png"), "___.png");       // a surrogate
  EXPECT_EQ(safe("\xf4\x90\x80\x80.png"), "____.png");  // beyond the last character
}

}  // namespace
}  // namespace framewright::engine
