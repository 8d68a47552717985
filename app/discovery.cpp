#include "app/discovery.hpp"

#include <netdb.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

namespace framewright::app {
namespace {

using actors::GatewayName;
using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

constexpr std::chrono::seconds kConsulSilence{5};

std::string address_of(const std::string& host, const std::string& port) {
  const bool is_v6 = host.find(':') != std::string::npos;
  return (is_v6 ? "[" + host + "]" : host) + ":" + port;
}

/// All addresses of a host as numbers.
Result<std::vector<std::string>> resolve(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failed = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); failed != 0) {
    return unexpected(ErrorCode::NotReady, host + ": " + ::gai_strerror(failed));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all{found, ::freeaddrinfo};
  std::vector<std::string> addresses;
  for (const auto* one = found; one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) !=
        0) {
      continue;
    }
    addresses.emplace_back(text.data());
  }
  return addresses;
}

std::string text_in(const nlohmann::json& object, const char* part, const char* key) {
  const auto found = object.find(part);
  if (found == object.end() || !found->is_object()) return {};
  const auto value = found->find(key);
  return value != found->end() && value->is_string() ? value->get<std::string>() : std::string{};
}

std::optional<GatewayName> gateway_in(const nlohmann::json& entry) {
  if (!entry.is_object() || !entry.contains("Service") || !entry["Service"].is_object()) return std::nullopt;
  // A service without an address of its own is at its node's.
  auto host = text_in(entry, "Service", "Address");
  if (host.empty()) host = text_in(entry, "Node", "Address");
  const auto port = entry["Service"].find("Port");
  if (host.empty() || port == entry["Service"].end() || !port->is_number_integer()) return std::nullopt;
  const auto number = port->get<std::int64_t>();
  if (number < 1 || number > 65535) return std::nullopt;
  return GatewayName{.address = address_of(host, std::to_string(number)), .lasting = false};
}

}  // namespace

GatewaySource dns_source(std::vector<std::string> hosts) {
  return [hosts = std::move(hosts)]() -> Result<std::vector<GatewayName>> {
    std::vector<GatewayName> gateways;
    Result<void> last_failure;
    for (const auto& text : hosts) {
      const auto colon = text.rfind(':');  // The settings were checked: a host, a colon and a port.
      const auto host = text.substr(0, colon);
      const auto addresses = resolve(host);
      if (!addresses) {
        last_failure = unexpected(addresses.error());
        continue;
      }
      for (const auto& address : *addresses) {
        gateways.push_back({address_of(address, text.substr(colon + 1)), host, false});
      }
    }
    if (gateways.empty() && !last_failure) return unexpected(last_failure.error());
    return gateways;
  };
}

Result<std::vector<GatewayName>> gateways_in_catalogue(std::string_view json) {
  const auto entries = nlohmann::json::parse(json, nullptr, false);
  if (!entries.is_array()) return unexpected(ErrorCode::Internal, "Consul's answer is no list of services");
  std::vector<GatewayName> gateways;
  for (const auto& entry : entries) {
    if (auto gateway = gateway_in(entry)) gateways.push_back(std::move(*gateway));
  }
  return gateways;
}

GatewaySource consul_source(ServerAddress consul, const std::string& service) {
  const auto target = "/v1/health/service/" + percent_encoded(service) + "?passing=true";
  return [consul = std::move(consul), target]() -> Result<std::vector<GatewayName>> {
    auto answer = RestClient(consul, kConsulSilence).get(target);
    if (!answer) return unexpected(std::move(answer).error());
    return gateways_in_catalogue(answer->body);
  };
}

Result<GatewaySource> source_of(const config::ClusterSettings& cluster) {
  if (cluster.discovery == "static") return GatewaySource{};
  if (cluster.discovery == "dns") return dns_source(cluster.join);
  auto consul = ServerAddress::parse(cluster.consul.url, "cluster.consul.url");
  if (!consul) return unexpected(std::move(consul).error());
  return consul_source(std::move(*consul), cluster.consul.service);
}

struct Discovery::State {
  // Given.
  const GatewaySource source;
  const std::function<void(const GatewayName&)> join;
  const std::function<bool()> joined;
  const Pace pace;
  // Owned.
  std::mutex mutex = {};
  std::condition_variable changed = {};
  bool over = false;  ///< then `join` and `joined` may not be called any more
};

Discovery::Discovery(GatewaySource source, std::function<void(const GatewayName&)> join,
                     std::function<bool()> joined, Pace pace)
    : state_(new State{std::move(source), std::move(join), std::move(joined), pace}) {
  std::thread([state = state_] { run(state); }).detach();
}

Discovery::~Discovery() {
  const std::lock_guard lock(state_->mutex);
  state_->over = true;
  state_->changed.notify_all();
}

void Discovery::run(const std::shared_ptr<State>& state) {
  auto pause = state->pace.first;
  std::string last_trouble;
  std::unique_lock lock(state->mutex);
  while (!state->over) {
    lock.unlock();
    const auto found = state->source();
    lock.lock();
    if (state->over) return;
    const auto trouble = found ? std::string{} : found.error().detail;
    if (std::exchange(last_trouble, trouble) != trouble && !found) {
      spdlog::warn("no gateway is found: {}; trying again", trouble);
    }
    if (found) std::for_each(found->begin(), found->end(), state->join);
    const bool joined = state->joined();
    state->changed.wait_for(lock, joined ? state->pace.joined : pause, [&] { return state->over; });
    pause = joined ? state->pace.first : std::min(2 * pause, state->pace.longest);
  }
}

}  // namespace framewright::app
