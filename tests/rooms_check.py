#!/usr/bin/env python3
"""The map of the rooms, as a test: who may include whom, where each library enters, how long a file may be.

Usage: rooms_check.py [ROOT]. Prints one line for each violation and exits 1 when there is any.
"""
import re
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Iterator, NamedTuple

# Room: the rooms that it may include beside itself. Tests and benchmarks may include all.
MAY_INCLUDE = {
    "kernels": set(),
    "engine": {"kernels"},
    "config": {"engine"},
    "actors": {"engine", "kernels"},
    "net": {"engine", "config", "actors"},
    "app": {"kernels", "engine", "config", "actors", "net"},
}
# Of these rooms the network front sees only interfaces and values.
NET_SEES = {"actors": ["actors/frame_service.hpp", "actors/post.hpp"], "config": ["config/settings.hpp"]}

# Library: the start of its include lines, and the files that may have such a line. Tests and benchmarks may.
DOORS = {
    "CUDA": (("cuda", "driver_types.h", "vector_types.h"), ["kernels/*.cu", "kernels/*.cuh"]),
    "NVTX": (("nvtx3/",), ["kernels/profiler_range.cpp"]),
    "CAF": (("caf/",), ["actors/*", "net/actor_bridge*", "app/*"]),
    "Beast and Asio": (("boost/beast", "boost/asio"), ["net/*", "app/rest_client.cpp"]),
    "OpenSSL": (("openssl/",), ["net/certificates.cpp", "net/digest.cpp", "net/link_identity.cpp",
                                "net/openssl_handles.*", "net/tls_stream.cpp"]),
    "gRPC": (("grpc", "google/protobuf"), ["net/grpc/*"]),
    "prometheus-cpp": (("prometheus/",), ["app/prometheus_*"]),
    "SQLite": (("SQLiteCpp/", "sqlite3.h"), ["engine/sqlite*", "engine/database*", "engine/*_rows.cpp"]),
    "PostgreSQL": (("libpq",), ["engine/postgres_connection.cpp"]),
    "libjpeg": (("jpeglib.h", "jerror.h", "turbojpeg.h"), ["engine/jpeg_*"]),
    "libdeflate": (("libdeflate.h",), ["engine/png_*.cpp", "engine/fast_deflate.cpp"]),
    "libwebp": (("webp/",), ["engine/*webp*.cpp"]),
    "libexif": (("libexif/",), ["engine/*exif*.cpp"]),
    "yaml-cpp": (("yaml-cpp/",), ["config/yaml_reader.cpp"]),
    "CLI11": (("CLI/",), ["app/command_line.cpp"]),
    "spdlog": (("spdlog/",), ["actors/*", "net/*", "app/*"]),
    "Highway": (("hwy/",), ["kernels/*"]),
}
# Includes that one source file alone may have, because they take long to compile.
ONE_SOURCE_ONLY = ["boost/beast/websocket", "boost/beast/ssl", "boost/asio/ssl"]

CODE_FOLDERS = [*MAY_INCLUDE, "tests", "bench"]
MAX_LINES = {".hpp": 250, ".cuh": 250, ".cpp": 500, ".cu": 500, ".py": 500, ".js": 500, ".sh": 500}
MAX_COLUMNS = 110
MAX_FUNCTION_LINES = 70

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
BANNED_NAME = re.compile(r"^\s*(?:class|struct|enum class)\s+(\w*(?:Manager|Helper|Util|Utils|Data|Info))\b")
NO_FUNCTION = r"(?! |namespace|class|struct|enum|union|extern|if|for|while|switch|else|do|try)"
FUNCTION = re.compile(r"^( {0,2})" + NO_FUNCTION + r".*\).*\{$")
NAMED_PATH = re.compile(r"`((?:%s)/[\w./-]*)`" % "|".join([*CODE_FOLDERS, "docs", "web", "cmake", "proto"]))


class Violation(NamedTuple):
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class Source(NamedTuple):
    path: str
    room: str
    suffix: str
    lines: list[str]

    def includes(self) -> Iterator[tuple[int, str, str]]:
        for number, line in enumerate(self.lines, 1):
            if match := INCLUDE.match(line):
                yield number, match[1], match[2]


def sources(root: Path) -> list[Source]:
    found = []
    for folder in CODE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in MAX_LINES and "node_modules" not in path.parts:
                name = path.relative_to(root).as_posix()
                found.append(Source(name, folder, path.suffix, path.read_text(encoding="utf-8").splitlines()))
    return found


def allowed(path: str, patterns: list[str]) -> bool:
    return any(fnmatch(path, pattern) for pattern in patterns)


def check_rooms(source: Source) -> Iterator[Violation]:
    if source.room not in MAY_INCLUDE:
        return
    for number, quote, included in source.includes():
        room = included.split("/")[0]
        if quote != '"' or room not in CODE_FOLDERS or room == source.room:
            continue
        if room not in MAY_INCLUDE[source.room]:
            yield Violation(source.path, number, f"{source.room}/ may not include {room}/ ({included})")
        elif source.room == "net" and room in NET_SEES and not allowed(included, NET_SEES[room]):
            yield Violation(source.path, number, f"net/ sees only interfaces of {room}/ ({included})")


def check_doors(source: Source) -> Iterator[Violation]:
    if source.room not in MAY_INCLUDE:
        return
    for number, _, included in source.includes():
        for library, (prefixes, doors) in DOORS.items():
            if included.startswith(prefixes) and not allowed(source.path, doors):
                yield Violation(source.path, number, f"{library} enters through {', '.join(doors)} only")


def check_one_source_only(all_sources: list[Source]) -> Iterator[Violation]:
    for prefix in ONE_SOURCE_ONLY:
        users = [(source, number) for source in all_sources if source.room in MAY_INCLUDE
                 for number, _, included in source.includes() if included.startswith(prefix)]
        files = sorted({source.path for source, _ in users})
        for source, number in users:
            if source.suffix == ".hpp" or len(files) > 1:
                yield Violation(source.path, number, f"{prefix} belongs into one source file; now in {files}")


def check_length(source: Source) -> Iterator[Violation]:
    limit = MAX_LINES[source.suffix]
    if len(source.lines) > limit:
        yield Violation(source.path, len(source.lines), f"longer than {limit} lines")
    for number, line in enumerate(source.lines, 1):
        if len(line) > MAX_COLUMNS:
            yield Violation(source.path, number, f"{len(line)} columns, at most {MAX_COLUMNS}")


def check_functions(source: Source) -> Iterator[Violation]:
    """Relies on clang-format: a function closes with a brace at the indentation of the line that opens it."""
    if source.suffix not in (".hpp", ".cpp", ".cu", ".cuh"):
        return
    for start, line in enumerate(source.lines):
        if not (match := FUNCTION.match(line)):
            continue
        closing = match[1] + "}"
        for end in range(start + 1, len(source.lines)):
            if source.lines[end].startswith(closing):
                if end - start + 1 > MAX_FUNCTION_LINES:
                    yield Violation(source.path, start + 1, f"function of {end - start + 1} lines")
                break


def check_words(source: Source) -> Iterator[Violation]:
    if source.path.startswith("tests/rooms_check"):
        return   # Names what it looks for.
    for number, line in enumerate(source.lines, 1):
        if match := BANNED_NAME.match(line):
            yield Violation(source.path, number, f"{match[1]}: a name that says nothing")
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            yield Violation(source.path, number, "unfinished work belongs into an issue")


def check_architecture(root: Path) -> Iterator[Violation]:
    page = root / "ARCHITECTURE.md"
    if not page.exists():
        return
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        for name in NAMED_PATH.findall(line):
            if not (root / name).exists():
                yield Violation(page.name, number, f"names {name}, which does not exist")


def violations(root: Path) -> list[Violation]:
    all_sources = sources(root)
    found = [*check_one_source_only(all_sources), *check_architecture(root)]
    for source in all_sources:
        for check in (check_rooms, check_doors, check_length, check_functions, check_words):
            found.extend(check(source))
    return sorted(found)


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = violations(root)
    for violation in found:
        print(violation)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
