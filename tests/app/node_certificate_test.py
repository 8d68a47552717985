"""`framewright node certificate`: what it writes, and that it overwrites nothing."""
import ssl
import stat
import tempfile
import unittest
from pathlib import Path

from server import run_program


class NodeCertificate(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name) / "made" / "here"

    def make(self, *names):
        return run_program("node", "certificate", *names, "-o", str(self.folder))

    def mode(self, name):
        return stat.S_IMODE((self.folder / name).stat().st_mode)

    def test_makes_an_authority_and_nodes_that_it_signed(self):
        code, out, err = self.make("a.test", "127.0.0.1")
        self.assertEqual((code, err), (0, ""))
        self.assertIn(f"cluster.tls.key: {self.folder}/a.test.key", out)
        self.assertEqual(self.make("b.test")[0], 0)
        for name in ("authority", "a.test", "b.test"):
            self.assertEqual(self.mode(f"{name}.key"), 0o600)
        for name in ("a.test", "b.test"):
            context = ssl.create_default_context(cafile=self.folder / "authority.pem")
            context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")

    def test_overwrites_nothing(self):
        self.make("a.test")
        before = (self.folder / "a.test.key").read_bytes()
        code, _, err = self.make("a.test")
        self.assertEqual(code, 1)
        self.assertIn("a.test.key", err)
        self.assertIn("exists", err)
        self.assertEqual((self.folder / "a.test.key").read_bytes(), before)

    def test_refuses_what_is_no_name(self):
        for name in ("../evil", "a b", "authority"):
            code, _, err = self.make(name)
            self.assertEqual(code, 1, err)


if __name__ == "__main__":
    unittest.main()
