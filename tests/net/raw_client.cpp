#include "tests/net/raw_client.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cctype>

namespace framewright::net {

namespace asio = boost::asio;

struct RawClient::Socket {
  asio::io_context context;
  asio::ip::tcp::socket tcp{context};
};

RawClient::RawClient(RawClient&&) noexcept = default;
RawClient::~RawClient() = default;

RawClient::RawClient(int port) : socket_(std::make_unique<Socket>()) {
  socket_->tcp.connect({asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(port)});
  socket_->tcp.set_option(asio::ip::tcp::no_delay(true));
}

bool RawClient::send(std::string_view bytes) {
  boost::system::error_code failed;
  asio::write(socket_->tcp, asio::buffer(bytes.data(), bytes.size()), failed);
  return !failed;
}

RawResponse RawClient::ask(std::string_view bytes) {
  send(bytes);
  return read();
}

bool RawClient::fill() {
  std::array<char, 65536> piece;
  boost::system::error_code failed;
  const auto count = socket_->tcp.read_some(asio::buffer(piece), failed);
  buffer_.append(piece.data(), count);
  return !failed;
}

std::string RawClient::read_head() {
  auto end = buffer_.find("\r\n\r\n");
  while (end == std::string::npos) {
    if (!fill()) return std::exchange(buffer_, {});
    end = buffer_.find("\r\n\r\n");
  }
  auto head = buffer_.substr(0, end + 4);
  buffer_.erase(0, end + 4);
  return head;
}

std::string RawClient::read_bytes(std::size_t count) {
  while (buffer_.size() < count && fill()) {
  }
  auto bytes = buffer_.substr(0, count);
  buffer_.erase(0, bytes.size());
  return bytes;
}

std::string RawClient::read_line() {
  auto end = buffer_.find('\n');
  while (end == std::string::npos && fill()) end = buffer_.find('\n');
  const auto size = end == std::string::npos ? buffer_.size() : end + 1;
  return read_bytes(size);
}

std::string RawClient::read_chunked() {
  std::string body;
  while (true) {
    const auto line = read_line();
    if (line.empty()) return body;
    const auto size = std::stoul(line, nullptr, 16);
    body += read_bytes(size);
    read_line();
    if (size == 0) return body;
  }
}

RawResponse RawClient::read(bool head_only) {
  RawResponse response;
  const auto head = read_head();
  if (!head.starts_with("HTTP/1.1 ")) return response;
  response.status = std::stoi(head.substr(9, 3));
  auto at = head.find("\r\n") + 2;
  while (at + 2 < head.size()) {
    const auto end = head.find("\r\n", at);
    const auto colon = head.find(": ", at);
    auto name = head.substr(at, colon - at);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto& value = response.headers[name];
    value += (value.empty() ? "" : ", ") + head.substr(colon + 2, end - colon - 2);
    at = end + 2;
  }
  if (head_only || response.status == 204 || response.status == 304 || response.status == 100)
    return response;
  if (response.headers.contains("transfer-encoding")) {
    response.body = read_chunked();
  } else if (response.headers.contains("content-length")) {
    response.body = read_bytes(std::stoul(response.headers["content-length"]));
  }
  return response;
}

bool RawClient::closed() {
  while (buffer_.empty() && fill()) {
  }
  return buffer_.empty();
}

void RawClient::shutdown_send() { socket_->tcp.shutdown(asio::socket_base::shutdown_send); }
void RawClient::close() { socket_->tcp.close(); }

std::string request_text(std::string_view method, std::string_view target, std::string_view body,
                         std::string_view extra) {
  std::string text;
  text.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n").append(extra);
  if (!body.empty() || method == "POST")
    text.append("Content-Length: " + std::to_string(body.size()) + "\r\n");
  return text.append("\r\n").append(body);
}

}  // namespace framewright::net
