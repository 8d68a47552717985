"""A TCP proxy for tests that is late, narrow or deaf when told to.

It is a program of its own, so that it may run on another host and shares no interpreter lock with the test:

    proxy.py LISTEN_ADDRESS DIAL_ADDRESS DIAL_PORT DELAY_S

says its port, and then takes lines: `silence UP DOWN` (0 or 1 each), `limit BYTES_PER_SECOND`. It ends with
its standard input.
"""

import asyncio
import contextlib
import subprocess
import sys

PIECE_BYTES = 16 << 10
# Pieces that may be under way in one direction; with it full the sender is not read.
WINDOW = 256


class Proxy:
    """Carries what comes to a port of `listen` to `port` of `dial`, each byte `delay_s` later. `within` are
    words of a command that runs it somewhere else."""

    def __init__(self, listen, dial, port, delay_s=0.0, within=()):
        self._process = subprocess.Popen(
            [*within, sys.executable, __file__, listen, dial, str(port), str(delay_s)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = int(self._process.stdout.readline())

    def silence(self, up, down):
        """Whether bytes to the dialled side and back are held back; connections stay open."""
        self._tell(f"silence {int(up)} {int(down)}")

    def limit(self, bytes_per_second):
        self._tell(f"limit {bytes_per_second}")

    def _tell(self, line):
        print(line, file=self._process.stdin, flush=True)

    def end(self):
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Direction:
    """What applies to all bytes one way."""

    def __init__(self):
        self.may_pass = asyncio.Event()
        self.may_pass.set()


class Carrier:
    """The proxy itself."""

    def __init__(self, dial, port, delay_s):
        self._dial, self._port, self._delay_s = dial, port, delay_s
        self._up, self._down = Direction(), Direction()
        self._bytes_per_second = None

    def obey(self, line):
        word, *values = line.split()
        if word == "limit":
            self._bytes_per_second = float(values[0])
            return
        for direction, silent in zip((self._up, self._down), values):
            if silent == "1":
                direction.may_pass.clear()
            else:
                direction.may_pass.set()

    async def connect(self, reader, writer):
        try:
            far_reader, far_writer = await asyncio.open_connection(self._dial, self._port)
        except OSError:   # To the caller that is an end.
            writer.close()
            return
        await asyncio.gather(self._carry(reader, far_writer, self._up),
                             self._carry(far_reader, writer, self._down))
        for one in (writer, far_writer):
            one.close()

    async def _carry(self, reader, writer, direction):
        under_way = asyncio.Queue(WINDOW)
        await asyncio.gather(self._read(reader, under_way), self._write(writer, under_way, direction))

    async def _read(self, reader, under_way):
        """An empty piece ends the queue."""
        now = asyncio.get_running_loop().time
        piece = b"."
        while piece:
            try:
                piece = await reader.read(PIECE_BYTES)
            except OSError:   # Reset: an end as good as any.
                piece = b""
            await under_way.put((now(), piece))

    async def _write(self, writer, under_way, direction):
        now = asyncio.get_running_loop().time
        piece, broken = b".", False
        while piece:
            came_at, piece = await under_way.get()
            await asyncio.sleep(came_at + self._delay_s - now())
            if self._bytes_per_second:
                await asyncio.sleep(len(piece) / self._bytes_per_second)
            await direction.may_pass.wait()
            if broken:   # The reader of the other direction brings the end home.
                continue
            try:
                writer.write(piece)
                if not piece:
                    writer.write_eof()
                await writer.drain()
            except OSError:
                broken = True


async def main(listen, dial, port, delay_s):
    carrier = Carrier(dial, int(port), float(delay_s))
    server = await asyncio.start_server(carrier.connect, listen, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    orders = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(orders)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while line := await orders.readline():
        carrier.obey(line.decode())


if __name__ == "__main__":
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(main(*sys.argv[1:]))
