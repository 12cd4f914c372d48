"""The contract to read: one page for `/docs`, one in Markdown for `docs/api.md`."""

from __future__ import annotations

import functools
import html
import json
from typing import Any

from services.gateway.contract.documents import asyncapi, openapi
from services.gateway.contract.operations import OPERATIONS


@functools.cache
def markdown() -> str:
    """`docs/api.md`."""
    lines = [
        "# The contract with clients",
        "",
        "Made by `python -m services.gateway.contract > docs/api.md` from the types in `services/gateway/wire*.py`. A "
        "running gateway serves the same at `/docs`, `/api/openapi.json` and `/api/asyncapi.json`.",
        "",
        "## HTTP",
        "",
        "Errors are `application/problem+json` (RFC 9457). HEAD is answered wherever GET is. Times are Unix "
        "milliseconds by the server's clock.",
    ]
    for title, about, parameters, answers in _http():
        lines += ["", f"### {title}", "", about, ""]
        lines += [f"- `{name}`: {text}" for name, text in parameters] + [""] * bool(parameters)
        lines += [f"- {status}: {text}" for status, text in answers]
    lines += ["", "## WebSocket", "", asyncapi()["info"]["description"]]
    for title, messages in _socket():
        lines += ["", f"### {title}", ""]
        lines += [f"- `{name}`: {text} Fields: {fields}." for name, text, fields in messages]
    return "\n".join(lines) + "\n"


@functools.cache
def page() -> str:
    """`/docs`."""
    parts = ["<h1>coilcast</h1>", "<p>", _text(asyncapi()["info"]["description"]), "</p>"]
    parts.append(
        '<p><a href="/api/openapi.json">OpenAPI</a> <a href="/api/asyncapi.json">AsyncAPI</a></p><h2>HTTP</h2>'
    )
    for title, about, parameters, answers in _http():
        method, _, path = title.partition(" ")
        parts.append(f"<section><h3>{method} <code>{_text(path)}</code></h3><p>{_text(about)}</p><dl>")
        parts += [f"<dt><code>{_text(name)}</code></dt><dd>{_text(text)}</dd>" for name, text in parameters]
        parts += [f"<dt>{status}</dt><dd>{_text(text)}</dd>" for status, text in answers]
        parts.append("</dl></section>")
    for title, messages in _socket():
        parts.append(f"<h2>WebSocket: {_text(title)}</h2>")
        for name, text, fields in messages:
            parts.append(
                f"<section><h3><code>{_text(name)}</code></h3><p>{_text(text)}</p><p>{_text(fields)}</p></section>"
            )
    parts.append("<h2>Types</h2>")
    schemas: dict[str, Any] = openapi()["components"]["schemas"] | asyncapi()["components"]["schemas"]
    for name, schema in sorted(schemas.items()):
        shown = _text(json.dumps(schema, indent=2, ensure_ascii=False))
        parts.append(f"<details><summary><code>{_text(name)}</code></summary><pre>{shown}</pre></details>")
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>coilcast API</title>'
        '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/docs/style.css"></head>'
        f"<body><main>{''.join(parts)}</main></body></html>"
    )


def _http() -> list[tuple[str, str, list[tuple[str, str]], list[tuple[str, str]]]]:
    found = []
    for operation in OPERATIONS:
        described = openapi()["paths"][operation.path][operation.method]
        parameters = [(parameter["name"], parameter["description"]) for parameter in described["parameters"]]
        if isinstance(operation.body, str):
            parameters.append((operation.body, "the body"))
        elif operation.body is not None:
            fields = _fields(openapi()["components"]["schemas"][operation.body.__name__])
            parameters.append((operation.body.__name__, f"the body, as JSON. Fields: {fields}"))
        answers = [(status, _answer(status, answer)) for status, answer in sorted(described["responses"].items())]
        found.append((f"{operation.method.upper()} {operation.path}", operation.about, parameters, answers))
    return found


def _fields(schema: dict[str, Any]) -> str:
    required = set(schema.get("required", ()))
    return ", ".join(name if name in required else f"{name} (optional)" for name in schema["properties"])


def _answer(status: str, answer: dict[str, Any]) -> str:
    if status != "200":
        return str(answer["description"])
    media_type, content = next(iter(answer["content"].items()))
    return str(content["schema"]["$ref"].rpartition("/")[2] if content else media_type)


def _socket() -> list[tuple[str, list[tuple[str, str, str]]]]:
    document = asyncapi()
    titles = (("What the server says", "send"), ("What a client may say", "receive"))
    return [(title, [_message(ref) for ref in document["operations"][name]["messages"]]) for title, name in titles]


def _message(reference: dict[str, str]) -> tuple[str, str, str]:
    document = asyncapi()
    message = document["components"]["messages"][reference["$ref"].rpartition("/")[2]]
    schema = document["components"]["schemas"][message["payload"]["$ref"].rpartition("/")[2]]
    return message["name"], message["summary"], _fields(schema)


def _text(text: str) -> str:
    return html.escape(text)
