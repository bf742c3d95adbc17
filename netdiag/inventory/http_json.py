"""JSON over HTTP: one client a source, its errors as sentences, paths into the reply."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from netdiag.inventory.cells import EMPTY, text_of
from netdiag.inventory.records import Layout, Part, RawRow, SourceDownError
from netdiag.inventory.rows import known_field
from netdiag.inventory.source_config import Remote

if TYPE_CHECKING:
    import httpx

_MEANING = {
    401: "the token or password is not accepted. Give a valid one under 'headers' or 'token'",
    403: "the token has no right to read this. Give it that right",
    429: "too many requests. Ask for a higher limit",
}


class JsonClient:
    """Asks one server. Thread-safe. Proxies of the environment are not used, redirects are not
    followed: the token goes to the server of the configuration and to no other."""

    def __init__(self, name: str, remote: Remote) -> None:
        self._name = name
        self._remote = remote
        self._lock = threading.Lock()
        self._made: httpx.Client | None = None

    def get(self, url: str, params: Mapping[str, str] | None = None) -> Any:
        """The reply's JSON; None when the server says 404. Raises SourceDownError."""
        import httpx

        try:
            reply = self._client().get(url, params=params)
        except httpx.TimeoutException:
            raise self._down(url, f"no answer within {self._remote.timeout_s:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._down(url, str(error) or type(error).__name__) from None
        if reply.status_code == 404:
            return None
        if reply.status_code != 200:
            meaning = _MEANING.get(reply.status_code, reply.reason_phrase)
            raise self._down(url, f"status {reply.status_code}, {meaning}")
        try:
            return reply.json()
        except ValueError:
            raise self._down(url, "the answer is not JSON") from None

    def close(self) -> None:
        """Close connections."""
        with self._lock:
            if self._made is not None:
                self._made.close()
                self._made = None

    def _client(self) -> httpx.Client:
        import httpx

        with self._lock:
            if self._made is None:
                self._made = httpx.Client(
                    headers={k: v.reveal() for k, v in self._remote.headers.items()},
                    timeout=self._remote.timeout_s,
                    verify=self._trust(),
                    trust_env=False,
                )
            return self._made

    def _trust(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._remote.ca_file)
        except (OSError, ssl.SSLError):
            raise SourceDownError(
                f"The CA file {self._remote.ca_file} of {self._name!r} cannot be used. "
                "Give a PEM file of certificates."
            ) from None

    def _down(self, url: str, reason: str) -> SourceDownError:
        return SourceDownError(
            f"{self._name!r} ({urlsplit(url).netloc}) did not give the inventory: "
            f"{reason.rstrip('.')}. Check that it runs and that 'url' is right."
        )


def dig(data: Any, path: str) -> tuple[bool, Any]:
    """Follow a dotted path into JSON: was it there, and what."""
    for step in path.split(".") if path else ():
        if isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        elif isinstance(data, dict) and step in data:
            data = data[step]
        else:
            return False, None
    return True, data


def rows_of(data: Any, path: str, name: str) -> list[dict[str, Any]]:
    """The rows of a reply. A reply of another shape is no answer: SourceDownError."""
    there, found = dig(data, path)
    if not there:
        raise SourceDownError(
            f"{name!r} answered without {path!r}. Correct 'rows' of the source, or look at the "
            "answer: it may be an error."
        )
    found = [found] if isinstance(found, dict) else found or []
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise SourceDownError(
            f"{name!r}: {path or 'the answer'!r} is not a list of rows. Correct 'rows'."
        )
    return found


def cells_of(row: dict[str, Any], part: Part, layout: Layout) -> dict[str, str]:
    """Texts by our names: from the paths of the layout, else from keys of our names."""
    paths = {name: name for name in row if known_field(part, name)} | dict(layout.columns)
    cells: dict[str, str] = {}
    for name, path in paths.items():
        value = dig(row, path)[1]
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, dict | list) for item in items):
            continue
        text = text_of(value)
        if text not in EMPTY:
            cells[name] = layout.word(name, text)
    return cells


def raw_of(row: dict[str, Any], part: Part, layout: Layout, where: str, number: int) -> RawRow:
    """A row as texts; its place is the server and the row's id, or its number."""
    cells = cells_of(row, part, layout)
    shown = f"id={cells['id']}" if "id" in cells else f"row {number}"
    return RawRow(place=f"{where} {part.value} {shown}", cells=cells)
