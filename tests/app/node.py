"""Starts and stops `framewright worker` for tests."""

import signal
import subprocess
import tempfile

from server import STOP_TIMEOUT_S, program


class Node:
    """A worker that joins the gateway on `port` of `host`; without a port, those of its settings.
    `within` are words of a command that runs the program somewhere else."""

    def __init__(self, port, *arguments, host="127.0.0.1", within=()):
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [*within, program(), "worker", *(("--join", f"{host}:{port}") if port else ()), *arguments],
            stdout=subprocess.PIPE, stderr=self._log, text=True)
        word, self.id = self._process.stdout.readline().split()
        if word != "worker":
            raise AssertionError(f"expected 'worker ID', got {word!r}; the log:\n{self.log()}")

    @property
    def running(self):
        return self._process.poll() is None

    @property
    def pid(self):
        return self._process.pid

    def send(self, number):
        self._process.send_signal(number)

    def wait(self):
        """The exit code, once it has ended."""
        code = self._process.wait(STOP_TIMEOUT_S)
        self._process.stdout.close()
        return code

    def stop(self):
        self.send(signal.SIGTERM)
        return self.wait()

    def kill(self):
        if self.running:
            self._process.kill()
        self.wait()

    def log(self):
        self._log.seek(0)
        return self._log.read()
