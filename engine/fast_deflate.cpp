#include "engine/fast_deflate.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "engine/check.hpp"

namespace framewright::engine {
namespace {

constexpr std::size_t kWindowBytes = 32 << 10;
constexpr std::size_t kPieceBytes = 128 << 10;
constexpr std::size_t kMostStoredBytes = 65535;
constexpr std::size_t kStoredHeaderBytes = 5;
constexpr std::size_t kEndSymbol = 256;
constexpr std::size_t kLeastMatch = 6;
constexpr std::size_t kMostMatch = 258;

std::uint64_t load_word(const std::uint8_t* bytes) noexcept {
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// The first six bytes of a word, at its upper end.
std::uint64_t six_bytes(std::uint64_t word) noexcept { return word << 16; }

/// A length or a distance as deflate sends it: a symbol, then so many bits more.
struct Coded {
  std::uint16_t symbol = 0;
  std::uint16_t extra_bits = 0;
  std::uint16_t extra = 0;
};

/// Source   RFC 1951, 3.2.5: values in groups of `kInGroup` symbols for each further bit.
template <unsigned kLogInGroup>
constexpr Coded coded(unsigned value) noexcept {
  constexpr unsigned kInGroup = 1u << kLogInGroup;
  if (value < 2 * kInGroup) return {static_cast<std::uint16_t>(value), 0, 0};
  const auto extra_bits = static_cast<unsigned>(std::bit_width(value)) - 1 - kLogInGroup;
  return {static_cast<std::uint16_t>(kInGroup * extra_bits + (value >> extra_bits)),
          static_cast<std::uint16_t>(extra_bits),
          static_cast<std::uint16_t>(value & ((1u << extra_bits) - 1))};
}

constexpr Coded coded_length(std::size_t length) noexcept {
  if (length == kMostMatch) return {285, 0, 0};
  Coded c = coded<2>(static_cast<unsigned>(length) - 3);
  c.symbol = static_cast<std::uint16_t>(c.symbol + 257);
  return c;
}

constexpr Coded coded_distance(std::size_t distance) noexcept {
  return coded<1>(static_cast<unsigned>(distance) - 1);
}

static_assert(coded_length(3).symbol == 257 && coded_length(10).symbol == 264 &&
              coded_length(11).symbol == 265);
static_assert(coded_length(257).symbol == 284 && coded_length(257).extra == 30);
static_assert(coded_distance(1).symbol == 0 && coded_distance(5).symbol == 4 &&
              coded_distance(32768).symbol == 29);

/// How many bytes at `a` and `b` are equal, before `end` of b.
std::size_t equal_bytes(const std::uint8_t* a, const std::uint8_t* b, const std::uint8_t* end) noexcept {
  const std::uint8_t* const begin = b;
  for (; end - b >= 8; a += 8, b += 8) {
    const auto difference = load_word(a) ^ load_word(b);
    if (difference != 0) return static_cast<std::size_t>(b - begin + std::countr_zero(difference) / 8);
  }
  while (b != end && *a == *b) ++a, ++b;
  return static_cast<std::size_t>(b - begin);
}

/// Two symbols at a time, so that one does not wait for the other's length.
void write_literals(BitWriter& writer, const HuffmanBits* code,
                    std::span<const std::uint8_t> bytes) noexcept {
  BitWriter local = writer;
  std::size_t i = 0;
  for (; i + 4 <= bytes.size(); i += 4) {
    const HuffmanBits a = code[bytes[i]], b = code[bytes[i + 1]], c = code[bytes[i + 2]],
                      d = code[bytes[i + 3]];
    local.put(a.bits | static_cast<std::uint64_t>(b.bits) << a.count, unsigned{a.count} + b.count);
    local.put(c.bits | static_cast<std::uint64_t>(d.bits) << c.count, unsigned{c.count} + d.count);
    local.flush();
  }
  for (; i < bytes.size(); ++i) local.put_and_flush(code[bytes[i]].bits, code[bytes[i]].count);
  writer = local;
}

/// The lengths of both codes as a block's header has them, runs shortened.
class CodeLengths {
 public:
  CodeLengths(std::span<const HuffmanBits> lengths, std::span<const HuffmanBits> distances) noexcept
      : length_symbols_(used(lengths, 257)), distance_symbols_(used(distances, 1)) {
    std::array<std::uint8_t, 2 * kMostHuffmanSymbols> all;
    std::size_t size = 0;
    for (std::size_t i = 0; i < length_symbols_; ++i)
      all[size++] = static_cast<std::uint8_t>(lengths[i].count);
    for (std::size_t i = 0; i < distance_symbols_; ++i)
      all[size++] = static_cast<std::uint8_t>(distances[i].count);
    shorten({all.data(), size});
    std::array<std::uint32_t, kSymbols> counts{};
    for (std::size_t i = 0; i < item_count_; ++i) ++counts[items_[i].symbol];
    make_huffman_code(counts, 7, code_);
    while (sent_ > 4 && code_[kOrder[sent_ - 1]].count == 0) --sent_;
  }

  std::uint64_t bits() const noexcept {
    std::uint64_t bits = 14 + 3 * sent_;
    for (std::size_t i = 0; i < item_count_; ++i)
      bits += code_[items_[i].symbol].count + items_[i].extra_bits;
    return bits;
  }

  void write(BitWriter& writer) const noexcept {
    writer.put(length_symbols_ - 257, 5);
    writer.put(distance_symbols_ - 1, 5);
    writer.put_and_flush(sent_ - 4, 4);
    for (std::size_t i = 0; i < sent_; ++i) writer.put_and_flush(code_[kOrder[i]].count, 3);
    for (std::size_t i = 0; i < item_count_; ++i) {
      writer.put(code_[items_[i].symbol].bits, code_[items_[i].symbol].count);
      writer.put_and_flush(items_[i].extra, items_[i].extra_bits);
    }
  }

 private:
  static constexpr std::size_t kSymbols = 19;
  static constexpr std::size_t kOrder[kSymbols] = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                   11, 4,  12, 3, 13, 2, 14, 1, 15};

  static std::size_t used(std::span<const HuffmanBits> code, std::size_t least) noexcept {
    std::size_t size = code.size();
    while (size > least && code[size - 1].count == 0) --size;
    return size;
  }

  void add(std::size_t symbol, unsigned extra_bits, std::size_t extra) noexcept {
    items_[item_count_++] = {static_cast<std::uint16_t>(symbol), static_cast<std::uint16_t>(extra_bits),
                             static_cast<std::uint16_t>(extra)};
  }

  void shorten(std::span<const std::uint8_t> all) noexcept {
    for (std::size_t i = 0; i < all.size();) {
      const auto value = all[i];
      std::size_t run = 1;
      while (i + run < all.size() && all[i + run] == value) ++run;
      i += run;
      if (value != 0) {
        add(value, 0, 0);
        --run;
      }
      while (run >= 3) {
        const auto most = value != 0 ? std::size_t{6} : std::size_t{138};
        const auto part = std::min(run, most);
        if (value != 0) {
          add(16, 2, part - 3);
        } else if (part < 11) {
          add(17, 3, part - 3);
        } else {
          add(18, 7, part - 11);
        }
        run -= part;
      }
      for (; run > 0; --run) add(value, 0, 0);
    }
  }

  std::size_t length_symbols_;
  std::size_t distance_symbols_;
  std::array<Coded, 2 * kMostHuffmanSymbols> items_;
  std::size_t item_count_ = 0;
  std::array<HuffmanBits, kSymbols> code_ = {};
  std::size_t sent_ = kSymbols;
};

std::size_t piece_capacity(std::uint64_t row_bytes) noexcept {
  return std::max(kPieceBytes, static_cast<std::size_t>(row_bytes));
}

std::size_t most_steps(std::size_t piece_bytes) noexcept { return piece_bytes / kLeastMatch + 2; }

std::uint64_t stored_bytes(std::uint64_t bytes) noexcept {
  return bytes + kStoredHeaderBytes * (bytes / kMostStoredBytes + 1);
}

}  // namespace

std::uint64_t FastDeflate::scratch_bytes(std::uint64_t row_bytes) noexcept {
  const auto capacity = piece_capacity(row_bytes);
  return most_steps(capacity) * sizeof(Step) + kWindowBytes + capacity;
}

std::uint64_t FastDeflate::worst_bytes(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t kFrameBytes = 6;  // Two before the blocks, four after.
  // A piece is at least half of its capacity, but for the last.
  const std::uint64_t pieces = bytes / (kPieceBytes / 2) + 1;
  return kFrameBytes + bytes + kStoredHeaderBytes * (bytes / kMostStoredBytes + pieces) +
         BitWriter::kSlackBytes;
}

FastDeflate::FastDeflate(std::uint64_t row_bytes, std::span<std::uint8_t> scratch,
                         std::span<std::uint8_t> out) noexcept
    : row_bytes_(static_cast<std::size_t>(row_bytes)),
      out_(out),
      steps_(reinterpret_cast<Step*>(scratch.data())),
      bytes_(scratch.data() + most_steps(piece_capacity(row_bytes)) * sizeof(Step)),
      piece_capacity_(piece_capacity(row_bytes)),
      writer_(out.data()) {
  FW_CHECK(scratch.size() >= scratch_bytes(row_bytes) && out.size() >= worst_bytes(0));
  writer_.put_and_flush(0x0178, 16);  // RFC 1950: deflate, window of 32 KiB, fastest.
}

std::span<std::uint8_t> FastDeflate::add_row() noexcept {
  if (piece_bytes_ + row_bytes_ > piece_capacity_) write_piece(IsLast::No);
  const std::span row(bytes_ + window_bytes_ + piece_bytes_, row_bytes_);
  piece_bytes_ += row_bytes_;
  return row;
}

std::size_t FastDeflate::finish() noexcept {
  write_piece(IsLast::Yes);
  writer_.align();
  for (const unsigned shift : {24u, 16u, 8u, 0u}) writer_.put_and_flush((checksum_ >> shift) & 0xFF, 8);
  return writer_.size_bytes();
}

void FastDeflate::write_piece(IsLast is_last) noexcept {
  FW_CHECK(out_.size() - writer_.size_bytes() >= stored_bytes(piece_bytes_) + BitWriter::kSlackBytes);
  checksum_ = libdeflate_adler32(checksum_, bytes_ + window_bytes_, piece_bytes_);
  estimate_literals();
  find_steps();
  count_symbols();
  make_huffman_code(length_counts_, kMostHuffmanBits, length_code_);
  make_huffman_code(distance_counts_, kMostHuffmanBits, distance_code_);
  if (coded_bits() < 8 * stored_bytes(piece_bytes_)) {
    write_coded(is_last);
  } else {
    write_stored(is_last);
  }
  keep_window();
}

/// From every seventh byte, so that all channels of a pixel take part; at least a bit each, as in the code.
void FastDeflate::estimate_literals() noexcept {
  constexpr std::size_t kEvery = 7;
  std::array<std::uint32_t, 256> counts;
  counts.fill(1);
  const std::uint8_t* const piece = bytes_ + window_bytes_;
  for (std::size_t i = 0; i < piece_bytes_; i += kEvery) ++counts[piece[i]];
  const std::uint64_t all = piece_bytes_ / kEvery + counts.size();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::uint64_t ratio = (all << 16) / counts[i];
    const auto whole_bits = static_cast<unsigned>(std::bit_width(ratio)) - 1;
    const auto quarters = 4 * (whole_bits - 16) + ((ratio >> (whole_bits - 2)) & 3);
    literal_quarters_[i] = static_cast<std::uint8_t>(std::max<std::uint64_t>(quarters, 4));
  }
}

bool FastDeflate::is_shorter(const std::uint8_t* match, std::size_t length,
                             std::size_t distance) const noexcept {
  constexpr std::size_t kAlwaysFrom = 32;
  constexpr unsigned kSymbolsBits = 12;  // Of a length and a distance, about.
  if (length >= kAlwaysFrom) return true;
  unsigned quarters = 0;
  for (std::size_t i = 0; i < length; ++i) quarters += literal_quarters_[match[i]];
  return quarters > 4 * (kSymbolsBits + coded_distance(distance).extra_bits);
}

void FastDeflate::find_steps() noexcept {
  constexpr std::uint64_t kSpread = 0x9E3779B97F4A7C15;
  constexpr std::size_t kMostStride = 32;
  constexpr std::size_t kMissesForOneMore = 8;
  step_count_ = 0;
  const std::uint8_t* const end = bytes_ + window_bytes_ + piece_bytes_;
  const std::uint8_t* literals = bytes_ + window_bytes_;
  std::size_t misses = 0;
  for (const std::uint8_t* at = literals; end - at >= 8;) {
    const auto word = six_bytes(load_word(at));
    const auto position = origin_ + static_cast<std::uint32_t>(at - bytes_);
    auto& seen = last_seen_[(word * kSpread) >> (64 - kTableBits)];
    const std::size_t distance = position - seen;
    seen = position;
    if (distance - 1 < kWindowBytes && six_bytes(load_word(at - distance)) == word) {
      const std::uint8_t* match = at;
      while (match != literals && match - distance != bytes_ && match[-1] == (match - distance)[-1]) --match;
      const auto length = equal_bytes(match - distance, match, end);
      if (is_shorter(match, length, distance)) {
        add_match(static_cast<std::size_t>(match - literals), length, distance);
        at = literals = match + length;
        misses = 0;
        continue;
      }
    }
    at += std::min(kMostStride, 1 + misses++ / kMissesForOneMore);
  }
  steps_[step_count_++] = {static_cast<std::uint32_t>(end - literals), 0, 0};
}

/// In parts that deflate can name, none shorter than it can.
void FastDeflate::add_match(std::size_t literals, std::size_t length, std::size_t distance) noexcept {
  while (length != 0) {
    const auto part = length <= kMostMatch ? length : std::min(kMostMatch, length - 3);
    steps_[step_count_++] = {static_cast<std::uint32_t>(literals), static_cast<std::uint16_t>(part),
                             static_cast<std::uint16_t>(distance)};
    length -= part;
    literals = 0;
  }
}

void FastDeflate::count_symbols() noexcept {
  length_counts_.fill(0);
  distance_counts_.fill(0);
  // Neighbours are often equal: four counts in turn, so that none waits for the one before.
  std::uint32_t counts[4][256] = {};
  const std::uint8_t* at = bytes_ + window_bytes_;
  for (const Step& step : std::span(steps_, step_count_)) {
    std::size_t i = 0;
    for (; i + 4 <= step.literals; i += 4) {
      for (std::size_t k = 0; k < 4; ++k) ++counts[k][at[i + k]];
    }
    for (; i < step.literals; ++i) ++counts[0][at[i]];
    at += step.literals + step.length;
    if (step.length == 0) continue;
    ++length_counts_[coded_length(step.length).symbol];
    ++distance_counts_[coded_distance(step.distance).symbol];
  }
  for (std::size_t i = 0; i < 256; ++i)
    length_counts_[i] = counts[0][i] + counts[1][i] + counts[2][i] + counts[3][i];
  length_counts_[kEndSymbol] = 1;
}

std::uint64_t FastDeflate::coded_bits() const noexcept {
  std::uint64_t bits = 3 + CodeLengths(length_code_, distance_code_).bits();
  for (std::size_t i = 0; i < kLengthSymbols; ++i)
    bits += std::uint64_t{length_counts_[i]} * length_code_[i].count;
  for (std::size_t i = 0; i < kDistanceSymbols; ++i)
    bits += std::uint64_t{distance_counts_[i]} * distance_code_[i].count;
  for (const Step& step : std::span(steps_, step_count_)) {
    if (step.length != 0)
      bits += coded_length(step.length).extra_bits + coded_distance(step.distance).extra_bits;
  }
  return bits;
}

void FastDeflate::write_coded(IsLast is_last) noexcept {
  writer_.put_and_flush((is_last == IsLast::Yes ? 1u : 0u) | 2u << 1, 3);
  CodeLengths(length_code_, distance_code_).write(writer_);
  const std::uint8_t* at = bytes_ + window_bytes_;
  for (const Step& step : std::span(steps_, step_count_)) {
    write_literals(writer_, length_code_.data(), {at, step.literals});
    at += step.literals + step.length;
    if (step.length == 0) continue;
    const Coded length = coded_length(step.length);
    writer_.put(length_code_[length.symbol].bits, length_code_[length.symbol].count);
    writer_.put_and_flush(length.extra, length.extra_bits);
    const Coded distance = coded_distance(step.distance);
    writer_.put(distance_code_[distance.symbol].bits, distance_code_[distance.symbol].count);
    writer_.put_and_flush(distance.extra, distance.extra_bits);
  }
  writer_.put_and_flush(length_code_[kEndSymbol].bits, length_code_[kEndSymbol].count);
}

void FastDeflate::write_stored(IsLast is_last) noexcept {
  const std::uint8_t* at = bytes_ + window_bytes_;
  std::size_t left = piece_bytes_;
  do {
    const auto size = std::min(left, kMostStoredBytes);
    left -= size;
    writer_.put(is_last == IsLast::Yes && left == 0 ? 1 : 0, 3);
    writer_.align();
    writer_.put_and_flush(size | (~size & 0xFFFF) << 16, 32);
    writer_.append(at, size);
    at += size;
  } while (left != 0);
}

/// The end of what was written stays before the next piece, for it to be repeated.
void FastDeflate::keep_window() noexcept {
  const auto all = window_bytes_ + piece_bytes_;
  window_bytes_ = std::min(all, kWindowBytes);
  std::memmove(bytes_, bytes_ + all - window_bytes_, window_bytes_);
  origin_ += static_cast<std::uint32_t>(all - window_bytes_);
  piece_bytes_ = 0;
}

}  // namespace framewright::engine
