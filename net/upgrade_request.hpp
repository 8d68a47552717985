// What a request for a WebSocket says, and the answer to one that does not become one (RFC 6455, section
// 4.2).
//
// Threads   pure functions.
#pragma once

#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string_view>

#include "engine/error.hpp"
#include "net/headers.hpp"
#include "net/websocket_acceptor.hpp"

namespace framewright::net {

struct UpgradeMistake {
  engine::Error error;
  int status = 400;
};

Headers headers_of(const UpgradeRequest& request);

/// What keeps the request from being a handshake; none where nothing does.
std::optional<UpgradeMistake> mistake_in(const UpgradeRequest& request);

/// Whether the client offers exactly this subprotocol: it would take no other spelling for an answer.
bool offers_subprotocol(const UpgradeRequest& request, std::string_view subprotocol);

/// A problem document, after which the connection is closed.
boost::beast::http::response<boost::beast::http::string_body> upgrade_refusal(const UpgradeMistake& mistake,
                                                                              const UpgradeRequest& request);

}  // namespace framewright::net
