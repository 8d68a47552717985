#include "app/node_commands.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "app/console.hpp"
#include "app/rest_client.hpp"

namespace framewright::app {
namespace {

using engine::Result;
using nlohmann::json;

constexpr std::chrono::seconds kWatchInterval{1};
constexpr std::chrono::milliseconds kWaitInterval{200};
/// Cursor to the upper left corner, and everything behind it wiped (ECMA-48, CUP and ED).
constexpr const char* kCleanScreen = "\x1b[H\x1b[J";

int fail(const engine::Error& error, int exit_status = kFailure) {
  complain(error);
  return exit_status;
}

engine::Unexpected not_understood() {
  return engine::unexpected(engine::ErrorCode::Internal,
                            "the server's answer does not describe nodes: is it a framewright server?");
}

Result<json> document_of(const Result<HttpAnswer>& answer) {
  if (!answer) return engine::unexpected(answer.error());
  auto document = json::parse(answer->body, nullptr, false);
  if (document.is_discarded()) return not_understood();
  return document;
}

std::string joined(const json& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ",") + text.get<std::string>();
  return all.empty() ? "-" : all;
}

std::vector<std::string> row_of(const json& node) {
  const auto text = [&](const char* key) { return node.at(key).get<std::string>(); };
  const auto count = [&](const char* key) { return std::to_string(node.at(key).get<std::uint64_t>()); };
  const auto state = text("state");
  const auto breaker = text("breaker");
  return {text("id"),
          text("role"),
          breaker == "closed" ? state : state + ", breaker " + breaker,
          text("address"),
          joined(node.at("accelerators")),
          count("workers"),
          fmt::format("{:.2f}", node.at("load").get<double>()),
          count("frames_held"),
          count("frames_answered"),
          count("frames_given_back"),
          text("last_seen_at")};
}

Result<std::string> shown(const Result<HttpAnswer>& answer, bool as_json) {
  const auto document = document_of(answer);
  if (!document) return engine::unexpected(document.error());
  if (as_json) return document->dump(2, ' ', false, json::error_handler_t::replace) + "\n";
  try {
    std::vector<std::vector<std::string>> rows = {{"ID", "ROLE", "STATE", "ADDRESS", "ACCELERATORS",
                                                   "WORKERS", "LOAD", "HELD", "ANSWERED", "GIVEN BACK",
                                                   "LAST SEEN"}};
    for (const auto& node : document->at("nodes")) rows.push_back(row_of(node));
    return table(rows);
  } catch (const json::exception&) {
    return not_understood();
  }
}

int list(RestClient& client, const NodesCommand& command) {
  const bool in_place = command.watch && !command.server.json && ::isatty(STDOUT_FILENO) == 1;
  while (true) {
    const auto text = shown(client.get("/api/v1/cluster"), command.server.json);
    if (!text) return fail(text.error());
    const int status = print((in_place ? kCleanScreen : "") + *text);
    if (!command.watch || status != kSuccess) return status;
    std::this_thread::sleep_for(kWatchInterval);
  }
}

Result<bool> is_there(RestClient& client, const std::string& id) {
  const auto document = document_of(client.get("/api/v1/cluster"));
  if (!document) return engine::unexpected(document.error());
  try {
    const auto& nodes = document->at("nodes");
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](const json& node) { return node.at("id").get<std::string>() == id; });
  } catch (const json::exception&) {
    return not_understood();
  }
}

int drain(RestClient& client, const NodesCommand& command) {
  const auto answer = client.post("/api/v1/cluster/nodes/" + percent_encoded(command.id) + "/drain",
                                  "application/json", "{}");
  const auto document = document_of(answer);
  if (!document) return fail(document.error());
  while (command.wait) {
    const auto there = is_there(client, command.id);
    if (!there) return fail(there.error());
    if (!*there) break;
    std::this_thread::sleep_for(kWaitInterval);
  }
  if (command.server.json) return print(document->dump(2, ' ', false, json::error_handler_t::replace) + "\n");
  return print("node " + command.id + (command.wait ? " has left\n" : " drains\n"));
}

}  // namespace

int run_nodes(const NodesCommand& command) {
  auto address = ServerAddress::parse(command.server.url);
  if (!address) return fail(address.error(), kWrongUsage);
  RestClient client(std::move(*address));
  switch (command.action) {
    case NodesCommand::Action::List: break;
    case NodesCommand::Action::Drain: return drain(client, command);
  }
  return list(client, command);
}

}  // namespace framewright::app
