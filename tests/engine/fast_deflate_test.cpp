#include "engine/fast_deflate.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace framewright::engine {
namespace {

using Row = std::vector<std::uint8_t>;

/// What FastDeflate makes of rows, with exactly the scratch and the room that it asks for.
Row deflated(const std::vector<Row>& rows) {
  const auto row_bytes = rows.front().size();
  std::vector<std::uint64_t> scratch(FastDeflate::scratch_bytes(row_bytes) / 8 + 1);
  Row out(FastDeflate::worst_bytes(row_bytes * rows.size()));
  FastDeflate deflate(row_bytes, {reinterpret_cast<std::uint8_t*>(scratch.data()), scratch.size() * 8}, out);
  for (const auto& row : rows) std::ranges::copy(row, deflate.add_row().data());
  out.resize(deflate.finish());
  return out;
}

/// By zlib, which checks the checksum, too.
Row inflated(const Row& stream, std::size_t size) {
  Row bytes(size + 1);
  uLongf bytes_size = static_cast<uLongf>(bytes.size());
  EXPECT_EQ(::uncompress(bytes.data(), &bytes_size, stream.data(), static_cast<uLong>(stream.size())), Z_OK);
  bytes.resize(bytes_size);
  return bytes;
}

/// Returns the size of the stream.
std::size_t expect_the_same_bytes_back(const std::vector<Row>& rows) {
  Row bytes;
  for (const auto& row : rows) bytes.insert(bytes.end(), row.begin(), row.end());
  const auto stream = deflated(rows);
  EXPECT_EQ(inflated(stream, bytes.size()), bytes);
  return stream.size();
}

std::vector<Row> rows_of(std::size_t count, std::size_t row_bytes, const std::function<unsigned()>& next) {
  std::vector<Row> rows(count, Row(row_bytes));
  for (auto& row : rows) {
    for (auto& byte : row) byte = static_cast<std::uint8_t>(next());
  }
  return rows;
}

TEST(FastDeflate, GivesBackSizesAroundItsPieces) {
  std::mt19937 random(1);
  for (const auto& [count, row_bytes] : std::vector<std::pair<std::size_t, std::size_t>>{{1, 1},
                                                                                         {1, 7},
                                                                                         {3, 9},
                                                                                         {1000, 131},
                                                                                         {1001, 131},
                                                                                         {3, 65536},
                                                                                         {2, 65537},
                                                                                         {2, 131072},
                                                                                         {2, 131073},
                                                                                         {2, 400001}}) {
    SCOPED_TRACE(std::to_string(count) + " rows of " + std::to_string(row_bytes));
    expect_the_same_bytes_back(rows_of(count, row_bytes, [&] { return random() % 64; }));
  }
}

TEST(FastDeflate, StoresWhatDoesNotGetShorter) {
  std::mt19937 random(1);
  const auto size = expect_the_same_bytes_back(rows_of(300, 1000, [&] { return random(); }));
  EXPECT_LT(size, 300'000u + 100u);
}

TEST(FastDeflate, MakesLittleOfZeros) {
  EXPECT_LT(expect_the_same_bytes_back(rows_of(1000, 1000, [] { return 0; })), 2500u);
}

TEST(FastDeflate, FindsRepetitionsOfEveryLength) {
  std::mt19937 random(1);
  for (std::size_t length = 1; length < 600; ++length) {
    const auto half = rows_of(1, length, [&] { return random(); }).front();
    expect_the_same_bytes_back({half, half, half});
  }
}

TEST(FastDeflate, FindsRepetitionsAsFarAsTheWindowGoes) {
  std::mt19937 random(1);
  for (const std::size_t distance : {32767u, 32768u, 32769u}) {
    auto rows = rows_of(1, distance, [&] { return random(); });
    for (int i = 0; i < 9; ++i) rows.push_back(rows.front());  // Over the end of a piece, too.
    const auto size = expect_the_same_bytes_back(rows);
    EXPECT_EQ(size < 3 * distance, distance <= 32768u) << distance;
  }
}

TEST(FastDeflate, CodesWhatIsUnevenNearItsEntropy) {
  std::mt19937 random(1);
  std::geometric_distribution<unsigned> values(0.5);  // Two bits each.
  const auto size = expect_the_same_bytes_back(rows_of(400, 1000, [&] { return values(random); }));
  EXPECT_LT(size, 101'500u);
}

}  // namespace
}  // namespace framewright::engine
