"""The contract is what the code does, and the documents are sound."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from services.gateway.contract.documents import Document, asyncapi, openapi
from services.gateway.contract.operations import OPERATIONS, Operation
from services.gateway.http.contract import DocsStyle
from services.gateway.http.panel import PanelFiles
from services.gateway.http.routes import ROUTES
from services.gateway.socket import Socket
from services.gateway.wire import ClientMessage, ServerMessage
from tests.support.serving import served

UNLISTED = {PanelFiles, DocsStyle, Socket}
"""Parts of a page, and the WebSocket, which is in the other document."""


def handler_of(path: str) -> type[Any] | None:
    """What answers at this address."""
    found = (handler for pattern, handler in ROUTES if re.fullmatch(pattern, path))
    return next(found, None)


def example_of(operation: Operation) -> str:
    return re.sub(r"{(\w+)}", lambda name: "7" if name[1] in ("seq", "id") else f"{name[1]}1", operation.path)


def references(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        if isinstance(document.get("$ref"), str):
            yield document["$ref"]
        for inner in document.values():
            yield from references(inner)
    elif isinstance(document, list):
        for inner in document:
            yield from references(inner)


def resolve(document: Document, reference: str) -> Any:
    """What a `$ref` stands for. Raises KeyError when it leads nowhere."""
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def test_every_address_is_in_the_contract() -> None:
    """And every one in the contract is served, each by a handler of its own."""
    handlers = [handler_of(example_of(operation)) for operation in OPERATIONS]
    assert None not in handlers
    served_at: dict[Any, set[str]] = {}
    for operation, handler in zip(OPERATIONS, handlers, strict=True):
        served_at.setdefault(handler, set()).add(operation.path)
    assert not UNLISTED & set(served_at)
    assert set(served_at) == {handler for _, handler in ROUTES} - UNLISTED
    patterns = [(pattern, handler) for pattern, handler in ROUTES if handler not in UNLISTED]
    assert sum(len(paths) for paths in served_at.values()) == len(patterns)
    assert handler_of(asyncapi()["channels"]["live"]["address"]) is Socket


@pytest.mark.parametrize("path", sorted({operation.path for operation in OPERATIONS}))
def test_the_parameters_are_those_that_are_read(path: str) -> None:
    """Out of the query: each that is read is told, each that is told is read."""
    here = [operation for operation in OPERATIONS if operation.path == path]
    handler = handler_of(example_of(here[0]))
    assert handler is not None
    read = set(re.findall(r"self\.(?:text|number|raw)\(\"(\w+)\"", inspect.getsource(handler)))
    parameters = [parameter for operation in here for parameter in operation.parameters]
    told = {parameter.name for parameter in parameters if f"{{{parameter.name}}}" not in path}
    assert told == read


def test_the_openapi_document_is_sound() -> None:
    """As OpenAPI 3.1 has it: what each part must have, and no reference that leads nowhere."""
    document = json.loads(msgspec.json.encode(openapi()))
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert {"title", "version"} <= set(document["info"])
    for reference in references(document):
        assert resolve(document, reference)
    names = set(document["components"]["schemas"])
    used = {reference.rpartition("/")[2] for reference in references(document)}
    assert names == used, "each type is used"
    assert set(document["paths"]) == {operation.path for operation in OPERATIONS}
    told = [(path, method) for path, item in document["paths"].items() for method in item]
    assert sorted(told) == sorted((operation.path, operation.method) for operation in OPERATIONS)
    for path, method in told:
        operation = document["paths"][path][method]
        assert ("requestBody" in operation) == (method == "post")
        assert operation["summary"]
        in_path = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))
        keys = [(parameter["name"], parameter["in"]) for parameter in operation["parameters"]]
        assert len(set(keys)) == len(keys)
        for parameter in operation["parameters"]:
            assert parameter["in"] in ("path", "query")
            assert parameter["required"] is (parameter["in"] == "path")
            assert parameter["description"]
            assert set(parameter["schema"]) & {"type", "enum"}
        assert "200" in operation["responses"]
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[2-5]\d\d", status)
            assert response["description"]
            for media_type in response.get("content", {}):
                assert re.fullmatch(r"[a-z]+/[a-z+*]+", media_type)
            if int(status) >= 400 and path != "/health":
                assert set(response["content"]) == {"application/problem+json"}


def test_the_asyncapi_document_is_sound() -> None:
    """As AsyncAPI 3.0 has it: a channel, what is sent and heard on it, and no reference that leads nowhere."""
    document = json.loads(msgspec.json.encode(asyncapi()))
    assert re.fullmatch(r"3\.0\.\d+", document["asyncapi"])
    assert {"title", "version"} <= set(document["info"])
    for reference in references(document):
        assert resolve(document, reference)
    (channel,) = document["channels"].values()
    assert set(channel["messages"]) == set(document["components"]["messages"])
    told: set[str] = set()
    for name, types in (("send", get_args(ServerMessage)), ("receive", get_args(ClientMessage))):
        operation = document["operations"][name]
        assert operation["action"] == name
        messages = [resolve(document, resolve(document, one["$ref"])["$ref"]) for one in operation["messages"]]
        tags = {message["name"] for message in messages} - {"preview"}
        assert tags == {kind.__struct_config__.tag for kind in types}
        told |= {message["name"] for message in messages}
        for message in messages:
            assert message["summary"]
            schema = resolve(document, message["payload"]["$ref"])
            assert schema["properties"]["type"]["enum"] == [message["name"]]
    assert told == {message["name"] for message in document["components"]["messages"].values()}


def test_the_answers_are_of_the_types_that_are_told(tmp_path: Path) -> None:
    """Each field, and no other."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            bed.add("a.jpg")
            for operation in OPERATIONS:
                if isinstance(operation.answer, str) or "{" in operation.path or operation.body is not None:
                    continue
                answer = await bed.ask(operation.path)
                assert answer.status == 200
                assert answer.headers["Content-Type"].startswith("application/json")
                read = msgspec.json.decode(answer.body, type=operation.answer)
                assert json.loads(msgspec.json.encode(read)) == answer.json, operation.path

    asyncio.run(run())


def test_the_media_types_are_those_that_are_sent(tmp_path: Path) -> None:
    """Of what is no JSON of a type, and there without a setting."""

    async def run() -> None:
        async with served(tmp_path) as bed:
            for operation in OPERATIONS:
                is_simple = "{" not in operation.path and operation.path not in ("/", "/metrics")
                if isinstance(operation.answer, str) and is_simple:
                    answer = await bed.ask(operation.path)
                    assert answer.headers["Content-Type"].partition(";")[0] == operation.answer, operation.path

    asyncio.run(run())
