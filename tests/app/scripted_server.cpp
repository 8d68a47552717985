#include "tests/app/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace framewright::app {

ScriptedServer::ScriptedServer(std::vector<std::string> answers) : answers_(std::move(answers)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    throw std::runtime_error("no port for the scripted server");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);  // Wakes accept().
  thread_.join();
  for (const int connection : silent_) ::close(connection);
  ::close(listener_);
}

std::vector<std::string> ScriptedServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void ScriptedServer::serve() {
  for (const auto& answer : answers_) {
    const int connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    auto request = read_request(connection);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
    }
    if (answer == kSilence) {
      silent_.push_back(connection);
      continue;
    }
    for (std::size_t sent = 0; sent < answer.size();) {
      const auto count = ::send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) break;
      sent += static_cast<std::size_t>(count);
    }
    ::close(connection);
  }
}

std::string ScriptedServer::read_request(int connection) const {
  std::string request;
  std::size_t expected = std::string::npos;
  std::array<char, 4096> buffer{};
  while (request.size() < expected) {
    const auto count = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    request.append(buffer.data(), static_cast<std::size_t>(count));
    const auto header_end = request.find("\r\n\r\n");
    if (header_end == std::string::npos) continue;
    const auto length = request.find("Content-Length: ");
    expected = header_end + 4 + (length < header_end ? std::stoul(request.substr(length + 16)) : 0);
  }
  return request;
}

}  // namespace framewright::app
