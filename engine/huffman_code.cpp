#include "engine/huffman_code.hpp"

#include <algorithm>

#include "engine/check.hpp"

namespace framewright::engine {
namespace {

constexpr std::size_t kMostDepth = 64;

/// The symbols that occur, rarest first.
struct Occurring {
  struct Symbol {
    std::uint32_t count;
    std::uint16_t symbol;
  };
  std::array<Symbol, kMostHuffmanSymbols> symbols;
  std::size_t size = 0;

  explicit Occurring(std::span<const std::uint32_t> counts) noexcept {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] != 0) add(counts[i], i);
    }
    for (std::size_t i = 0; size < 2; ++i) {
      if (counts[i] == 0) add(1, i);
    }
    std::ranges::sort(symbols.begin(), symbols.begin() + static_cast<std::ptrdiff_t>(size),
                      [](const Symbol& a, const Symbol& b) {
                        return a.count != b.count ? a.count < b.count : a.symbol < b.symbol;
                      });
  }

  void add(std::uint32_t count, std::size_t symbol) noexcept {
    symbols[size++] = {count, static_cast<std::uint16_t>(symbol)};
  }
};

using DepthCounts = std::array<std::uint32_t, kMostDepth>;

/// How many symbols lie at each depth of the tree that joins the two rarest again and again. Joined nodes
/// come out in the order of their counts, so two queues take the place of a heap.
DepthCounts tree_depths(const Occurring& occurring) noexcept {
  std::array<std::uint64_t, kMostHuffmanSymbols> joined;
  std::array<std::uint16_t, 2 * kMostHuffmanSymbols> parent{};
  const std::size_t leaves = occurring.size;
  std::size_t next_leaf = 0, next_joined = 0;
  const auto take_rarest = [&](std::size_t made) {
    const bool is_leaf = next_leaf < leaves &&
                         (next_joined == made || occurring.symbols[next_leaf].count <= joined[next_joined]);
    return is_leaf ? next_leaf++ : leaves + next_joined++;
  };
  const auto count_of = [&](std::size_t node) {
    return node < leaves ? occurring.symbols[node].count : joined[node - leaves];
  };
  for (std::size_t made = 0; made + 1 < leaves; ++made) {
    const auto first = take_rarest(made);
    const auto second = take_rarest(made);
    joined[made] = count_of(first) + count_of(second);
    parent[first] = parent[second] = static_cast<std::uint16_t>(leaves + made);
  }

  DepthCounts depths{};
  std::array<std::uint8_t, 2 * kMostHuffmanSymbols> depth{};
  const std::size_t root = 2 * leaves - 2;
  for (std::size_t node = root; node-- > 0;) {
    depth[node] = static_cast<std::uint8_t>(depth[parent[node]] + 1);
    if (node < leaves) ++depths[depth[node]];
  }
  return depths;
}

/// Raises what is too deep, and makes room for it by lowering the deepest of the others: each step leaves the
/// sum of 2^-depth where a prefix code has it.
void limit_depths(DepthCounts& depths, unsigned most_bits) noexcept {
  for (std::size_t depth = kMostDepth - 1; depth > most_bits; --depth) {
    while (depths[depth] != 0) {
      std::size_t higher = depth - 2;
      while (depths[higher] == 0) --higher;
      depths[depth] -= 2;
      depths[depth - 1] += 1;
      depths[higher + 1] += 2;
      depths[higher] -= 1;
    }
  }
}

std::uint16_t reversed(std::uint32_t bits, unsigned count) noexcept {
  std::uint32_t out = 0;
  for (unsigned i = 0; i < count; ++i) out |= ((bits >> i) & 1u) << (count - 1 - i);
  return static_cast<std::uint16_t>(out);
}

void assign_bits(std::span<HuffmanBits> code, unsigned most_bits) noexcept {
  std::array<std::uint32_t, 17> next{};
  for (const auto& symbol : code) ++next[symbol.count];
  next[0] = 0;
  std::uint32_t first = 0;
  for (std::size_t count = 1; count <= most_bits; ++count) {
    const auto symbols = next[count];
    next[count] = first;
    first = (first + symbols) << 1;
  }
  for (auto& symbol : code) {
    if (symbol.count != 0) symbol.bits = reversed(next[symbol.count]++, symbol.count);
  }
}

}  // namespace

void make_huffman_code(std::span<const std::uint32_t> counts, unsigned most_bits,
                       std::span<HuffmanBits> code) noexcept {
  FW_CHECK(counts.size() >= 2 && counts.size() <= kMostHuffmanSymbols && code.size() == counts.size());
  const Occurring occurring(counts);
  auto depths = tree_depths(occurring);
  limit_depths(depths, most_bits);
  std::ranges::fill(code, HuffmanBits{});
  std::size_t i = 0;
  for (unsigned depth = most_bits; depth > 0; --depth) {
    for (std::uint32_t n = 0; n < depths[depth]; ++n) {
      code[occurring.symbols[i++].symbol].count = static_cast<std::uint16_t>(depth);
    }
  }
  assign_bits(code, most_bits);
}

}  // namespace framewright::engine
