// The MultipartParser takes multipart/form-data apart piece by piece (RFC 7578), holding none of it.
//
// Memory    none beside the headers of one part: data come out as views of what was put in.
// Threads   none: belongs to whoever reads the body.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/result.hpp"

namespace framewright::net {

/// The headers of one part, as far as forms use them.
struct PartHeaders {
  std::string name;
  std::string filename;  ///< as sent: never a path to be used
  bool has_filename = false;
  std::string media_type;
};

class MultipartParser {
 public:
  static constexpr std::size_t kMaxHeaderBytes = 8192;
  static constexpr std::size_t kMaxBoundaryBytes = 70;
  /// Of what may stand before the first boundary and is for nobody (RFC 2046, section 5.1.1).
  static constexpr std::size_t kMaxPreambleBytes = 1024;
  /// More than this need never be kept of what next() did not consume.
  static constexpr std::size_t kMaxLookaheadBytes = kMaxHeaderBytes + kMaxBoundaryBytes + 16;

  enum class Kind : std::uint8_t {
    NeedMore,  ///< nothing to tell yet: call again, with more input when nothing was consumed
    Part,      ///< headers() are those of a new part
    Data,      ///< `data` belongs to the part
    PartEnd,
    End,  ///< what follows is of no interest
  };
  struct Event {
    Kind kind = Kind::NeedMore;
    std::size_t consumed = 0;  ///< to be taken off the input before the next call
    std::span<const std::uint8_t> data = {};
  };

  /// `boundary` as the Content-Type names it.
  explicit MultipartParser(std::string_view boundary);

  /// Errors   InvalidArgument: no boundary near the start, headers that are too long or not those of a form.
  engine::Result<Event> next(std::span<const std::uint8_t> input);
  const PartHeaders& headers() const noexcept { return headers_; }

 private:
  enum class State : std::uint8_t { Start, Preamble, AfterDelimiter, Headers, Data, Done };

  engine::Result<Event> start(std::string_view text);
  engine::Result<Event> preamble(std::string_view text);
  engine::Result<Event> after_delimiter(std::string_view text);
  engine::Result<Event> read_headers(std::string_view text);
  Event read_data(std::string_view text);

  // Given.
  std::string delimiter_;  ///< "\r\n--boundary"
  // Owned.
  State state_ = State::Start;
  std::size_t preamble_bytes_ = 0;
  PartHeaders headers_;
};

}  // namespace framewright::net
