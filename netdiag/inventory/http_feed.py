"""A list over HTTP as a feed, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from netdiag.inventory.feed import Sink
from netdiag.inventory.http_json import JsonClient, dig, raw_of, rows_of
from netdiag.inventory.keys import PhoneRule
from netdiag.inventory.records import Part, SourceDownError
from netdiag.inventory.source_config import HttpConfig, HttpPart


@dataclass(frozen=True, slots=True)
class HttpFeed:
    """Reads one part whose address holds no `{key}`."""

    config: HttpConfig
    part: Part

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.config.name

    @property
    def kind(self) -> str:
        """The kind of source."""
        return "http"

    @property
    def where(self) -> str:
        """The address."""
        return self._inner.url

    @property
    def phone(self) -> PhoneRule:
        """How phones are compared."""
        return self.config.phone

    @property
    def mapping(self) -> str:
        """Paths and words."""
        return repr((self.part.value, self._inner, self.config.phone))

    @property
    def refresh_s(self) -> float | None:
        """Age at which the list is asked for again."""
        return self.config.remote.refresh_s

    @property
    def _inner(self) -> HttpPart:
        return self.config.parts[self.part]

    def stamp(self) -> str:
        """A server tells no stamp: age decides."""
        return ""

    def read(self, sink: Sink) -> None:
        """Hand over all rows of all pages."""
        where = urlsplit(self._inner.url).netloc
        number = 0
        with closing(JsonClient(self.name, self.config.remote)) as client:
            for page in self._pages(client):
                for row in rows_of(page, self._inner.rows, self.name):
                    number += 1
                    sink.add(self.part, raw_of(row, self.part, self._inner.layout, where, number))

    def _pages(self, client: JsonClient) -> Iterator[Any]:
        url: str | None = self._inner.url
        seen: set[str] = set()
        while url and url not in seen:
            seen.add(url)
            data = client.get(url)
            if data is None:
                raise SourceDownError(
                    f"{self.name!r} knows no {urlsplit(url).path} (status 404). Correct 'url'."
                )
            yield data
            url = self._next(data, url)

    def _next(self, data: Any, url: str) -> str | None:
        there, found = dig(data, self._inner.next) if self._inner.next else (False, None)
        if not there or not isinstance(found, str) or not found:
            return None
        following = urljoin(url, found)
        if urlsplit(following)[:2] != urlsplit(url)[:2]:
            raise SourceDownError(
                f"{self.name!r} continues on another server ({urlsplit(following).netloc}), which "
                "does not get the token. Correct the address that the server gives for itself."
            )
        return following
