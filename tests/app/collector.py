"""A small OpenTelemetry collector: takes OTLP/HTTP in JSON, checks it, and shows traces as trees.

By hand: `python3 tests/app/collector.py`, and framewright with
`--set tracing.endpoint=http://127.0.0.1:4318`.
"""

import collections
import dataclasses
import http.server
import json
import re
import sys
import threading
import time

TRACE_ID = re.compile(r"[0-9a-f]{32}")
SPAN_ID = re.compile(r"[0-9a-f]{16}")
KINDS = {1: "internal", 2: "server", 3: "client", 4: "producer", 5: "consumer"}


@dataclasses.dataclass
class Span:
    trace: str
    id: str
    parent: str
    name: str
    kind: str
    start_ns: int
    end_ns: int
    attributes: dict
    error: str | None
    process: str   # which has sent it

    @property
    def node(self):
        """Where a frame ran."""
        return self.attributes.get("framewright.node.id")


def attributes_of(owner):
    values = {}
    for attribute in owner.get("attributes", []):
        (kind, value), = attribute["value"].items()
        if kind == "intValue":
            value = int(value)
        elif kind != "stringValue":
            raise ValueError(f"a value of kind {kind}")
        if attribute["key"] in values:
            raise ValueError(f"{attribute['key']} comes twice")
        values[attribute["key"]] = value
    return values


def checked(pattern, text):
    if not pattern.fullmatch(text) or set(text) == {"0"}:
        raise ValueError(f"{text!r} is no id")
    return text


def spans_in(request):
    """The spans of one request; ValueError, KeyError or TypeError where it is not as the protocol says."""
    found = []
    for resource_spans in request["resourceSpans"]:
        resource = attributes_of(resource_spans["resource"])
        if resource["service.name"] != "framewright":
            raise ValueError(f"sent by {resource['service.name']}")
        for scope_spans in resource_spans["scopeSpans"]:
            for span in scope_spans["spans"]:
                parent = span.get("parentSpanId", "")
                status = span.get("status")
                start, end = span["startTimeUnixNano"], span["endTimeUnixNano"]
                if not isinstance(start, str) or not isinstance(end, str) or int(start) > int(end):
                    raise ValueError(f"from {start!r} to {end!r}")
                found.append(Span(
                    trace=checked(TRACE_ID, span["traceId"]), id=checked(SPAN_ID, span["spanId"]),
                    parent=checked(SPAN_ID, parent) if parent else "", name=span["name"],
                    kind=KINDS[span["kind"]], start_ns=int(start), end_ns=int(end),
                    attributes=attributes_of(span), error=status["message"] if status else None,
                    process=resource["service.instance.id"]))
    return found


class Collector:
    """Listens on a free port of this machine. `answers` are (status, headers) for requests to come; after
    those, all is well. `delay_s` is how long each answer takes."""

    def __init__(self, port=0, answers=(), delay_s=0):
        self.answers = collections.deque(answers)
        self.delay_s = delay_s
        self.requests = []    # (status that was answered, number of spans)
        self.mistakes = []
        self._spans = []
        self._lock = threading.Lock()
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):   # pylint: disable=invalid-name
                collector.answer(self)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def answer(self, request):
        try:
            self._answer(request)
        except (BrokenPipeError, ConnectionResetError):
            pass   # The sender has not waited for a slow answer.

    def _answer(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        time.sleep(self.delay_s)
        with self._lock:
            status, headers = self.answers.popleft() if self.answers else (200, {})
            try:
                if request.path != "/v1/traces" or request.headers["Content-Type"] != "application/json":
                    raise ValueError(f"{request.path} {request.headers['Content-Type']}")
                spans = spans_in(json.loads(body))
            except (ValueError, KeyError, TypeError) as mistake:
                self.mistakes.append(repr(mistake))
                status, spans = 400, []
            self.requests.append((status, len(spans)))
            if status == 200:
                self._spans += spans
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", "2")
        request.end_headers()
        request.wfile.write(b"{}")

    def spans(self, trace=None):
        """What was taken, of one trace or of all."""
        with self._lock:
            return [span for span in self._spans if trace in (None, span.trace)]


def tree(spans):
    """Traces as text, children below their parents."""
    ids = {span.id for span in spans}
    children = collections.defaultdict(list)
    for span in sorted(spans, key=lambda span: span.start_ns):
        children[span.parent if span.parent in ids else ""].append(span)

    def lines(parent, depth):
        for span in children[parent]:
            duration_ms = (span.end_ns - span.start_ns) / 1e6
            where = f"  ran on {span.node}" if span.node else ""
            yield f"{'  ' * depth}{span.name} ({span.kind}) {duration_ms:.3f} ms, from {span.process}{where}"
            yield from lines(span.id, depth + 1)

    return "\n".join(lines("", 0))


def main():
    with Collector(int(sys.argv[1]) if len(sys.argv) > 1 else 4318) as collector:
        print(f"collecting on {collector.url}", flush=True)
        shown = 0
        try:
            while True:
                time.sleep(2)
                spans = collector.spans()
                for trace in dict.fromkeys(span.trace for span in spans[shown:]):
                    print(f"trace {trace}\n{tree(collector.spans(trace))}", flush=True)
                shown = len(spans)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
