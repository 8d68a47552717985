"""A disk that takes no more: the work that needed it fails by name, everything else goes on.

The full disk is a limit on the size of one file (RLIMIT_FSIZE): writing beyond it fails as on a full disk.
"""

import resource
import tempfile
import unittest

from pictures import gradient, noise, png, read_png
from server import Server, job_request, multipart, wait_until

FILE_LIMIT_BYTES = 4 << 20
FINAL = ("succeeded", "failed", "cancelled")


def limit_file_size():
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT_BYTES, FILE_LIMIT_BYTES))


class DiskFull(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.server = Server(directory.name, before_exec=limit_file_size)
        self.server.start()
        self.addCleanup(self.server.__exit__)
        self.small = png(64, 48, 3, gradient(64, 48))
        self.large = png(1400, 1400, 3, noise(1400, 1400, 3, seed=1))
        self.assertGreater(len(self.large), FILE_LIMIT_BYTES)

    def upload(self, picture):
        body, headers = multipart([("file", "picture.png", "image/png", picture)])
        return self.server.request("POST", "/api/v1/images/upload", body, headers)

    def submit(self, picture, pipeline):
        job = {"pipeline": pipeline, "output": {"format": "png"}}
        body, headers = job_request(job, ("picture.png", picture))
        return self.server.request("POST", "/api/v1/jobs", body, headers)

    def final_job(self, job_id):
        def finished():
            job = self.server.get(f"/api/v1/jobs/{job_id}").json()
            return job if job["state"] in FINAL else None

        return wait_until(finished, f"job {job_id} to end")

    def count_images(self):
        return len(self.server.get("/api/v1/images", limit=100).json()["images"])

    def test_an_upload_that_does_not_fit_fails_and_leaves_nothing(self):
        before = self.count_images()
        answer = self.upload(self.large)
        self.assertGreaterEqual(answer.status, 500, answer.body)
        self.assertIn(b"internal", answer.body)
        self.assertEqual(self.count_images(), before)
        self.assertEqual(self.upload(self.small).status, 201)
        self.assertEqual(self.count_images(), before + 1)

    def test_a_job_whose_picture_does_not_fit_is_not_accepted(self):
        answer = self.submit(self.large, "invert")
        self.assertEqual(answer.status, 500, answer.body)
        self.assertEqual(answer.json()["code"], "internal")
        self.assertEqual(self.server.get("/api/v1/jobs").json()["jobs"], [])

    def test_a_job_whose_result_does_not_fit_fails_by_name_and_the_next_one_runs(self):
        seed = png(300, 300, 3, noise(300, 300, 3, seed=2))
        accepted = self.submit(seed, "resize:width=3000,height=3000,interpolation=bilinear")
        self.assertEqual(accepted.status, 202, accepted.body)
        failed = self.final_job(accepted.json()["id"])
        self.assertEqual(failed["state"], "failed", failed)
        self.assertEqual(failed["error"]["code"], "internal", failed)
        following = self.final_job(self.submit(self.small, "invert").json()["id"])
        self.assertEqual(following["state"], "succeeded", following)

    def test_live_work_does_not_need_the_disk(self):
        answer = self.server.process(self.large, "resize:width=70,height=70")
        self.assertEqual(answer.status, 200, answer.body[:200])
        self.assertEqual(read_png(answer.body)[:2], (70, 70))


if __name__ == "__main__":
    unittest.main(verbosity=2)
