"""Holds docs/openapi.yaml and the server against each other: each describes all of what the other does."""

import base64
import json
import re
import tempfile
import unittest

import jsonschema

from node import Node
from openapi_document import ROOT, Document
from pictures import gradient, png, undecodable_png
from server import Server, job_request, multipart, wait_until

JSON = {"Content-Type": "application/json"}
PNG = {"Content-Type": "image/png"}
PICTURE = png(32, 24, 3, gradient(32, 24))
BROKEN = PICTURE[:60]
ABSENT = "no-such-id"

# Answers that no client can provoke at will: the load and stop tests see those.
BEYOND_THIS_TEST = {(operation, "503") for operation in
                    ("process", "processImage", "submitJob", "uploadImages", "healthReady")}


def multipart_files(*files):
    return multipart([("file", name, "image/png", content) for name, content in files])


class OpenApi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.document = Document()
        directory = cls.enterClassContext(tempfile.TemporaryDirectory())
        settings = ("limits.body_bytes=2MiB", "limits.upload_image_bytes=1MiB")
        cls.server = cls.enterClassContext(Server(directory, *settings))
        cls.seen = set()

    def ask(self, operation_id, status, path=None, body=None, headers=None, **query):
        """Makes a request of the operation; checks the answer's status and all that is described of it."""
        operation = self.document.operation(operation_id)
        path = path or operation.path
        self.assertTrue(operation.matches(operation.method, path.split("/")), path)
        answer = self.server.request(operation.method, path, body, headers, **query)
        self.assertEqual(answer.status, status, f"{operation_id} {path}: {answer.body[:300]!r}")
        try:
            self.document.check(operation, answer)
        except ValueError as mistake:
            self.fail(f"{operation.method} {path} -> {status}: {mistake}")
        self.seen.add((operation_id, str(status)))
        return answer

    def finished_job(self, picture=PICTURE, state="succeeded"):
        body, headers = job_request({"pipeline": "invert", "output": {"format": "png"}}, ("a.png", picture))
        job_id = self.ask("submitJob", 202, body=body, headers=headers).json()["id"]
        wait_until(lambda: self.server.get(f"/api/v1/jobs/{job_id}").json()["state"] == state, f"{state} job")
        return f"/api/v1/jobs/{job_id}"

    def test_the_document_is_sound(self):
        for name, schema in self.document.schemas().items():
            with self.subTest(schema=name):
                jsonschema.Draft202012Validator.check_schema(schema)
                if "example" in schema:
                    self.document.validate(schema, schema["example"])
        ids = [operation.id for operation in self.document.operations]
        self.assertEqual(len(ids), len(set(ids)))

    def check_process(self):
        self.ask("process", 200, body=PICTURE, headers=PNG, pipeline="grayscale", format="jpeg", quality=70)
        self.ask("process", 200, body=bytes(12), headers={"Content-Type": "application/octet-stream"},
                 width=2, height=2, pixel_format="rgb8")
        self.ask("process", 400, body=PICTURE, headers=PNG, pipeline="nonsense")
        self.ask("process", 400, body=PICTURE, headers=PNG, colour="red")
        self.ask("process", 413, body=bytes(3 << 20), headers=PNG)
        self.ask("process", 413, body=bytes(16385), headers={"Content-Type": "application/octet-stream"},
                 width=16385, height=1, pixel_format="gray8")
        self.ask("process", 415, body=b"GIF89a", headers={"Content-Type": "image/gif"})
        self.ask("process", 422, body=BROKEN, headers=PNG)

    def check_process_image(self):
        pixels = base64.b64encode(bytes(12)).decode()
        request = {"image_data": pixels, "width": 2, "height": 2, "channels": 3, "pipeline": "invert"}
        answer = self.ask("processImage", 200, body=json.dumps(request), headers=JSON).json()
        self.assertEqual(base64.b64decode(answer["image_data"]), b"\xff" * 12)
        self.ask("processImage", 400, body=json.dumps({**request, "depth": 8}), headers=JSON)
        self.ask("processImage", 413, body=bytes(3 << 20), headers=JSON)
        too_wide = {**request, "image_data": "", "width": 2**31 - 1, "height": 2**31 - 1}
        answer = self.ask("processImage", 413, body=json.dumps(too_wide), headers=JSON)
        self.assertEqual(answer.json()["code"], "image_too_large")
        self.ask("processImage", 422, body=json.dumps({**request, "channels": 4}), headers=JSON)
        self.ask("processImage", 415, body=b"<xml/>", headers={"Content-Type": "text/xml"})

    def check_submitting_jobs(self):
        image_id = self.upload_one()
        request = {"input": {"image_id": image_id}, "pipeline": "invert", "priority": 9}
        job = self.ask("submitJob", 202, body=json.dumps(request), headers=JSON).json()
        self.assertEqual(job["priority"], 9)
        self.ask("submitJob", 400, body=json.dumps({**request, "priority": 10}), headers=JSON)
        self.ask("submitJob", 404, body=json.dumps({**request, "input": {"image_id": ABSENT}}), headers=JSON)
        keyed = {**JSON, "Idempotency-Key": "one-key"}
        self.ask("submitJob", 202, body=json.dumps(request), headers=keyed)
        self.ask("submitJob", 409, body=json.dumps({**request, "priority": 1}), headers=keyed)
        self.ask("submitJob", 415, body=b"<xml/>", headers={"Content-Type": "text/xml"})
        body, headers = job_request({"pipeline": ""}, ("large.png", bytes(3 << 20)))
        self.ask("submitJob", 413, body=body, headers=headers)
        body, headers = job_request({"pipeline": ""}, ("headless.png", PICTURE[:20]))
        self.ask("submitJob", 422, body=body, headers=headers)

    def check_reading_jobs(self):
        path = self.finished_job()
        self.ask("listJobs", 200, limit=1)
        self.ask("listJobs", 400, limit=0)
        self.ask("getJob", 200, path)
        self.ask("getJob", 404, f"/api/v1/jobs/{ABSENT}")
        self.assertIn(b"event: state", self.ask("watchJob", 200, f"{path}/events").body)
        self.ask("watchJob", 400, f"{path}/events", headers={"Last-Event-ID": "first"})
        self.ask("watchJob", 404, f"/api/v1/jobs/{ABSENT}/events")
        self.ask("getJobResult", 200, f"{path}/result")
        self.ask("getJobResult", 206, f"{path}/result", headers={"Range": "bytes=0-9"})
        self.ask("getJobResult", 416, f"{path}/result", headers={"Range": "bytes=900000-"})
        self.ask("getJobResult", 404, f"/api/v1/jobs/{ABSENT}/result")

    def check_jobs_without_a_result(self):
        path = self.finished_job(undecodable_png(8, 8), state="failed")
        self.ask("getJob", 200, path)
        self.ask("getJobResult", 409, f"{path}/result")
        self.ask("cancelJob", 200, path)
        self.ask("cancelJob", 404, f"/api/v1/jobs/{ABSENT}")

    def upload_one(self):
        body, headers = multipart_files(("one.png", PICTURE))
        return self.ask("uploadImages", 201, body=body, headers=headers).json()["images"][0]["id"]

    def check_uploading_images(self):
        self.ask("uploadImages", 201, body=PICTURE, headers=PNG, filename="raw.png")
        as_json = {"file_data": base64.b64encode(PICTURE).decode(), "filename": "json.png"}
        self.ask("uploadImages", 201, body=json.dumps(as_json), headers=JSON)
        body, headers = multipart_files(("good.png", PICTURE), ("bad.png", b"nothing"))
        self.ask("uploadImages", 207, body=body, headers=headers)
        self.ask("uploadImages", 400, body=json.dumps({**as_json, "colour": 1}), headers=JSON)
        self.ask("uploadImages", 413, body=bytes(2 << 20), headers=PNG)
        self.ask("uploadImages", 415, body=b"nothing", headers=PNG)
        self.ask("uploadImages", 422, body=BROKEN, headers=PNG)

    def check_reading_and_deleting_images(self):
        path = f"/api/v1/images/{self.upload_one()}"
        absent = f"/api/v1/images/{ABSENT}"
        self.ask("listImages", 200, limit=1)
        self.ask("listImages", 400, cursor="made up")
        self.ask("getImage", 200, path)
        wanted = {"Accept": "image/*"}
        self.assertEqual(self.ask("getImage", 200, path, headers=wanted).body, PICTURE)
        self.ask("getImage", 206, path, headers={**wanted, "Range": "bytes=0-9"})
        self.ask("getImage", 416, path, headers={**wanted, "Range": "bytes=900000-"})
        self.ask("getImage", 404, absent)
        self.ask("getThumbnail", 200, f"{path}/thumbnail")
        self.ask("getThumbnail", 206, f"{path}/thumbnail", headers={"Range": "bytes=0-9"})
        self.ask("getThumbnail", 416, f"{path}/thumbnail", headers={"Range": "bytes=900000-"})
        self.ask("getThumbnail", 404, f"{absent}/thumbnail")
        self.ask("deleteImage", 204, path)
        self.ask("deleteImage", 404, path)

    def check_configuration(self):
        for operation_id in ("getSystem", "getProcessorStatus", "listInputs", "getStreamConfig", "listTools"):
            self.ask(operation_id, 200)
        self.ask("getPlan", 200, pipeline="resize:width=10|grayscale", input="jpeg", width=640, height=480)
        self.ask("getPlan", 400, pipeline="nonsense")
        self.ask("listInputs", 400, limit=0)

    def check_operation(self):
        for operation_id in ("health", "healthLive", "healthReady"):
            self.ask(operation_id, 200)
        self.assertIn(b"\nframewright_", self.ask("metrics", 200).body)
        self.ask("metrics", 200, headers={"Accept": "application/openmetrics-text;version=1.0.0"})

    def check_cluster(self):
        node = Node(self.server.read_node_port(), "--workers", "1")
        self.addCleanup(node.kill)
        wait_until(lambda: len(self.ask("getCluster", 200).json()["nodes"]) == 2, "the node to join")
        gateway, worker = self.ask("getCluster", 200).json()["nodes"]
        self.ask("getCluster", 400, limit=0)
        self.assertEqual(worker["id"], node.id)
        path = "/api/v1/cluster/nodes/{}/drain"
        self.ask("drainNode", 409, path.format(gateway["id"]))
        self.ask("drainNode", 404, path.format(ABSENT))
        self.ask("drainNode", 202, path.format(node.id))
        self.assertEqual(node.wait(), 0)

    def test_every_answer_is_as_described_and_every_described_answer_is_given(self):
        for check in (self.check_process, self.check_process_image, self.check_submitting_jobs,
                      self.check_reading_jobs, self.check_jobs_without_a_result, self.check_uploading_images,
                      self.check_reading_and_deleting_images, self.check_configuration, self.check_operation,
                      self.check_cluster):
            with self.subTest(check=check.__name__):
                check()
        described = {(operation.id, status) for operation in self.document.operations
                     for status in operation.statuses}
        self.assertEqual(described - self.seen, BEYOND_THIS_TEST)

    def test_routes_of_the_server_and_of_the_document_are_the_same(self):
        files = sorted((ROOT / "net").rglob("*.cpp"))
        sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
        routes = set(re.findall(r'\.add(?:_always)?\(\s*"([A-Z]+)",\s*"(/[^"]*)"', sources))
        described = {(operation.method, operation.path) for operation in self.document.operations}
        self.assertEqual(routes, described)

    def test_error_codes_are_those_of_the_engine(self):
        table = (ROOT / "engine" / "error.cpp").read_text(encoding="utf-8")
        codes = {code: int(status) for code, status in re.findall(r'\{"(\w+)", "[^"]+", (\d+),', table)}
        self.assertEqual(self.document.schemas()["ErrorCode"]["x-status"], codes)
        self.assertEqual(self.document.schemas()["ErrorCode"]["enum"], list(codes))


if __name__ == "__main__":
    unittest.main(verbosity=2)
