"""The OpenAPI 3.1 document of the HTTP side and the AsyncAPI 3.0 document of the WebSocket."""

from __future__ import annotations

import functools
from typing import Any, get_args

import msgspec

from services.gateway.contract.operations import OPERATIONS, Operation, Parameter
from services.gateway.wire import ClientMessage, PreviewHeader, Problem, ServerMessage
from services.shared.version import VERSION

Document = dict[str, Any]

_ABOUT = (
    "Live steel surface images: from the camera's folder to the screens. Times are Unix milliseconds by the server's "
    "clock. Unknown messages and fields are to be ignored."
)
_REFERENCE = "#/components/schemas/{name}"
_TOKEN = "Made by `service-orchestrator tokens add NAME`."
_SOCKET = (
    "The WebSocket is at `/ws`, and at `/` as it was. A connection that says nothing speaks as the replaced service "
    "did: `current_images` once, then an `image_update` for each new image. One that sends `subscribe` gets the rest: "
    "in mode `latest` a slow client skips ahead to the newest image, in mode `every` nothing is left out; with the "
    "`epoch` and the `seq` of what it was told last it resumes there. It is closed with 1012 when the gateway starts "
    "again, and with 4408 when it did not read for too long: it may come back and resume."
)


@functools.cache
def openapi() -> Document:
    """The HTTP side."""
    types = [operation.answer for operation in OPERATIONS if not isinstance(operation.answer, str)]
    types += [operation.body for operation in OPERATIONS if isinstance(operation.body, type)]
    _, schemas = msgspec.json.schema_components([*types, Problem], ref_template=_REFERENCE)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "coilcast",
            "version": VERSION,
            "description": _ABOUT,
            "license": {"name": "MIT"},
        },
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": _TOKEN}},
        },
    }


@functools.cache
def asyncapi() -> Document:
    """The WebSocket."""
    server, client = get_args(ServerMessage), get_args(ClientMessage)
    _, schemas = msgspec.json.schema_components(
        [*server, *client, PreviewHeader], ref_template="#/components/schemas/{name}"
    )
    messages = {kind.__name__: _message(kind) for kind in (*server, *client)}
    messages["Preview"] = {
        "name": "preview",
        "contentType": "application/octet-stream",
        "summary": "A binary frame: the header's length as a big-endian uint32, the header as JSON, then the JPEG.",
        "payload": {"$ref": "#/components/schemas/PreviewHeader"},
    }
    sent = [kind.__name__ for kind in server] + ["Preview"]
    heard = [kind.__name__ for kind in client]
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "coilcast", "version": VERSION, "description": f"{_ABOUT} {_SOCKET}"},
        "channels": {
            "live": {
                "address": "/ws",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "send": _action("send", sent, "What the server says."),
            "receive": _action("receive", heard, "What a client may say."),
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _paths() -> Document:
    paths: Document = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return paths


def _operation(operation: Operation) -> Document:
    answer = operation.answer
    content = (
        {answer: {}}
        if isinstance(answer, str)
        else {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer.__name__}"}}}
    )
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses: Document = {"200": {"description": "the answer", "content": content}}
    for status, about in operation.others:
        responses[str(status)] = {"description": about}
        if status >= 400 or status == 201:
            responses[str(status)]["content"] = problem if status >= 400 else content
    if operation.path == "/health":
        responses["503"]["content"] = content
    if any(not _in_path(operation, parameter) for parameter in operation.parameters):
        responses.setdefault("400", {"description": "a parameter is not what it may be", "content": problem})
    described: Document = {
        "summary": operation.about,
        "parameters": [_parameter(operation, parameter) for parameter in operation.parameters],
        "responses": responses,
    }
    if isinstance(operation.body, str):
        described["requestBody"] = {"required": True, "content": {operation.body: {}}}
    elif operation.body is not None:
        schema = {"$ref": f"#/components/schemas/{operation.body.__name__}"}
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if operation.token:
        described["security"] = [{"token": []}]
    return described


def _parameter(operation: Operation, parameter: Parameter) -> Document:
    in_path = _in_path(operation, parameter)
    return {
        "name": parameter.name,
        "in": "path" if in_path else "query",
        "required": in_path,
        "description": parameter.about,
        "schema": parameter.schema,
    }


def _in_path(operation: Operation, parameter: Parameter) -> bool:
    return f"{{{parameter.name}}}" in operation.path


def _message(kind: type[Any]) -> Document:
    return {
        "name": str(kind.__struct_config__.tag),
        "contentType": "application/json",
        "summary": " ".join((kind.__doc__ or "").split()),
        "payload": {"$ref": f"#/components/schemas/{kind.__name__}"},
    }


def _action(action: str, names: list[str], about: str) -> Document:
    return {
        "action": action,
        "summary": about,
        "channel": {"$ref": "#/channels/live"},
        "messages": [{"$ref": f"#/channels/live/messages/{name}"} for name in names],
    }
