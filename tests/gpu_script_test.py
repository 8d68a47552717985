"""bench/gpu.sh with a compiler that is played: what goes wrong is told, and the rest is done all the same."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Writes what it is asked for: a report of registers, or a program that says its name.
NVCC = """#!/bin/bash
words="$*"
while [[ $# -gt 0 ]]; do [[ $1 == -o ]] && out=$2; shift; done
if [[ $words == *-Xptxas* ]]; then
  echo "ptxas info    : Compiling entry function '_Z4turnv' for 'sm_75'"
  echo "    0 bytes stack frame, $SPILLED bytes spill stores, 0 bytes spill loads"
  echo "ptxas info    : Used 32 registers, 400 bytes cmem[0]"
else
  [[ $words == *bench/device/bare/main.cpp* ]] && echo "bare tests"
  printf '#!/bin/sh\\necho "%s ran"\\n[ "%s" != "$FAILS" ]\\n' "${out##*/}" "${out##*/}" > "$out"
  chmod +x "$out"
fi
"""


class GpuScript(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.tree = pathlib.Path(directory.name)
        for folder in ("bench/device", "kernels", "tests/kernels", "bin"):
            (self.tree / folder).mkdir(parents=True)
        shutil.copy(ROOT / "bench/gpu.sh", self.tree / "bench")
        (self.tree / "kernels/turn.cu").touch()
        (self.tree / "bench/device/peers.py").write_text("print('peers ran')\n")
        (self.tree / "bin/nvcc").write_text(NVCC)
        (self.tree / "bin/nvcc").chmod(0o755)

    def run_script(self, *words, **variables):
        environment = {**os.environ, "PATH": f"{self.tree}/bin:/usr/bin:/bin", "SPILLED": "0", "FAILS": "",
                       "FRAMEWRIGHT_GPU_ARCH": "sm_75", **variables}
        return subprocess.run([self.tree / "bench/gpu.sh", *words], env=environment, text=True,
                              capture_output=True, check=False)

    def table(self):
        return (self.tree / "build/gpu/tables.md").read_text()

    def test_keeps_registers_benchmark_and_peers_in_one_page(self):
        done = self.run_script("all")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("device_test ran", done.stdout)
        rows = self.table().splitlines()[2:]
        self.assertEqual(rows, ["| turn | sm_75 | 32 | 0 | 0 | 0 |", "device_bench ran", "peers ran"])

    def test_goes_on_after_spills_and_failed_tests_and_tells_of_both(self):
        done = self.run_script("all", SPILLED="8", FAILS="device_test")
        self.assertEqual(done.returncode, 1)
        self.assertIn("wrong: some kernels spill\nwrong: device tests failed\n", done.stderr)
        self.assertIn("| turn | sm_75 | 32 | 0 | 0 | 8 |", self.table())
        self.assertIn("peers ran", self.table())

    def test_fails_with_the_benchmark(self):
        done = self.run_script("all", FAILS="device_bench")
        self.assertEqual(done.returncode, 1)
        self.assertIn("wrong: the benchmark failed\n", done.stderr)

    def test_needs_no_library_for_its_tests(self):
        done = self.run_script("all", CXX="false")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("bare tests", done.stdout)

    def test_registers_alone_need_no_card(self):
        self.assertEqual(self.run_script("registers").returncode, 0)
        self.assertEqual(self.run_script("registers", SPILLED="8").returncode, 1)
        self.assertEqual(self.run_script("what").returncode, 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
