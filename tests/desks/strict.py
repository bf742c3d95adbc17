"""Servers that check every request against the vendors' documented interfaces, and keep tickets.

What a request has too much, too little or of the wrong kind is answered as the vendor documents it,
and remembered in `wrong`: a test that ends with something there has failed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

Json = dict[str, Any]
S = TypeVar("S", bound="Strict")


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Strict:
    """What all these servers share. `fail` is answered next, once each."""

    wrong: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    fail: list[int] = field(default_factory=list)
    deaf: list[int] = field(default_factory=list)  # carried out, but answered with this status
    url: str = ""

    def answer(self, asked: Asked) -> tuple[int, Any]:
        """Status and body (JSON, or text)."""
        raise NotImplementedError

    def refuse(self, status: int, why: str, body: Any) -> tuple[int, Any]:
        self.wrong.append(why)
        return status, body


def only(given: Json, known: set[str], needed: set[str]) -> str | None:
    """Why these keys are wrong."""
    extra, lacking = set(given) - known - needed, needed - set(given)
    return f"extra {sorted(extra)} lacking {sorted(lacking)}" if extra or lacking else None


@contextmanager
def serving(server: S) -> Iterator[S]:
    """The server on a port of loopback, for as long as this holds."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            parts = urlsplit(self.path)
            asked = Asked(
                self.command,
                parts.path,
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            with lock:
                server.asked.append(asked)
                status, body = (server.fail.pop(0), "") if server.fail else server.answer(asked)
                if server.deaf and asked.method != "GET":
                    status, body = server.deaf.pop(0), ""
            raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _any  # noqa: N815

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{http.server_port}"
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


Route = Callable[[Asked], tuple[int, Any]]
