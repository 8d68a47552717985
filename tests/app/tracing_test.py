"""Traces as a collector gets them, from a gateway and from the node that ran a frame."""

import asyncio
import socket
import tempfile
import time
import unittest

import frames
from cluster_case import Cluster
from collector import Collector
from pictures import gradient, png
from server import Server, job_request, run_program, wait_until

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"
TRACED = {"Content-Type": "image/png", "traceparent": f"00-{TRACE}-{CALLER}-01"}
STAGES = ["queue", "decode", "run", "encode"]
PICTURE = png(64, 48, 3, gradient(64, 48))


def one(spans, **wanted):
    """The one span with those attributes of the object."""
    found = [span for span in spans if all(getattr(span, key) == value for key, value in wanted.items())]
    if len(found) != 1:
        raise AssertionError(f"{len(found)} spans with {wanted} among {spans}")
    return found[0]


class Recorded(unittest.TestCase):
    """One server that sends its traces to `self.collector`."""

    def start(self, collector, *settings):
        self.collector = collector
        self.addCleanup(collector.stop)
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.server = Server(directory.name, f"tracing.endpoint={collector.url}", "cluster.listen=no",
                             *settings, arguments=("--workers", "1"))
        self.server.start()
        self.addCleanup(self.server.__exit__)

    def ask(self, **headers):
        return self.server.request("POST", "/api/v1/process", PICTURE, {**TRACED, **headers},
                                   pipeline="gaussian_blur")

    def wait_for_spans(self, count, trace=TRACE):
        wait_until(lambda: len(self.collector.spans(trace)) >= count, f"{count} spans")
        self.assertEqual(self.collector.mistakes, [])
        return self.collector.spans(trace)


class Requests(Recorded):
    def test_go_on_with_the_trace_of_their_caller(self):
        self.start(Collector())
        before_ns = time.time_ns()
        self.assertEqual(self.ask(**{"X-Request-Id": "mine"}).status, 200)
        spans = self.wait_for_spans(6)
        request = one(spans, name="POST /api/v1/process")
        self.assertEqual((request.parent, request.kind, request.error), (CALLER, "server", None))
        self.assertEqual(request.attributes["http.response.status_code"], 200)
        self.assertEqual(request.attributes["framewright.request.id"], "mine")
        self.assertLess(before_ns - 1_000_000, request.start_ns)
        self.assertLess(request.end_ns, time.time_ns() + 1_000_000)   # It ends after its client has all.
        frame = one(spans, name="frame")
        self.assertEqual((frame.parent, frame.kind), (request.id, "internal"))
        self.assertEqual(frame.node, frame.process)
        self.assertIn("gaussian_blur:kernel_size=5", frame.attributes["framewright.pipeline"])
        stages = [span for span in spans if span.parent == frame.id]
        self.assertEqual([stage.name for stage in stages], STAGES)
        for stage in stages:
            self.assertGreaterEqual(stage.start_ns, frame.start_ns)
            self.assertLessEqual(stage.end_ns, frame.end_ns)
        self.assertEqual(len(spans), 6)

    def test_are_not_recorded_where_the_caller_does_not(self):
        self.start(Collector(), "tracing.sample_one_in=1")
        self.assertEqual(self.ask(traceparent=f"00-{TRACE}-{CALLER}-00").status, 200)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.collector.spans(), [])

    def test_begin_traces_one_in_so_many_and_never_for_probes(self):
        self.start(Collector(), "tracing.sample_one_in=1")
        self.assertEqual(self.server.process(PICTURE, "invert").status, 200)
        for path in ("/health", "/metrics", "/api/v1/nothing"):
            self.server.get(path)
        self.assertEqual(self.server.stop(), 0)
        roots = [span for span in self.collector.spans() if not span.parent]
        self.assertEqual(sorted(span.name for span in roots), ["GET", "POST /api/v1/process"])

    def test_that_fail_tell_why(self):
        self.start(Collector())
        answer = self.server.request("POST", "/api/v1/process", PICTURE[:100], TRACED, pipeline="invert")
        self.assertEqual((answer.status, answer.json()["trace_id"]), (422, TRACE), answer.body)
        spans = self.wait_for_spans(2)
        frame = one(spans, name="frame")
        self.assertEqual(frame.attributes["error.type"], "corrupt_media")
        self.assertTrue(frame.error)
        request = one(spans, name="POST /api/v1/process")
        self.assertEqual((request.error, request.attributes["error.type"]), (None, "corrupt_media"))


class Frames(Recorded):
    def stream(self, count, **fields):
        """The frames that were recorded of a stream, which was opened with those fields."""
        async def scenario():
            async with frames.connected(self.server) as client:
                await client.open_stream(pipeline="invert", delivery="lossless", window=4, **fields)
                for frame_id in range(count):
                    await client.socket.send(frames.frame(frame_id, PICTURE))
                    self.assertIsInstance(await client.next(), frames.Result)

        asyncio.run(scenario())
        self.assertEqual(self.server.stop(), 0)
        return [span for span in self.collector.spans() if span.name == "frame"]

    def test_of_a_stream_with_a_trace_belong_to_that(self):
        self.start(Collector())
        sent = self.stream(3, traceparent=TRACED["traceparent"])
        self.assertEqual([(span.trace, span.parent) for span in sent], [(TRACE, CALLER)] * 3)

    def test_of_a_stream_without_a_trace_begin_their_own(self):
        self.start(Collector(), "tracing.sample_one_in=1")
        sent = self.stream(20)
        self.assertEqual([span.attributes["framewright.frame.id"] for span in sent], list(range(20)))
        self.assertEqual({(span.kind, span.attributes["framewright.entry"]) for span in sent},
                         {("server", "websocket")})
        self.assertEqual(len({span.trace for span in sent}), 20)

    def test_of_a_job_are_in_one_trace(self):
        self.start(Collector(), "tracing.sample_one_in=1")
        body, headers = job_request({"pipeline": "invert"}, ("a.png", PICTURE), ("b.png", PICTURE))
        job = self.server.request("POST", "/api/v1/jobs", body, headers).json()["id"]
        wait_until(lambda: self.server.get(f"/api/v1/jobs/{job}").json()["state"] == "succeeded", "the job")
        self.assertEqual(self.server.stop(), 0)
        pictures = [span for span in self.collector.spans()
                    if span.attributes.get("framewright.job.id") == job]
        self.assertEqual([span.kind for span in pictures], ["consumer"] * 2)
        self.assertEqual(len({span.trace for span in pictures}), 1)


class Nodes(Cluster):
    """A gateway without workers, and one node; both send what they did to the same collector."""

    def start_server(self, directory, *settings, **where):
        self.collector = Collector()
        self.addCleanup(self.collector.stop)
        super().start_server(directory, f"tracing.endpoint={self.collector.url}", *settings, **where)

    def start_node(self, *arguments):
        return super().start_node("--set", f"tracing.endpoint={self.collector.url}", *arguments)

    def test_show_which_of_them_ran_a_frame(self):
        node, = self.start_nodes(1)
        self.assert_right(self.server.request("POST", "/api/v1/process", self.picture, TRACED,
                                              pipeline="invert"))
        self.assertEqual(node.stop(), 0)   # And loses nothing that it has recorded.
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(self.collector.mistakes, [])
        spans = self.collector.spans(TRACE)
        request = one(spans, name="POST /api/v1/process")
        here = one(spans, name="frame", process=request.process)
        there = one(spans, name="frame", process=node.id)
        self.assertEqual((here.parent, here.node), (request.id, node.id))
        self.assertEqual((there.parent, there.node, there.kind), (here.id, node.id, "server"))
        stages_here = [span.name for span in spans if span.parent == here.id and span.process != node.id]
        stages_there = [span.name for span in spans if span.parent == there.id]
        self.assertEqual((stages_here, stages_there), (["queue"], STAGES))
        self.assertLessEqual(here.start_ns, there.start_ns)
        self.assertLessEqual(there.end_ns, here.end_ns)


class Troubled(Recorded):
    """Whatever a collector does, clients notice nothing and memory has a bound."""

    def dropped(self):
        return self.server.metric("framewright_spans_dropped_total")

    def test_a_collector_that_asks_for_patience_gets_everything_once(self):
        self.start(Collector(answers=[(503, {"Retry-After": "1"}), (429, {}), (502, {}), (504, {})]))
        self.assertEqual(self.ask().status, 200)
        spans = self.wait_for_spans(6)
        self.assertEqual(len(spans), 6)
        self.assertEqual([status for status, _ in self.collector.requests], [503, 429, 502, 504, 200])
        self.assertEqual(self.server.metric("framewright_spans_exported_total"), 6)
        self.assertEqual(self.dropped(), 0)

    def test_what_is_refused_is_counted_and_not_sent_again(self):
        self.start(Collector(answers=[(400, {})]))
        self.assertEqual(self.ask().status, 200)
        wait_until(lambda: self.dropped() == 6, "the spans to be counted")
        self.assertIn("6 spans are refused: it answers 400", self.server.log())
        self.assertEqual(self.ask().status, 200)
        self.wait_for_spans(6)
        self.assertEqual(len(self.collector.requests), 2)

    def test_a_collector_that_is_away_delays_neither_frames_nor_the_end(self):
        self.start(Collector())
        self.collector.stop()
        for _ in range(20):
            self.assertEqual(self.ask().status, 200)
        wait_until(lambda: "traces to 127.0.0.1" in self.server.log(), "word of the trouble")
        began = time.monotonic()
        self.assertEqual(self.server.stop(), 0)
        self.assertLess(time.monotonic() - began, 4)
        self.assertIn("120 were not", self.server.log())
        self.assertEqual(self.server.log().count("traces to 127.0.0.1"), 1, "said once")

    def test_a_collector_that_is_silent_delays_the_end_by_five_seconds_at_most(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            collector = Collector()
            self.start(collector, f"tracing.endpoint=http://127.0.0.1:{silent.getsockname()[1]}")
            self.assertEqual(self.ask().status, 200)
            began = time.monotonic()
            self.assertEqual(self.server.stop(), 0)
            self.assertLess(time.monotonic() - began, 8)

    def test_a_slow_collector_costs_spans_and_no_frames(self):
        self.start(Collector(delay_s=4))
        connection = self.server.connect()
        self.addCleanup(connection.close)
        for _ in range(1200):   # Of six spans each: more than wait.
            connection.request("POST", "/api/v1/process?pipeline=invert", PICTURE, TRACED)
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 200)
        self.assertGreater(self.dropped(), 0)
        self.assertIn("faster than they can be sent", self.server.log())

    def test_nothing_that_is_recorded_is_lost_at_the_end(self):
        self.start(Collector(answers=[(503, {"Retry-After": "1"})]))
        for _ in range(50):
            self.assertEqual(self.ask().status, 200)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(len(self.collector.spans(TRACE)), 300)
        self.assertEqual(self.collector.mistakes, [])


class Configured(unittest.TestCase):
    def test_names_an_endpoint_that_is_none(self):
        for endpoint in ("https://collector:4318", "collector:4318", "http://", "http://:80", "http://a:x"):
            for command in (("serve",), ("worker", "--join", "127.0.0.1:4950")):
                with self.subTest(endpoint=endpoint, command=command), \
                        tempfile.TemporaryDirectory() as directory:
                    settings = (f"data.directory={directory}", f"tracing.endpoint={endpoint}")
                    words = [word for setting in settings for word in ("--set", setting)]
                    code, _, errors = run_program(*command, *words)
                    self.assertEqual(code, 1)
                    self.assertIn("tracing.endpoint", errors)


if __name__ == "__main__":
    unittest.main()
