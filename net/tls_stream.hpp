// One TCP connection under TLS with certificates on both sides. Unlike asio::ssl::stream it half-closes: each
// side may end its direction while the other still talks. It has no buffer of its own beyond one record of
// OpenSSL's, given back while the link idles.
//
// Threads   belongs to the io thread of its socket; one coroutine may read while another writes.
// Lifetime  whoever waits in a method keeps the stream alive; close() ends their waiting.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "net/link_identity.hpp"

struct ssl_st;

namespace framewright::net {

class TlsStream {
 public:
  template <class T>
  using Awaited = boost::asio::awaitable<engine::Result<T>>;

  /// `socket` is connected.
  TlsStream(boost::asio::ip::tcp::socket socket, std::shared_ptr<const LinkIdentity> identity);
  ~TlsStream();

  /// As who has dialled: the peer's certificate has to be for `host`, a DNS name or an IP address.
  ///
  /// Errors   Unauthenticated (with the reason), NotReady (the connection ended).
  Awaited<void> greet(const std::string& host);
  /// As who was called: the peer's certificate has to be for one of `names`; ".example.org" stands for every
  /// name below it; no names: any certificate of the authority.
  Awaited<void> answer(const std::vector<std::string>& names);

  /// At least one byte, or 0 when the peer has ended its direction.
  Awaited<std::size_t> read_some(std::span<std::uint8_t> into);
  Awaited<void> write(std::span<const std::uint8_t> bytes);
  /// Ends this direction; the peer reads to its end.
  Awaited<void> end_writing();

  void close() noexcept;
  boost::asio::ip::tcp::socket& socket() noexcept;

 private:
  struct Parts;
  template <class Call>
  Awaited<int> run(Call call);
  Awaited<void> shake_hands(int (*step)(ssl_st*));

  std::unique_ptr<Parts> parts_;
};

}  // namespace framewright::net
