"""The relocatable archive: elsewhere, with no environment, and with nothing of this machine but glibc."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from server import Server, program

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# What the archive leaves to the machine.
GLIBC = ("linux-vdso", "ld-linux", "libc.so", "libm.so", "libmvec.so", "libpthread.so", "libdl.so",
         "librt.so", "libresolv.so", "libutil.so")


def is_of_glibc(name):
    return name.startswith(GLIBC)


def libraries(binary):
    """Name and path of what the loader finds for `binary` with no environment."""
    listed = subprocess.run([str(binary)], env={"LD_TRACE_LOADED_OBJECTS": "1"}, capture_output=True,
                            text=True, check=True).stdout
    for line in listed.splitlines():
        name, path = re.fullmatch(r"\s*(\S+)(?: => (.+))? \(0x[0-9a-f]+\)", line).groups()
        yield pathlib.Path(name).name, path or name


class Bundle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if shutil.which("patchelf") is None:
            raise unittest.SkipTest("patchelf is not installed")
        directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(directory.cleanup)
        cls.directory = pathlib.Path(directory.name)
        archive = cls.directory / "bundle.tar.gz"
        subprocess.run([ROOT / "deploy/bundle.sh", archive, pathlib.Path(program()).parent], check=True,
                       stdout=subprocess.DEVNULL)
        elsewhere = cls.directory / "some where else"
        elsewhere.mkdir()
        subprocess.run(["tar", "-xzf", archive, "-C", elsewhere], check=True)
        (cls.tree,) = elsewhere.iterdir()
        cls.expected = cls.directory / "expected.png"
        subprocess.run([program(), *cls.conversion(cls.tree / "samples", cls.expected)], check=True)

    @staticmethod
    def conversion(samples, output):
        return ["process", str(samples / "gradient.jpg"), "-o", str(output), "--pipeline",
                "gaussian_blur|grayscale"]

    def test_every_library_but_glibc_is_its_own(self):
        found = list(libraries(self.tree / "framewright"))
        own = [name for name, path in found if path.startswith(str(self.tree / "lib"))]
        self.assertGreater(len(own), 10)
        self.assertEqual([], [name for name, _ in found if name not in own and not is_of_glibc(name)])

    def test_it_processes_a_picture_without_an_environment(self):
        output = self.directory / "out.png"
        subprocess.run([self.tree / "framewright", *self.conversion(self.tree / "samples", output)], env={},
                       cwd="/", check=True)
        self.assertEqual(output.read_bytes(), self.expected.read_bytes())

    def test_it_needs_nothing_of_the_machine_but_glibc(self):
        root = self.directory / "root"
        shutil.copytree(self.tree, root / "opt")
        for name, path in libraries(self.tree / "framewright"):
            if is_of_glibc(name) and path.startswith("/"):
                target = root / path.lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
        inside = ["chroot", str(root), "/opt/framewright",
                  *self.conversion(pathlib.Path("/opt/samples"), "/out.png")]
        if os.geteuid() != 0:
            inside = ["unshare", "--map-root-user", *inside]
            if subprocess.run(["unshare", "--map-root-user", "true"], check=False).returncode != 0:
                self.skipTest("this user may not change the root folder")
        # The loader learns from /proc where a program lies. There is none inside, so it is told.
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LD_ORIGIN_PATH": "/opt"}
        subprocess.run(inside, env=environment, check=True)
        self.assertEqual((root / "out.png").read_bytes(), self.expected.read_bytes())

    def test_it_serves_pages_and_pictures(self):
        before = os.environ["PROGRAM_UNDER_TEST"]
        os.environ["PROGRAM_UNDER_TEST"] = str(self.tree / "framewright")
        self.addCleanup(os.environ.__setitem__, "PROGRAM_UNDER_TEST", before)
        with Server(self.directory / "data") as server:
            self.assertIn(b"<html", server.get("/").body)
            picture = (self.tree / "samples/gradient.jpg").read_bytes()
            answer = server.process(picture, "grayscale", "image/jpeg", format="png")
            self.assertEqual(answer.status, 200, answer.body)
            self.assertEqual(answer.body[:4], b"\x89PNG")


if __name__ == "__main__":
    unittest.main(verbosity=2)
