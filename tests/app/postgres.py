"""A PostgreSQL of the test's own: a scratch folder, a Unix socket in it, no port, gone with the test."""

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

START_TIMEOUT_S = 30


def programs():
    """The folder of initdb and postgres of the newest version that is installed, or None."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


class Postgres:
    """A context manager: started on entry, gone on exit. stop() and start() take it away and back."""

    def __init__(self):
        self._folder = tempfile.mkdtemp(prefix="framewright-pg-")
        self._process = None
        if os.geteuid() == 0:   # PostgreSQL refuses to run as root; Debian made a user for it.
            shutil.chown(self._folder, "postgres")
        self._run("initdb", "-D", f"{self._folder}/cluster", "-A", "trust", "-U", "framewright",
                  "--no-sync", "-E", "UTF8", "--locale=C").wait()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self._folder)

    def start(self):
        self._process = self._run("postgres", "-D", f"{self._folder}/cluster", "-k", self._folder,
                                  "-c", "listen_addresses=", "-c", "fsync=off")
        give_up = time.monotonic() + START_TIMEOUT_S
        while self._run("pg_isready", "-q", "-h", self._folder).wait() != 0:
            if time.monotonic() > give_up:
                raise AssertionError("PostgreSQL does not start: " + self.log())
            time.sleep(0.02)

    def stop(self):
        """Ends every connection at once, as a crash does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def url(self, password="top-secret"):
        return f"postgresql://framewright:{password}@/postgres?host={self._folder}"

    def log(self):
        return pathlib.Path(self._folder, "log").read_text(encoding="utf-8")

    def _run(self, program, *arguments):
        # The server ends with the test, however that ends.
        command = ["setpriv", "--pdeathsig", "QUIT"]
        if os.geteuid() == 0:
            command += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        with open(f"{self._folder}/log", "a", encoding="utf-8") as log:
            return subprocess.Popen([*command, programs() / program, *arguments], stdout=log, stderr=log,
                                    cwd=self._folder)
