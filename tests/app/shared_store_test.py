"""Two gateways on one PostgreSQL and one data directory behave as one.

Whoever takes a job, the other knows it and finishes it when the first one dies; nothing is lost while the
database is away.
"""

import json
import sys
import tempfile
import threading
import unittest

from pictures import gradient, inverted, noise, png, read_png
from postgres import Postgres, programs
from server import Server, job_request, run_program, wait_until

WIDTH, HEIGHT = 64, 48
FINAL = ("succeeded", "failed", "cancelled")
# Who is killed loses its leases four seconds after it has last renewed them, and who hangs after ten. One
# picture and some waiting for a core are in it.
TAKEN_OVER_S = 7
# Long enough to be killed in the middle of it.
SLOW_PIPELINE = "|".join(["bilateral:kernel_size=15,sigma_space=10"] * 4)


def events_of(text):
    """(number, kind, data) of each event of a stream."""
    blocks = [dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
              for block in text.split("\n\n")]
    return [(int(block["id"]), block["event"], json.loads(block["data"]))
            for block in blocks if "event" in block]


class Follower(threading.Thread):
    """Reads the event stream of a job to its end; it has begun when this exists."""

    def __init__(self, server, job_id):
        super().__init__(daemon=True)
        self.connection = server.connect()
        self.connection.request("GET", f"/api/v1/jobs/{job_id}/events")
        self.answer, self.events = self.connection.getresponse(), None
        if self.answer.status != 200:
            raise AssertionError(f"no events: {self.answer.status} {self.answer.read()}")
        self.start()

    def run(self):
        self.events = events_of(self.answer.read().decode())
        self.connection.close()

    def read(self, timeout_s=60):
        self.join(timeout_s)
        if self.events is None:
            raise AssertionError("the event stream has not ended")
        return self.events


class SharedStore(unittest.TestCase):
    def setUp(self):
        self.postgres = self.enterContext(Postgres())
        self.directory = self.enterContext(tempfile.TemporaryDirectory())
        self.one = self.gateway()
        self.two = self.gateway()

    def gateway(self):
        server = Server(self.directory, f"jobs.store={self.postgres.url()}", "log.level=debug",
                        "workers.cpu=1")
        server.start()
        self.addCleanup(server.__exit__)
        wait_until(lambda: server.get("/health/ready").status == 200, "readiness")
        return server

    def submit(self, server, *files, pipeline="invert", key=None):
        body, headers = job_request({"pipeline": pipeline, "output": {"format": "png"}}, *files)
        if key:
            headers["Idempotency-Key"] = key
        return server.request("POST", "/api/v1/jobs", body, headers)

    def accepted(self, *arguments, **more):
        answer = self.submit(*arguments, **more)
        self.assertEqual(answer.status, 202, answer.body)
        return answer.json()["id"]

    def picture(self, seed=0):
        return (f"{seed}.png", png(WIDTH, HEIGHT, 3, gradient(WIDTH, HEIGHT, seed=seed)))

    def job(self, server, job_id):
        return server.get(f"/api/v1/jobs/{job_id}").json()

    def ended(self, server, job_id, timeout_s=60):
        def final():
            answer = server.get(f"/api/v1/jobs/{job_id}")
            return answer.json() if answer.status == 200 and answer.json()["state"] in FINAL else None

        return wait_until(final, f"job {job_id} to end", timeout_s)

    def check_events(self, events):
        """Every number once and in order, one final state at the end."""
        self.assertEqual([number for number, _, _ in events], list(range(1, len(events) + 1)))
        final = [data["state"] for _, kind, data in events if kind == "state" and data["state"] in FINAL]
        self.assertEqual(final, ["succeeded"], events)

    def test_a_job_of_one_is_followed_and_fetched_at_the_other(self):
        followers = []
        for seed in range(10):
            job_id = self.accepted(self.one, self.picture(seed))
            followers.append((seed, job_id, Follower(self.two, job_id)))
        for seed, job_id, follower in followers:
            self.check_events(follower.read())
            result = self.two.get(f"/api/v1/jobs/{job_id}/result")
            self.assertEqual(read_png(result.body),
                             (WIDTH, HEIGHT, 3, inverted(gradient(WIDTH, HEIGHT, seed=seed))))

    def test_one_key_is_one_job_at_both(self):
        first = self.accepted(self.one, self.picture(), key="same")
        self.assertEqual(self.accepted(self.two, self.picture(), key="same"), first)
        self.assertEqual(self.submit(self.two, self.picture(1), key="same").status, 409)

    def test_the_other_finishes_what_a_killed_gateway_had_begun(self):
        self.two.terminate()
        self.assertEqual(self.two.wait(), 0)
        files = [(f"{seed}.png", png(500, 400, 3, noise(500, 400, 3, seed=seed))) for seed in range(8)]
        job_id = self.accepted(self.one, *files, pipeline=SLOW_PIPELINE)
        self.two.start()
        follower = Follower(self.two, job_id)
        wait_until(lambda: self.job(self.two, job_id)["progress"]["done"] >= 2, "two pictures")
        self.one.kill()
        done = self.job(self.two, job_id)
        self.assertEqual(done["state"], "running", "killed too late")
        wait_until(lambda: self.job(self.two, job_id)["progress"]["done"] > done["progress"]["done"],
                   "the other to go on", timeout_s=TAKEN_OVER_S)

        self.assertEqual(self.ended(self.two, job_id)["state"], "succeeded")

        events = follower.read()
        self.check_events(events)
        progress = [data["progress"]["done"] for _, kind, data in events if kind == "progress"]
        self.assertEqual(progress, list(range(1, 9)), "nothing was done twice")

    def test_accepted_jobs_wait_while_the_database_is_away_and_new_ones_are_refused(self):
        files = [(f"{seed}.png", png(500, 400, 3, noise(500, 400, 3, seed=seed))) for seed in range(4)]
        job_ids = [self.accepted(server, *files, pipeline=SLOW_PIPELINE) for server in (self.one, self.two)]
        job_ids += [self.accepted(self.one, self.picture(seed)) for seed in range(10)]
        followers = [Follower(self.two, job_id) for job_id in job_ids]
        wait_until(lambda: self.job(self.one, job_ids[0])["progress"]["done"] >= 1, "a picture")
        self.postgres.stop()

        for server in (self.one, self.two):
            refused = self.submit(server, self.picture(99), key="during")
            self.assertEqual((refused.status, refused.json()["code"]), (503, "overloaded"), refused.body)
            self.assertTrue(int(refused.headers["Retry-After"]) >= 1)
            wait_until(lambda: server.get("/health/ready").status == 503, "readiness off")
            self.assertIn(b"job_store", server.get("/health/ready").body)
            self.assertEqual(server.get("/health").status, 200)
            self.assertEqual(server.process(self.picture()[1], "invert").status, 200, "live work goes on")

        self.postgres.start()
        for server in (self.one, self.two):
            wait_until(lambda: server.get("/health/ready").status == 200, "readiness on")
        for job_id in job_ids:
            self.assertEqual(self.ended(self.two, job_id)["state"], "succeeded")
        for follower in followers:
            self.check_events(follower.read())
        accepted = self.accepted(self.one, self.picture(99), key="during")
        self.ended(self.two, accepted)
        self.assertEqual(len(self.one.get("/api/v1/jobs", limit=100).json()["jobs"]), len(job_ids) + 1)

    def test_nobody_sees_the_password(self):
        self.postgres.stop()
        wait_until(lambda: self.one.get("/health/ready").status == 503, "readiness off")
        self.submit(self.one, self.picture())
        for path in ("/health/ready", "/api/v1/jobs", "/api/v1/config/system"):
            self.assertNotIn(b"top-secret", self.one.get(path).body)
        self.assertNotIn("top-secret", self.one.log())
        shown = run_program("config", "show", "--set", f"jobs.store={self.postgres.url()}")
        self.assertNotIn("top-secret", "".join(map(str, shown)))

    def test_an_uploaded_picture_is_known_to_both(self):
        name, picture = self.picture(5)
        upload = self.one.request("POST", f"/api/v1/images/upload?filename={name}", picture,
                                  {"Content-Type": "image/png"})
        self.assertEqual(upload.status, 201, upload.body)
        listed = self.two.get("/api/v1/images", limit=100).json()["images"]
        image = next(image for image in listed if image["display_name"] == name)
        job = {"input": {"image_id": image["id"]}, "pipeline": "invert"}
        answer = self.two.post_json("/api/v1/jobs", job)
        self.assertEqual(answer.status, 202, answer.body)
        self.assertEqual(self.ended(self.one, answer.json()["id"])["state"], "succeeded")


if __name__ == "__main__":
    if programs() is None:
        print("skipped: PostgreSQL is not installed")
        sys.exit(77)
    unittest.main(verbosity=2)
