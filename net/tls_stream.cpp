#include "net/tls_stream.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <sys/socket.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

#include "net/openssl_handles.hpp"

namespace framewright::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

namespace {

// OpenSSL's own BIO for sockets writes with write(), which raises SIGPIPE when the peer has gone.
int socket_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

bool try_again(ssize_t count) { return count < 0 && (errno == EAGAIN || errno == EINTR); }

int send_to_socket(BIO* bio, const char* bytes, int size_bytes) {
  BIO_clear_retry_flags(bio);
  const auto count = ::send(socket_of(bio), bytes, static_cast<std::size_t>(size_bytes), MSG_NOSIGNAL);
  if (try_again(count)) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

int receive_from_socket(BIO* bio, char* into, int size_bytes) {
  BIO_clear_retry_flags(bio);
  const auto count = ::recv(socket_of(bio), into, static_cast<std::size_t>(size_bytes), 0);
  if (try_again(count)) BIO_set_retry_read(bio);
  if (count == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(count);
}

long control_socket(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* make_socket_method() {
  auto* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without signals");
  FW_CHECK(method != nullptr);
  BIO_meth_set_write(method, send_to_socket);
  BIO_meth_set_read(method, receive_from_socket);
  BIO_meth_set_ctrl(method, control_socket);
  return method;
}

BIO* socket_bio(int socket) {
  static BIO_METHOD* const method = make_socket_method();
  auto* bio = BIO_new(method);
  FW_CHECK(bio != nullptr);
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  return bio;
}

/// Why a call of OpenSSL failed for good.
engine::Error reason_of(SSL* tls, int kind, int system_error) {
  const auto verified = SSL_get_verify_result(tls);
  if (verified == X509_V_ERR_HOSTNAME_MISMATCH || verified == X509_V_ERR_IP_ADDRESS_MISMATCH) {
    ERR_clear_error();
    return {ErrorCode::Unauthenticated, "the peer's certificate is for another name"};
  }
  if (verified != X509_V_OK) {
    ERR_clear_error();
    return {ErrorCode::Unauthenticated,
            std::string("the peer's certificate: ") + X509_verify_cert_error_string(verified)};
  }
  const bool ended = ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  if (kind == SSL_ERROR_SSL && !ended) return {ErrorCode::Unauthenticated, openssl_reason()};
  ERR_clear_error();
  if (ended || system_error == 0) return {ErrorCode::NotReady, "the peer broke the connection off"};
  return {ErrorCode::NotReady, std::strerror(system_error)};
}

}  // namespace

struct TlsStream::Parts {
  // Given.
  std::shared_ptr<const LinkIdentity> identity;
  // Owned.
  tcp::socket socket;
  TlsHandle tls;
};

TlsStream::TlsStream(tcp::socket socket, std::shared_ptr<const LinkIdentity> identity)
    : parts_(std::make_unique<Parts>(std::move(identity), std::move(socket), nullptr)) {
  error_code failed;  // A socket that is gone already says so at its first use.
  parts_->socket.non_blocking(true, failed);
  parts_->tls.reset(SSL_new(parts_->identity->context()));
  FW_CHECK(parts_->tls != nullptr);
  auto* bio = socket_bio(parts_->socket.native_handle());
  SSL_set_bio(parts_->tls.get(), bio, bio);
  SSL_set_hostflags(parts_->tls.get(),
                    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
}

TlsStream::~TlsStream() = default;

/// Repeats `call` until it is done, waiting for the socket in between. Returns what it returned, 0 for the
/// peer's orderly end.
template <class Call>
TlsStream::Awaited<int> TlsStream::run(Call call) {
  auto* tls = parts_->tls.get();
  while (parts_->socket.is_open()) {
    ERR_clear_error();
    errno = 0;
    const int done = call(tls);
    const int system_error = errno;
    if (done > 0) co_return done;
    const int kind = SSL_get_error(tls, done);
    if (kind == SSL_ERROR_ZERO_RETURN) co_return 0;
    if (kind != SSL_ERROR_WANT_READ && kind != SSL_ERROR_WANT_WRITE) {
      co_return unexpected(reason_of(tls, kind, system_error));
    }
    const auto ready =
        kind == SSL_ERROR_WANT_READ ? asio::socket_base::wait_read : asio::socket_base::wait_write;
    error_code failed;
    co_await parts_->socket.async_wait(ready, asio::redirect_error(asio::use_awaitable, failed));
    if (failed) co_return unexpected(ErrorCode::NotReady, failed.message());
  }
  co_return unexpected(ErrorCode::NotReady, "the connection is closed");
}

TlsStream::Awaited<void> TlsStream::shake_hands(int (*step)(SSL*)) {
  const auto done = co_await run(step);
  if (!done) co_return unexpected(done.error());
  if (*done == 0) co_return unexpected(ErrorCode::NotReady, "the peer ended the handshake");
  co_return Result<void>{};
}

TlsStream::Awaited<void> TlsStream::greet(const std::string& host) {
  auto* tls = parts_->tls.get();
  error_code no_address;
  asio::ip::make_address(host, no_address);
  const bool named = !no_address || SSL_set_tlsext_host_name(tls, host.c_str()) == 1;
  if (!named || SSL_set1_host(tls, host.c_str()) != 1) {
    co_return unexpected(ErrorCode::InvalidArgument, "\"" + host + "\" cannot be the name of a host");
  }
  co_return co_await shake_hands(SSL_connect);
}

TlsStream::Awaited<void> TlsStream::answer(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    if (SSL_add1_host(parts_->tls.get(), name.c_str()) == 1) continue;
    co_return unexpected(ErrorCode::InvalidArgument, "\"" + name + "\" cannot be the name of a peer");
  }
  co_return co_await shake_hands(SSL_accept);
}

TlsStream::Awaited<std::size_t> TlsStream::read_some(std::span<std::uint8_t> into) {
  const auto count =
      co_await run([into](SSL* tls) { return SSL_read(tls, into.data(), static_cast<int>(into.size())); });
  if (!count) co_return unexpected(count.error());
  co_return static_cast<std::size_t>(*count);
}

TlsStream::Awaited<void> TlsStream::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto count = co_await run(
        [bytes](SSL* tls) { return SSL_write(tls, bytes.data(), static_cast<int>(bytes.size())); });
    if (!count) co_return unexpected(count.error());
    if (*count == 0) co_return unexpected(ErrorCode::NotReady, "the connection is closed");
    bytes = bytes.subspan(static_cast<std::size_t>(*count));
  }
  co_return Result<void>{};
}

TlsStream::Awaited<void> TlsStream::end_writing() {
  // SSL_shutdown returns 0 when the peer's direction is still open, which is a half-close and no failure.
  const auto done = co_await run([](SSL* tls) {
    const int state = SSL_shutdown(tls);
    return state == 0 ? 1 : state;
  });
  if (!done) co_return unexpected(done.error());
  co_return Result<void>{};
}

void TlsStream::close() noexcept {
  error_code ignored;  // There is nothing left to do about a socket that cannot even be closed.
  parts_->socket.close(ignored);
}

tcp::socket& TlsStream::socket() noexcept { return parts_->socket; }

}  // namespace framewright::net
