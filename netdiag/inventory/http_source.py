"""A CRM or billing API, asked live, one key at a time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from netdiag.inventory import rows
from netdiag.inventory.http_json import JsonClient, raw_of, rows_of
from netdiag.inventory.keys import By, Reading, fold
from netdiag.inventory.match import matches
from netdiag.inventory.records import (
    CannotTellError,
    DeviceRow,
    LinkRow,
    Part,
    Problem,
    RawRow,
    Reference,
    SourceDownError,
    SourceState,
)
from netdiag.inventory.source_config import HttpConfig
from netdiag.model.subscriber import Subscriber

_REMEMBERED_S = 10.0  # one diagnosis asks for the same thing several times
_REMEMBERED = 200
_NOTED = 1000
_ONE_BY_ONE = 50  # devices of one question; the API is asked for each


class HttpSource:
    """The parts of a source whose address holds `{key}`."""

    def __init__(self, config: HttpConfig) -> None:
        self._config = config
        self._parts = {part: inner for part, inner in config.parts.items() if inner.live}
        self._client = JsonClient(config.name, config.remote)
        self._replies: dict[str, tuple[float, list[dict[str, Any]]]] = {}
        self._noted: dict[tuple[str, str], Problem] = {}
        self._failed: str | None = None

    @property
    def name(self) -> str:
        """Name of the source."""
        return self._config.name

    def can_find(self, by: By) -> bool:
        """Does the API look up by it? A port is found among those of its device."""
        people = self._parts.get(Part.SUBSCRIBERS)
        return people is None or (By.DEVICE if by is By.PORT else by) in people.by

    def lists(self, part: Part) -> bool:
        """It answers about one key only."""
        return part not in self._parts

    def find(self, reading: Reading, limit: int) -> tuple[Subscriber, ...]:
        """Subscribers that match."""
        if Part.SUBSCRIBERS not in self._parts or not self.can_find(reading.by):
            return ()
        by = By.DEVICE if reading.by is By.PORT else reading.by
        found: dict[str, Subscriber] = {}
        for raw in self._raws(Part.SUBSCRIBERS, by, reading.value):
            subscriber = rows.read_subscriber(raw, self._config.phone, self._note)
            if subscriber and matches(reading, subscriber, self._config.phone):
                found.setdefault(subscriber.id, subscriber)
        return tuple(found.values())[:limit]

    def ids(self, by: By, values: Sequence[str], port: str = "") -> tuple[str, ...]:
        """Ids of everybody on these devices, asked one device at a time."""
        if Part.SUBSCRIBERS not in self._parts or not self.can_find(by):
            return ()
        if len(values) > _ONE_BY_ONE:
            raise CannotTellError(
                f"{self.name!r} would have to be asked for {len(values)} devices one by one, which "
                "is too much. Export its subscribers to CSV or give SQL access for such questions."
            )
        readings = [Reading(by=by, value=value, port=port) for value in values]
        found = [s.id for reading in readings for s in self.find(reading, 100_000)]
        return tuple(dict.fromkeys(found))

    def device(self, ident: str) -> DeviceRow | None:
        """What the API knows of a device."""
        if Part.DEVICES not in self._parts:
            return None
        for raw in self._raws(Part.DEVICES, By.ID, ident):
            found = rows.read_device(raw, self._note)
            if found and fold(found.id) == fold(ident):
                return found
        return None

    def devices(self) -> tuple[DeviceRow, ...]:
        """None can be listed."""
        return ()

    def links(self) -> tuple[LinkRow, ...]:
        """None can be listed."""
        return ()

    def references(self) -> tuple[Reference, ...]:
        """None can be listed."""
        return ()

    def problems(self) -> tuple[Problem, ...]:
        """Broken rows among those that were asked for."""
        return tuple(self._noted.values())

    def state(self) -> SourceState:
        """Whether the last question was answered."""
        url = next(iter(self._parts.values())).url
        return SourceState(
            name=self.name,
            kind="http",
            where=f"{urlsplit(url).scheme}://{urlsplit(url).netloc}",
            notes=(self._failed,) if self._failed else (),
            available=self._failed is None,
        )

    def stamp(self) -> str:
        """It lists neither devices nor links."""
        return ""

    def refresh(self) -> None:
        """Forget replies."""
        self._replies.clear()

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def _raws(self, part: Part, by: By, key: str) -> list[RawRow]:
        if not key.strip("."):  # "..", which would walk up the address
            return []
        inner = self._parts[part]
        url = inner.url.replace("{by}", by.value).replace("{key}", quote(key, safe=""))
        where = urlsplit(url).netloc
        return [
            raw_of(row, part, inner.layout, where, number)
            for number, row in enumerate(self._asked(url, inner.rows), 1)
        ]

    def _asked(self, url: str, path: str) -> list[dict[str, Any]]:
        now = time.monotonic()
        at, remembered = self._replies.get(url, (float("-inf"), []))
        if now - at < _REMEMBERED_S:
            return remembered
        try:
            data = self._client.get(url)
            found = [] if data is None else rows_of(data, path, self.name)
        except SourceDownError as error:
            self._failed = str(error)
            raise
        self._failed = None
        if len(self._replies) >= _REMEMBERED:
            self._replies.clear()
        self._replies[url] = (now, found)
        return found

    def _note(self, place: str, text: str) -> None:
        if len(self._noted) < _NOTED:
            problem = Problem(source=self.name, place=place, text=text)
            self._noted[(place, text)] = problem
