#include "app/discovery.hpp"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

#include "tests/app/scripted_server.hpp"

namespace framewright::app {
namespace {

using namespace std::chrono_literals;
using actors::GatewayName;
using engine::ErrorCode;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> addresses_of(const std::vector<GatewayName>& gateways) {
  std::vector<std::string> addresses;
  for (const auto& gateway : gateways) addresses.push_back(gateway.address);
  return addresses;
}

TEST(DnsSource, NamesEveryAddressOfAHostAndThatItsCertificateIsForTheHost) {
  const auto found = dns_source({"localhost:4950"})();
  ASSERT_TRUE(found);
  EXPECT_THAT(addresses_of(*found), Contains("127.0.0.1:4950"));
  for (const auto& gateway : *found) {
    EXPECT_EQ(gateway.certificate, "localhost");
    EXPECT_FALSE(gateway.lasting);
  }
}

TEST(DnsSource, LetsNoHostWithoutAddressesCostTheOthers) {
  const auto found = dns_source({"no-such-host.invalid:4950", "127.0.0.7:4951"})();
  ASSERT_TRUE(found);
  EXPECT_THAT(addresses_of(*found), ElementsAre("127.0.0.7:4951"));
}

TEST(DnsSource, NamesAHostThatHasNoAddress) {
  const auto found = dns_source({"no-such-host.invalid:4950"})();
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().detail, HasSubstr("no-such-host.invalid"));
}

TEST(ConsulCatalogue, NamesServicesByTheirOwnAddressOrThatOfTheirNode) {
  const auto found = gateways_in_catalogue(R"([
    {"Node": {"Address": "10.0.0.1"}, "Service": {"Address": "10.0.0.9", "Port": 4950}},
    {"Node": {"Address": "10.0.0.2"}, "Service": {"Address": "", "Port": 4951}},
    {"Node": {"Address": "fd00::1"}, "Service": {"Port": 4952}}])");
  ASSERT_TRUE(found);
  EXPECT_THAT(addresses_of(*found), ElementsAre("10.0.0.9:4950", "10.0.0.2:4951", "[fd00::1]:4952"));
}

TEST(ConsulCatalogue, PassesOverWhatIsNoService) {
  const auto found = gateways_in_catalogue(R"([1, {}, {"Service": 7}, {"Service": {"Address": "a"}},
    {"Service": {"Address": "a", "Port": 70000}}, {"Service": {"Address": "a", "Port": "80"}},
    {"Node": 1, "Service": {"Address": 5, "Port": 80}}])");
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, IsEmpty());
}

TEST(ConsulCatalogue, RefusesWhatIsNoList) {
  for (const auto* text : {"", "{}", "null", "[", "<html>"})
    EXPECT_FALSE(gateways_in_catalogue(text)) << text;
}

std::string answer_with(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(ConsulSource, AsksForTheInstancesThatPass) {
  ScriptedServer consul({answer_with(R"([{"Service": {"Address": "10.0.0.9", "Port": 4950}}])")});
  config::ClusterSettings cluster;
  cluster.discovery = "consul";
  cluster.consul = {"http://127.0.0.1:" + std::to_string(consul.port()), "frame wright"};
  const auto source = source_of(cluster);
  ASSERT_TRUE(source);
  const auto found = (*source)();
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_THAT(addresses_of(*found), ElementsAre("10.0.0.9:4950"));
  EXPECT_THAT(consul.requests().at(0), HasSubstr("GET /v1/health/service/frame%20wright?passing=true "));
}

TEST(ConsulSource, SaysWhenConsulIsAway) {
  config::ClusterSettings cluster;
  cluster.discovery = "consul";
  cluster.consul.url = "http://127.0.0.1:1";
  EXPECT_THAT((*source_of(cluster))().error().detail, HasSubstr("127.0.0.1:1"));
  cluster.consul.url = "http://";
  EXPECT_EQ(source_of(cluster).error().code, ErrorCode::InvalidArgument);
}

TEST(Discovery, LooksAgainUntilAGatewayHasWelcomedThisProcess) {
  std::mutex mutex;
  std::condition_variable changed;
  int looks = 0;
  std::vector<std::string> joined;
  const GatewaySource source = [&]() -> engine::Result<std::vector<GatewayName>> {
    const std::lock_guard lock(mutex);
    if (++looks < 3) return engine::unexpected(ErrorCode::NotReady, "nobody knows");
    return std::vector<GatewayName>{{.address = "a:1"}};
  };
  const auto join = [&](const GatewayName& gateway) {
    const std::lock_guard lock(mutex);
    joined.push_back(gateway.address);
    changed.notify_all();
  };
  const Discovery::Pace pace{.first = 1ms, .longest = 4ms, .joined = 24h};
  const auto is_joined = [&] {
    const std::lock_guard lock(mutex);
    return !joined.empty();
  };
  {
    const Discovery discovery(source, join, is_joined, pace);
    std::unique_lock lock(mutex);
    EXPECT_TRUE(changed.wait_for(lock, 30s, [&] { return !joined.empty(); }));
  }
  EXPECT_THAT(joined, ElementsAre("a:1"));
  EXPECT_EQ(looks, 3);
}

}  // namespace
}  // namespace framewright::app
