"""docs/openapi.yaml as the tests use it: its operations, and whether an answer is one that it describes."""

import dataclasses
import pathlib

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).parent.parent.parent
METHODS = ("get", "post", "put", "patch", "delete")


@dataclasses.dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    statuses: dict

    def matches(self, method, segments):
        pattern = self.path.split("/")
        return self.method == method and len(pattern) == len(segments) and all(
            part.startswith("{") or part == segment for part, segment in zip(pattern, segments))


class Document:
    def __init__(self):
        self.tree = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8"))
        self._resolver = jsonschema.RefResolver.from_schema(self.tree)
        self.operations = [
            Operation(item[method]["operationId"], method.upper(), path, item[method]["responses"])
            for path, item in self.tree["paths"].items() for method in METHODS if method in item]

    def operation(self, operation_id):
        return next(operation for operation in self.operations if operation.id == operation_id)

    def schemas(self):
        return self.tree["components"]["schemas"]

    def check(self, operation, answer):
        """Raises ValueError, with what is wrong, unless the document describes such an answer."""
        described = operation.statuses.get(str(answer.status))
        if described is None:
            raise ValueError(f"status {answer.status} is not described: {answer.body[:300]!r}")
        described = self._resolved(described)
        self._check_headers(described.get("headers", {}), answer.headers)
        self._check_body(described.get("content", {}), answer)

    def validate(self, schema, value):
        validator = jsonschema.Draft202012Validator(schema, resolver=self._resolver)
        mistakes = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
        if mistakes:
            raise ValueError("\n".join(mistakes))

    def _check_headers(self, described, headers):
        for name, header in described.items():
            header = self._resolved(header)
            if name in headers:
                self.validate(header["schema"], headers[name])
            elif header.get("required"):
                raise ValueError(f"header {name} is missing")

    def _check_body(self, described, answer):
        if not described:
            if answer.body:
                raise ValueError(f"a body where none is described: {answer.body[:300]!r}")
            return
        media_type = answer.headers.get_content_type()
        if media_type not in described:
            raise ValueError(f"media type {media_type} is not described, only {', '.join(described)}")
        if media_type.endswith("json"):
            self.validate(described[media_type]["schema"], answer.json())

    def _resolved(self, node):
        while "$ref" in node:
            node = self._resolver.resolve(node["$ref"])[1]
        return node
