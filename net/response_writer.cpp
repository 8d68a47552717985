#include "net/response_writer.hpp"

#include <charconv>
#include <vector>

#include "net/file_reader.hpp"
#include "net/problem.hpp"
#include "net/response_head.hpp"

namespace framewright::net {
namespace {

using engine::Result;

constexpr std::size_t kFilePieceBytes = 128 << 10;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

/// Turns an Error into the document that says it.
void render_problem(Response& response, const Request& request) {
  const auto* error = std::get_if<engine::Error>(&response.body);
  if (error == nullptr) return;
  if (const int seconds = retry_after_s(error->code); seconds > 0 && !response.headers.has("Retry-After")) {
    response.headers.add("Retry-After", std::to_string(seconds));
  }
  response.headers.add("Content-Type", "application/problem+json");
  response.body = problem_json(*error, {response.status, request.request_id, request.trace.trace_id});
}

/// Sends pieces in chunked coding, or bare where the connection's end is the body's.
class ChunkWriter final : public BodyWriter {
 public:
  ChunkWriter(Connection& connection, const WriteOptions& options)
      : connection_(connection), patience_(options.patience), chunked_(!options.http_1_0) {}

  Awaitable<bool> write(std::string_view piece) override {
    if (broken_ || piece.empty()) co_return !broken_;
    std::string chunk;
    if (chunked_) {
      char size[20];
      const auto end = std::to_chars(size, size + sizeof size, piece.size(), 16).ptr;
      chunk.append(size, end).append("\r\n").append(piece).append("\r\n");
      piece = chunk;
    }
    const bool written = co_await connection_.write(piece, {}, patience_);
    broken_ = !written;
    bytes_ += piece.size();
    co_return written;
  }

  Awaitable<bool> finish() {
    if (broken_ || !chunked_) co_return false;
    co_return co_await connection_.write("0\r\n\r\n", {}, patience_);
  }

  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  Connection& connection_;
  const std::chrono::milliseconds patience_;
  const bool chunked_;
  bool broken_ = false;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Awaitable<Written> ResponseWriter::write(Response&& response, const Request& request, WriteOptions options) {
  render_problem(response, request);
  if (std::holds_alternative<FileSlice>(response.body)) {
    co_return co_await write_file(response, request, options);
  }
  if (std::holds_alternative<StreamBody>(response.body)) co_return co_await write_stream(response, options);
  std::span<const std::uint8_t> bytes;
  if (const auto* text = std::get_if<std::string>(&response.body)) bytes = bytes_of(*text);
  if (const auto* frame = std::get_if<engine::EncodedFrame>(&response.body)) bytes = frame->payload();
  co_return co_await write_bytes(response, bytes, options);
}

Awaitable<Written> ResponseWriter::write_bytes(const Response& response, std::span<const std::uint8_t> bytes,
                                               WriteOptions options) {
  const bool framed = may_have_body(response.status);
  const auto framing = framed ? BodyFraming::Sized : BodyFraming::None;
  const auto head = response_head(response, {framing, bytes.size(), options.keep_alive, options.http_1_0});
  if (options.head_only || !framed) bytes = {};
  const bool written = co_await connection_.write(head, bytes, options.patience);
  co_return Written{response.status, bytes.size(), written && options.keep_alive};
}

Awaitable<Written> ResponseWriter::write_file(const Response& response, const Request& request,
                                              WriteOptions options) {
  const auto& slice = std::get<FileSlice>(response.body);
  auto opened = co_await run_blocking(files_, [&slice] { return FileReader::open(slice.path); });
  if (!opened || !*opened) {
    auto refused = problem(opened ? std::move(*opened).error() : std::move(opened).error());
    co_return co_await write(std::move(refused), request, options);
  }
  const HeadOptions head_options = {BodyFraming::Sized, slice.size_bytes, options.keep_alive,
                                    options.http_1_0};
  const auto head = response_head(response, head_options);
  Written written{response.status, 0, options.keep_alive};
  const bool head_written = co_await connection_.write(head, {}, options.patience);
  if (!head_written) co_return Written{response.status};
  if (options.head_only) co_return written;

  std::vector<std::uint8_t> piece;
  while (written.body_bytes < slice.size_bytes) {
    const auto rest = slice.size_bytes - written.body_bytes;
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(rest, kFilePieceBytes)));
    const auto at = slice.offset_bytes + written.body_bytes;
    const auto& file = **opened;
    const auto read = co_await run_blocking(files_, [&file, &piece, at] { return file.read_at(at, piece); });
    const bool whole = read && *read && **read == piece.size();
    // The promised length cannot be kept any more: only the connection's end says so.
    if (!whole) co_return Written{response.status};
    const bool sent = co_await connection_.write({}, piece, options.patience);
    if (!sent) co_return Written{response.status};
    written.body_bytes += piece.size();
  }
  co_return written;
}

Awaitable<Written> ResponseWriter::write_stream(const Response& response, WriteOptions options) {
  const auto framing = options.http_1_0 ? BodyFraming::UntilClose : BodyFraming::Chunked;
  const bool keep_alive = options.keep_alive && !options.http_1_0;
  const auto head = response_head(response, {framing, 0, keep_alive, false});
  const bool head_written = co_await connection_.write(head, {}, options.patience);
  if (!head_written) co_return Written{response.status};
  if (options.head_only) co_return Written{response.status, 0, keep_alive};

  ChunkWriter writer(connection_, options);
  co_await std::get<StreamBody>(response.body)(writer, connection_);
  const bool whole = co_await writer.finish();
  co_return Written{response.status, writer.bytes(), whole && keep_alive};
}

}  // namespace framewright::net
