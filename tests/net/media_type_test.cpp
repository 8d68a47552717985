#include "net/media_type.hpp"

#include <gtest/gtest.h>

namespace framewright::net {
namespace {

TEST(MediaType, TakesTypeAndParameters) {
  const auto media = parse_media_type(" Multipart/Form-Data ; charset=utf-8;Boundary=\"a;b\\\"c\"; x = 1 ");
  EXPECT_EQ(media.type, "multipart/form-data");
  ASSERT_NE(media.parameter("boundary"), nullptr);
  EXPECT_EQ(*media.parameter("boundary"), "a;b\"c");
  EXPECT_EQ(*media.parameter("charset"), "utf-8");
  EXPECT_EQ(*media.parameter("x"), "1");
  EXPECT_EQ(media.parameter("y"), nullptr);
}

TEST(MediaType, TakesWhatItCanOfSomethingMalformed) {
  EXPECT_EQ(parse_media_type("").type, "");
  EXPECT_EQ(parse_media_type("image/png;;;").type, "image/png");
  EXPECT_EQ(parse_media_type("a/b; x=\"open").parameter("x"), nullptr);
}

}  // namespace
}  // namespace framewright::net
