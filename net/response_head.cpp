#include "net/response_head.hpp"

#include <algorithm>
#include <ctime>

#include "engine/check.hpp"

namespace framewright::net {
namespace {

std::string_view reason_of(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 207: return "Multi-Status";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 499: return "Client Closed Request";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return status >= 500 ? "Internal Server Error" : "Unknown";
  }
}

/// The Date header, formatted once a second on each thread.
std::string_view http_date() {
  thread_local std::time_t formatted = 0;
  thread_local std::string text;
  const auto now = std::time(nullptr);
  if (now != formatted) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    char buffer[32];
    const auto size = std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    text.assign(buffer, size);
    formatted = now;
  }
  return text;
}

void append(std::string& head, std::string_view name, std::string_view value) {
  // A line break in a value would let whoever chose it write headers of its own.
  FW_CHECK(value.find_first_of("\r\n") == std::string_view::npos);
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string response_head(const Response& response, const HeadOptions& options) {
  std::string head;
  head.reserve(512);
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  head.append(reason_of(response.status)).append("\r\n");
  append(head, "Date", http_date());
  for (const auto& [name, value] : response.headers.fields()) append(head, name, value);
  append(head, "X-Content-Type-Options", "nosniff");
  if (options.framing == BodyFraming::Sized)
    append(head, "Content-Length", std::to_string(options.body_bytes));
  if (options.framing == BodyFraming::Chunked) append(head, "Transfer-Encoding", "chunked");
  if (!options.keep_alive) append(head, "Connection", "close");
  if (options.keep_alive && options.http_1_0) append(head, "Connection", "keep-alive");
  return head.append("\r\n");
}

}  // namespace framewright::net
