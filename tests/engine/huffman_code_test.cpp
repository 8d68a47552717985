#include "engine/huffman_code.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace framewright::engine {
namespace {

std::vector<HuffmanBits> code_of(const std::vector<std::uint32_t>& counts,
                                 unsigned most_bits = kMostHuffmanBits) {
  std::vector<HuffmanBits> code(counts.size());
  make_huffman_code(counts, most_bits, code);
  return code;
}

std::vector<unsigned> lengths_of(const std::vector<HuffmanBits>& code) {
  std::vector<unsigned> lengths;
  for (const auto& symbol : code) lengths.push_back(symbol.count);
  return lengths;
}

/// 1 for a code that is a prefix code and leaves no bits unused.
double kraft_sum(const std::vector<HuffmanBits>& code) {
  double sum = 0;
  for (const auto& symbol : code) sum += symbol.count == 0 ? 0 : std::ldexp(1.0, -symbol.count);
  return sum;
}

TEST(HuffmanCode, IsThatOfTheSpecificationsExample) {
  // RFC 1951, 3.2.2: lengths 2, 1, 3, 3 have the codes 10, 0, 110, 111; here their first bit is the lowest.
  const auto code = code_of({2, 5, 1, 1});
  EXPECT_EQ(lengths_of(code), (std::vector<unsigned>{2, 1, 3, 3}));
  EXPECT_EQ(code[0].bits, 0b01);
  EXPECT_EQ(code[1].bits, 0b0);
  EXPECT_EQ(code[2].bits, 0b011);
  EXPECT_EQ(code[3].bits, 0b111);
}

TEST(HuffmanCode, GivesNothingToWhatDoesNotOccur) {
  EXPECT_EQ(lengths_of(code_of({3, 0, 3, 0})), (std::vector<unsigned>{1, 0, 1, 0}));
}

TEST(HuffmanCode, HasTwoSymbolsEvenWhereNoneOccurs) {
  EXPECT_EQ(lengths_of(code_of({0, 0, 0})), (std::vector<unsigned>{1, 1, 0}));
  EXPECT_EQ(lengths_of(code_of({0, 0, 9})), (std::vector<unsigned>{1, 0, 1}));
}

TEST(HuffmanCode, IsCompleteForAnyCounts) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint32_t> counts(2 + random() % (kMostHuffmanSymbols - 1));
    for (auto& count : counts)
      count = static_cast<std::uint32_t>(random() % 4 == 0 ? 0 : random() >> (random() % 31));
    for (auto& count : counts) count /= static_cast<std::uint32_t>(counts.size());
    ASSERT_EQ(kraft_sum(code_of(counts)), 1.0);
  }
}

TEST(HuffmanCode, StaysWithinItsLongestCode) {
  // Fibonacci numbers make the deepest tree.
  std::vector<std::uint32_t> counts = {1, 1};
  while (counts.size() < 40) counts.push_back(counts[counts.size() - 1] + counts[counts.size() - 2]);
  for (const unsigned most_bits : {7u, 14u}) {
    const auto code = code_of(counts, most_bits);
    EXPECT_EQ(kraft_sum(code), 1.0);
    for (const auto& symbol : code) EXPECT_LE(symbol.count, most_bits);
    EXPECT_EQ(code.back().count, 1u);
  }
}

}  // namespace
}  // namespace framewright::engine
