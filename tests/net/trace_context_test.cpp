#include "net/trace_context.hpp"

#include <gtest/gtest.h>

namespace framewright::net {
namespace {

constexpr const char* kParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

Headers with(std::string name, std::string value) {
  Headers headers;
  headers.add(std::move(name), std::move(value));
  return headers;
}

TEST(TraceContext, GoesOnWithTheCallersTrace) {
  auto headers = with("Traceparent", kParent);
  headers.add("tracestate", "vendor=1");
  headers.add("baggage", "user=7");
  const auto context = read_trace_context(headers);
  EXPECT_EQ(context.trace_id, "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(context.parent_span_id, "b7ad6b7169203331");
  EXPECT_TRUE(context.sampled);
  EXPECT_EQ(context.tracestate, "vendor=1");
  EXPECT_EQ(context.baggage, "user=7");
  EXPECT_EQ(context.traceparent(), "00-" + context.trace_id + "-" + context.span_id + "-01");
}

TEST(TraceContext, BeginsATraceWhereTheCallersIsMalformed) {
  for (const std::string text : {"", "00", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                                 "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                                 "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                                 "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                                 "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                                 "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x"}) {
    auto headers = with("traceparent", text);
    headers.add("tracestate", "vendor=1");
    const auto context = read_trace_context(headers);
    EXPECT_EQ(context.trace_id.size(), 32u) << text;
    EXPECT_NE(context.trace_id, "0af7651916cd43dd8448eb211c80319c") << text;
    EXPECT_EQ(context.parent_span_id, "") << text;
    EXPECT_EQ(context.tracestate, "") << text;
  }
}

TEST(TraceContext, TakesWhatALaterVersionAdds) {
  const auto context =
      read_trace_context(with("traceparent", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-more"));
  EXPECT_EQ(context.parent_span_id, "b7ad6b7169203331");
  EXPECT_FALSE(context.sampled);
}

TEST(RequestId, IsTheClientsWhenItIsSane) {
  EXPECT_EQ(read_request_id(with("x-request-id", "a-B_1.2:3")), "a-B_1.2:3");
  EXPECT_EQ(read_request_id(with("x-request-id", "line\tbreak")).size(), 32u);
  EXPECT_EQ(read_request_id(with("x-request-id", std::string(129, 'a'))).size(), 32u);
  EXPECT_NE(read_request_id({}), read_request_id({}));
}

}  // namespace
}  // namespace framewright::net
