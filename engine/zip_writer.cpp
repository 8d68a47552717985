#include "engine/zip_writer.hpp"

#include <zlib.h>
#include <algorithm>
#include <limits>

namespace framewright::engine {
namespace {

constexpr std::uint64_t kLimitBytes = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kLimitEntries = std::numeric_limits<std::uint16_t>::max();
constexpr std::uint16_t kVersionNeeded = 20;
constexpr std::uint16_t kMadeByUnix = (3U << 8U) | kVersionNeeded;
constexpr std::uint16_t kNamesAreUtf8 = 1U << 11U;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kMidnight = 0;
constexpr std::uint16_t kFirstDay = (1U << 5U) | 1U;  // 1 January 1980, where ZIP's calendar starts
constexpr std::uint32_t kRegularFile0644 = 0100644U << 16U;

/// Little-endian fields, one after the other.
class Record {
 public:
  Record& u16(std::uint64_t value) { return append(value, 2); }
  Record& u32(std::uint64_t value) { return append(value, 4); }
  Record& text(const std::string& value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }
  const std::vector<std::uint8_t>& bytes() const noexcept { return bytes_; }

 private:
  Record& append(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    return *this;
  }
  std::vector<std::uint8_t> bytes_;
};

/// Version needed up to the file name's length: the part that both headers of an entry share.
void append_common(Record& record, std::uint32_t crc, std::uint32_t size_bytes, std::size_t name_bytes) {
  record.u16(kVersionNeeded).u16(kNamesAreUtf8).u16(kStored).u16(kMidnight).u16(kFirstDay);
  record.u32(crc).u32(size_bytes).u32(size_bytes).u16(name_bytes).u16(0);
}

struct Content {
  std::uint32_t crc = 0;
  std::uint64_t size_bytes = 0;
};

Result<Content> content_of(const std::filesystem::path& file) {
  uLong crc = ::crc32(0, nullptr, 0);
  std::uint64_t size = 0;
  Result<void> read = read_blocks(file, [&](std::span<const std::uint8_t> block) -> Result<void> {
    crc = ::crc32(crc, block.data(), static_cast<uInt>(block.size()));
    size += block.size();
    return {};
  });
  if (!read) return unexpected(read.error());
  return Content{static_cast<std::uint32_t>(crc), size};
}

Unexpected too_large() {
  return unexpected(ErrorCode::BodyTooLarge, "the results do not fit into one ZIP of 4 GiB and 65535 files");
}

}  // namespace

Result<ZipWriter> ZipWriter::create(const std::filesystem::path& archive, Disk& disk) {
  Result<DurableFile> file = DurableFile::create(archive, disk);
  if (!file) return unexpected(file.error());
  return ZipWriter(std::move(*file));
}

Result<void> ZipWriter::add(const std::string& name, const std::filesystem::path& file) {
  std::error_code missing;  // said by content_of(), with its reason
  const std::uintmax_t expected_bytes = std::filesystem::file_size(file, missing);
  if (!missing && file_.size_bytes() + expected_bytes > kLimitBytes) return too_large();
  const Result<Content> content = content_of(file);
  if (!content) return unexpected(content.error());
  if (entries_.size() == kLimitEntries || file_.size_bytes() + content->size_bytes > kLimitBytes)
    return too_large();
  Entry entry{free_name(name), content->crc, static_cast<std::uint32_t>(content->size_bytes),
              static_cast<std::uint32_t>(file_.size_bytes())};
  if (Result<void> appended = append_entry(entry, file); !appended) return appended;
  entries_.push_back(std::move(entry));
  return {};
}

Result<void> ZipWriter::append_entry(const Entry& entry, const std::filesystem::path& file) {
  Record header;
  header.u32(0x04034b50);
  append_common(header, entry.crc, entry.size_bytes, entry.name.size());
  header.text(entry.name);
  if (Result<void> written = file_.append(header.bytes()); !written) return written;
  const std::uint64_t end = file_.size_bytes() + entry.size_bytes;
  Result<void> copied =
      read_blocks(file, [&](std::span<const std::uint8_t> block) { return file_.append(block); });
  if (!copied) return copied;
  if (file_.size_bytes() != end) {
    return unexpected(ErrorCode::Internal, file.string() + " changed while it was packed");
  }
  return {};
}

Result<std::uint64_t> ZipWriter::commit() {
  const std::uint64_t start = file_.size_bytes();
  Record directory;
  for (const Entry& entry : entries_) {
    directory.u32(0x02014b50).u16(kMadeByUnix);
    append_common(directory, entry.crc, entry.size_bytes, entry.name.size());
    directory.u16(0).u16(0).u16(0).u32(kRegularFile0644).u32(entry.offset_bytes).text(entry.name);
  }
  const std::size_t directory_bytes = directory.bytes().size();
  if (start + directory_bytes > kLimitBytes) return too_large();
  directory.u32(0x06054b50).u16(0).u16(0).u16(entries_.size()).u16(entries_.size());
  directory.u32(directory_bytes).u32(start).u16(0);
  if (Result<void> written = file_.append(directory.bytes()); !written) return unexpected(written.error());
  if (Result<void> committed = file_.commit(); !committed) return unexpected(committed.error());
  return file_.size_bytes();
}

std::string ZipWriter::free_name(const std::string& name) const {
  const auto taken = [&](const std::string& candidate) {
    return std::ranges::find(entries_, candidate, &Entry::name) != entries_.end();
  };
  const std::size_t dot = std::min(name.rfind('.'), name.size());
  std::string candidate = name;
  for (int copy = 2; taken(candidate); ++copy) {
    candidate = name.substr(0, dot) + " (" + std::to_string(copy) + ")" + name.substr(dot);
  }
  return candidate;
}

}  // namespace framewright::engine
