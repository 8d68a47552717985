"""Starts and stops the real program for tests, and speaks HTTP to it.

The program's path comes from the environment variable PROGRAM_UNDER_TEST. Ports are always free ones, data
directories always new ones.
"""

import dataclasses
import http.client
import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
import urllib.parse

START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 40
REQUEST_TIMEOUT_S = 60


def program():
    return os.environ["PROGRAM_UNDER_TEST"]


def wait_until(condition, what, timeout_s=60):
    """Asks until `condition()` is true and returns it; an AssertionError names what was waited for."""
    give_up = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > give_up:
            raise AssertionError(f"waited {timeout_s} s in vain: {what}")
        time.sleep(0.02)


@dataclasses.dataclass
class Response:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)


def run_program(*arguments, timeout_s=START_TIMEOUT_S):
    """Runs the program to its end: (exit code, stdout, stderr)."""
    done = subprocess.run([program(), *arguments], capture_output=True, text=True, timeout=timeout_s,
                          check=False)
    return done.returncode, done.stdout, done.stderr


class Server:
    """`framewright serve` on a data directory. A context manager: started on entry, gone on exit.

    `settings` are `key=value` for --set. `before_exec` runs in the child, for resource limits. `address` is
    where it listens for clients; `within` are words of a command that runs the program somewhere else.
    """

    def __init__(self, data_directory, *settings, arguments=(), before_exec=None,
                 address="127.0.0.1", within=()):
        self.data_directory = data_directory
        self.address = address
        self._within = within
        self._settings = settings
        self._arguments = arguments
        self._before_exec = before_exec
        self._process = None
        self._log = None
        self.port = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        if self.running:
            self.kill()
        self._log.close()

    @property
    def running(self):
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self):
        return self._process.pid

    def start(self, port=0):
        """Returns when the program has said where it listens. Port 0 takes a free one."""
        if self._log is None:
            self._log = tempfile.TemporaryFile("w+", encoding="utf-8")
        values = (f"http.address={self.address}", f"http.port={port}",
                  f"data.directory={self.data_directory}", "cluster.port=0", *self._settings)
        arguments = [part for value in values for part in ("--set", value)]
        # Python ignores SIGXFSZ; keeping that lets a test bound file sizes without the signal.
        self._process = subprocess.Popen(
            [*self._within, program(), "serve", *self._arguments, *arguments], stdout=subprocess.PIPE,
            stderr=self._log, text=True, restore_signals=False, preexec_fn=self._before_exec)
        self.port = self._read_port()

    def terminate(self):
        """Asks the program to stop, as an init system does."""
        self._process.send_signal(signal.SIGTERM)

    def wait(self):
        """The exit code, once it has ended."""
        code = self._process.wait(STOP_TIMEOUT_S)
        self._process.stdout.close()
        return code

    def stop(self):
        self.terminate()
        return self.wait()

    def kill(self):
        """Ends the program as a loss of power would."""
        self._process.kill()
        return self.wait()

    def log(self):
        self._log.seek(0)
        return self._log.read()

    def connect(self):
        return http.client.HTTPConnection(self.address, self.port, timeout=REQUEST_TIMEOUT_S)

    def url(self, path=""):
        return f"http://{self.address}:{self.port}{path}"

    def request(self, method, path, body=None, headers=None, **query):
        """One request on a connection of its own."""
        connection = self.connect()
        try:
            target = f"{path}?{urllib.parse.urlencode(query)}" if query else path
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            return Response(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path, **query):
        return self.request("GET", path, **query)

    def post_json(self, path, value, headers=None):
        headers = {"Content-Type": "application/json", **(headers or {})}
        return self.request("POST", path, json.dumps(value), headers)

    def process(self, picture, pipeline="", media_type="image/png", **query):
        headers = {"Content-Type": media_type}
        return self.request("POST", "/api/v1/process", picture, headers, pipeline=pipeline, **query)

    def metric(self, name):
        """The sum of a metric's samples, whatever their labels."""
        lines = self.get("/metrics").body.decode().splitlines()
        if not any(line.startswith(f"# TYPE {name} ") for line in lines):
            raise AssertionError(f"there is no metric {name}")
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines
                   if line.startswith((f"{name} ", f"{name}{{")))

    def read_node_port(self, host="127.0.0.1"):
        """Where nodes join; to be asked once, of a server that lets them.

        The program tells of a port that it picked, and of no other.
        """
        chosen = [int(value.split("=")[1]) for value in self._settings if value.startswith("cluster.port=")]
        if chosen and chosen[-1] != 0:
            return chosen[-1]
        return int(self._read_line(f"listening cluster={host}:"))

    def _read_port(self):
        return int(self._read_line(f"listening http={self.address}:"))

    def _read_line(self, prefix):
        """What follows `prefix` in the next line that the program says."""
        lines = queue.Queue()
        stdout = self._process.stdout
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=START_TIMEOUT_S)
        except queue.Empty:
            line = "nothing"
        if not line.startswith(prefix):
            if self.running:
                self.kill()
            raise AssertionError(f"expected '{prefix}PORT', got {line!r}; the log:\n{self.log()}")
        return line[len(prefix):].strip()


def multipart(parts):
    """A multipart/form-data body and its headers. `parts`: (name, filename or None, media type, bytes)."""
    boundary = "framewright-test-boundary"
    body = bytearray()
    for name, filename, media_type, content in parts:
        disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
        head = f"--{boundary}\r\nContent-Disposition: {disposition}\r\nContent-Type: {media_type}\r\n\r\n"
        body += head.encode() + content + b"\r\n"
    body += f"--{boundary}--\r\n".encode()
    return bytes(body), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def job_request(job, *files):
    """Body and headers of a job with its files, (filename, bytes) each."""
    parts = [("job", None, "application/json", json.dumps(job).encode())]
    parts += [("file", name, "image/png", content) for name, content in files]
    return multipart(parts)
