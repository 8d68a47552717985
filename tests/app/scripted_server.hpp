// A ScriptedServer answers one connection after the other with the texts that it was given, and keeps what
// was asked.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace framewright::app {

class ScriptedServer {
 public:
  /// In place of an answer: the connection stays open and silent until the server ends.
  static constexpr const char* kSilence = "";

  explicit ScriptedServer(std::vector<std::string> answers);
  ~ScriptedServer();

  std::uint16_t port() const { return port_; }
  std::vector<std::string> requests() const;

 private:
  void serve();
  std::string read_request(int connection) const;

  // Given.
  const std::vector<std::string> answers_;
  // Owned.
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::vector<int> silent_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace framewright::app
