"""An HTTP server on loopback that answers what a test tells it to."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Reply = tuple[int, Any]  # status and JSON, or bytes as they are


@dataclass
class Desk:
    """What is asked and what is answered. `answer` gets the path and the query."""

    url: str
    answer: Callable[[str, dict[str, str]], Reply]
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    delay_s: float = 0.0


@contextmanager
def serving(answer: Callable[[str, dict[str, str]], Reply]) -> Iterator[Desk]:
    """A running server."""
    desk = Desk(url="", answer=answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            desk.asked.append(self.path)
            desk.headers.append(dict(self.headers))
            time.sleep(desk.delay_s)
            split = urlsplit(self.path)
            status, body = desk.answer(split.path, dict(parse_qsl(split.query)))
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    desk.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
