"""What cannot be done is refused from the header and the plan, before any pixel is decoded: by the server
with status, code and field, by `process` with one line for each picture.

The pictures have sound headers and pixels that cannot be decoded: whoever tried would say so.
"""

import pathlib
import tempfile
import unittest

from pictures import undecodable_png
from server import Server, run_program

FRAME_MEMORY = f"limits.frame_memory_bytes={32 << 20}"
WIDTH, HEIGHT = 100, 80

# Pipeline, status, code, the fields that are named, and what the detail says.
REFUSALS = (
    ("crop:x=60,width=41,height=1", 400, "invalid_pipeline", ["pipeline[0].crop"],
     "x and width reach from 60 to 101 px, the picture to 100 px"),
    ("invert|crop:y=80,width=1,height=1", 400, "invalid_pipeline", ["pipeline[1].crop"],
     "y and height reach from 80 to 81 px, the picture to 80 px"),
    ("resize:scale=0.5|crop:width=51,height=1", 400, "invalid_pipeline", ["pipeline[1].crop"],
     "x and width reach from 0 to 51 px, the picture to 50 px"),
    ("resize:width=16384,height=16384", 400, "invalid_pipeline", ["pipeline[0].resize"],
     "would make 16384x16384 px"),
    ("resize:scale=16|resize:scale=16", 400, "invalid_pipeline", ["pipeline[1].resize"],
     "would make 25600x20480 px"),
    ("letterbox:width=16384,height=4000", 400, "invalid_pipeline", ["pipeline[0].letterbox"],
     "would make 16384x4000 px"),
    # Within every limit of pixels, and gone again behind it; but 6000x6000 are 34 MiB of gray.
    ("resize:width=6000,height=6000|resize:width=10", 413, "image_too_large", [], "bytes of frame memory"),
    ("resize:width=-1", 400, "invalid_pipeline", ["pipeline[0].resize.width"], "width"),
    ("resize:width=16385", 400, "invalid_pipeline", ["pipeline[0].resize.width"], "width"),
    ("resize:height=99999999999", 400, "invalid_pipeline", ["pipeline[0].resize.height"], "height"),
    ("resize:scale=0", 400, "invalid_pipeline", ["pipeline[0].resize.scale"], "scale"),
    ("resize:scale=16.1,width=-1", 400, "invalid_pipeline",
     ["pipeline[0].resize.scale", "pipeline[0].resize.width"], ""),
)
# What is wrong with the pipeline alone is wrong usage.
IS_USAGE = frozenset(row[0] for row in REFUSALS if row[3] and row[3][0].count(".") == 2)


class Refusals(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.picture = undecodable_png(WIDTH, HEIGHT)

    def test_the_server_names_status_code_and_field(self):
        with Server(self.directory / "data", FRAME_MEMORY) as server:
            for pipeline, status, code, fields, detail in REFUSALS:
                with self.subTest(pipeline):
                    answer = server.request("POST", "/api/v1/process", self.picture,
                                            {"Content-Type": "image/png"}, pipeline=pipeline)
                    problem = answer.json()
                    self.assertEqual((answer.status, problem["status"], problem["code"]),
                                     (status, status, code), problem)
                    self.assertEqual([error["field"] for error in problem["errors"]], fields)
                    self.assertIn(detail, problem["detail"] + str(problem["errors"]))
            answer = server.request("POST", "/api/v1/process", self.picture, {"Content-Type": "image/png"},
                                    pipeline="resize:width=0,height=0|crop:x=99,y=79,width=1,height=1")
            self.assertEqual((answer.status, answer.json()["code"]), (422, "corrupt_media"),
                             "what is not refused would be decoded")
            self.assertEqual(server.stop(), 0)

    def test_process_names_picture_and_field(self):
        file = self.directory / "a.png"
        file.write_bytes(self.picture)
        for pipeline, _, _, fields, detail in REFUSALS:
            with self.subTest(pipeline):
                code, _, errors = run_program(
                    "process", str(file), "-o", str(self.directory / "out"), "--pipeline", pipeline,
                    "--set", FRAME_MEMORY)
                self.assertEqual(code, 2 if pipeline in IS_USAGE else 1, errors)
                for part in (*fields, detail, "" if pipeline in IS_USAGE else "a.png"):
                    self.assertIn(part, errors)
        self.assertFalse((self.directory / "out" / "a.png").exists())


if __name__ == "__main__":
    unittest.main()
