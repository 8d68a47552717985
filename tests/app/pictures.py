"""PNG pictures from and to raw pixels, on the standard library alone, so that tests compare exact pixels."""

import random
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOUR_TYPES = {1: 0, 3: 2, 4: 6}
CHANNELS = {0: 1, 2: 3, 6: 4}


def png(width, height, channels, pixels, level=1):
    """`pixels` row by row, 8 bits a channel."""
    row = width * channels
    lines = b"".join(b"\0" + pixels[y * row:(y + 1) * row] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, COLOUR_TYPES[channels], 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, level)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def undecodable_png(width, height):
    """A PNG whose header and chunks are sound and whose pixels are not."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", b"not a zlib stream"), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def read_png(data):
    """(width, height, channels, pixels) of an 8-bit gray, RGB or RGBA picture that is not interlaced."""
    if data[:8] != SIGNATURE:
        raise ValueError(f"not a PNG: {data[:16]!r}")
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    if depth != 8 or colour not in CHANNELS or interlaced:
        raise ValueError(f"depth {depth}, colour type {colour}, interlaced {interlaced}: not for this reader")
    channels = CHANNELS[colour]
    lines = zlib.decompress(b"".join(content for kind, content in _chunks(data) if kind == b"IDAT"))
    return width, height, channels, _unfilter(lines, width * channels, height, channels)


def noise(width, height, channels, seed):
    """Pixels that do not compress."""
    return random.Random(seed).randbytes(width * height * channels)


def gradient(width, height, seed=0):
    """RGB pixels that differ from place to place and from seed to seed."""
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            red, green, blue = x * 255 // width + seed, y * 255 // height, x ^ y ^ seed
            pixels += bytes((red & 255, green & 255, blue & 255))
    return bytes(pixels)


def inverted(pixels):
    return bytes(255 - value for value in pixels)


def _chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _chunks(data):
    at = 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8:at + 8 + length]
        at += 12 + length


def _unfilter(lines, row, height, channels):
    pixels = bytearray()
    above = bytearray(row)
    for y in range(height):
        start = y * (row + 1)
        line = bytearray(lines[start + 1:start + 1 + row])
        _undo(lines[start], line, above, channels)
        pixels += line
        above = line
    return bytes(pixels)


def _undo(kind, line, above, channels):
    for x in range(len(line)):
        left = line[x - channels] if x >= channels else 0
        corner = above[x - channels] if x >= channels else 0
        predictions = (0, left, above[x], (left + above[x]) // 2, _paeth(left, above[x], corner))
        line[x] = (line[x] + predictions[kind]) & 255


def _paeth(left, up, corner):
    estimate = left + up - corner
    return min((left, up, corner), key=lambda value: abs(estimate - value))
