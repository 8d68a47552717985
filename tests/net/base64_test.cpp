#include "net/base64.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace framewright::net {
namespace {

std::string encoded(std::string_view text) {
  std::string out;
  append_base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, out);
  return out;
}

std::optional<std::string> decoded(std::string_view text) {
  std::vector<std::uint8_t> out(base64_decoded_bytes(text).value_or(0));
  if (!decode_base64(text, out)) return std::nullopt;
  return std::string(out.begin(), out.end());
}

TEST(Base64, MatchesTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> vectors{{"", ""},
                                                                 {"f", "Zg=="},
                                                                 {"fo", "Zm8="},
                                                                 {"foo", "Zm9v"},
                                                                 {"foob", "Zm9vYg=="},
                                                                 {"fooba", "Zm9vYmE="},
                                                                 {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, text] : vectors) {
    EXPECT_EQ(encoded(plain), text);
    EXPECT_EQ(decoded(text), plain);
  }
}

TEST(Base64, ReadsBackEveryByte) {
  std::string every_byte;
  for (int i = 0; i < 256; ++i) every_byte.push_back(static_cast<char>(i));
  EXPECT_EQ(decoded(encoded(every_byte)), every_byte);
}

TEST(Base64, RefusesWhatIsNotBase64) {
  for (const std::string_view text :
       {"Zg=", "Z", "Zg", "Zm9v\n", "Zm 9", "Zm-_", "====", "Z===", "Zg==Zg==", "=Zg="}) {
    EXPECT_EQ(decoded(text), std::nullopt) << text;
  }
}

TEST(Base64, RefusesStrayBitsBehindTheLastByte) {
  EXPECT_EQ(decoded("Zh=="), std::nullopt);
  EXPECT_EQ(decoded("Zm9="), std::nullopt);
}

TEST(Base64, RefusesAnOutputThatIsTooSmall) {
  std::vector<std::uint8_t> out(2);
  EXPECT_FALSE(decode_base64("Zm9v", out));
}

}  // namespace
}  // namespace framewright::net
