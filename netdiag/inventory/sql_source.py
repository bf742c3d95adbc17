"""A database, looked up live by its indexed columns."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from netdiag.inventory import rows
from netdiag.inventory.cells import EMPTY, text_of
from netdiag.inventory.keys import By, Reading, fold
from netdiag.inventory.match import matches, spellings
from netdiag.inventory.records import (
    DeviceRow,
    LinkRow,
    Note,
    Part,
    Problem,
    RawRow,
    Reference,
    SourceDownError,
    SourceState,
)
from netdiag.inventory.source import chunks
from netdiag.inventory.source_config import SqlConfig
from netdiag.inventory.sql_engine import Database
from netdiag.inventory.sql_part import Relation
from netdiag.model.subscriber import Subscriber

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

_FETCHED = 200  # rows fetched for one key before they are compared by our rules
_PROBLEMS_MAX = 1000
_TOPOLOGY_S = 60.0  # how long devices and links may be used before they are asked for again


class SqlSource:
    """Subscribers, devices and links of one database."""

    def __init__(self, config: SqlConfig) -> None:
        self._config = config
        self._database = Database(config)
        self._parts = {
            part: Relation(self._database, part, inner) for part, inner in config.parts.items()
        }

    @property
    def name(self) -> str:
        """Name of the source."""
        return self._config.name

    def can_find(self, by: By) -> bool:
        """Is there a column for it?"""
        people = self._parts.get(Part.SUBSCRIBERS)
        if people is None:
            return True
        needed = ("device", "port") if by is By.PORT else (by.value,)
        return all(name in people.fields for name in needed)

    def lists(self, part: Part) -> bool:
        """A table knows all its rows."""
        return True

    def find(self, reading: Reading, limit: int) -> tuple[Subscriber, ...]:
        """Subscribers that match: by index first, then, if allowed, by reading all rows."""
        people = self._parts.get(Part.SUBSCRIBERS)
        if people is None or not self.can_find(reading.by):
            return ()
        for where in self._conditions(people, reading):
            found = self._matching(people, where, reading, limit)
            if found:
                return found
        return ()

    def _conditions(self, people: Relation, reading: Reading) -> Iterator[ColumnElement[bool]]:
        by, value = reading.by, reading.value
        if by is By.PORT:
            yield people.equal("device", [value]) & people.equal("port", [reading.port])
            if self._config.scan:
                yield people.same_letters("device", value) & people.same_letters(
                    "port", reading.port
                )
            return
        texts = spellings(reading, self._config.phone)
        if not texts:
            return
        if not reading.fold:
            yield people.equal(by.value, texts)
        if not self._config.scan:
            return
        if reading.fold or by in (By.DEVICE, By.BNG):
            yield people.same_letters(by.value, value)
        elif by is By.PHONE:
            yield people.in_order(by.value, self._config.phone.key(value) or value)
        elif by is By.MAC:
            yield people.in_order(by.value, value.split(":"))

    def _matching(
        self, people: Relation, where: ColumnElement[bool], reading: Reading, limit: int
    ) -> tuple[Subscriber, ...]:
        found: dict[str, Subscriber] = {}
        for row in self._database.rows(people.select(where, max(limit, _FETCHED))):
            # Broken cells are named by `problems`, which reads every row.
            subscriber = rows.read_subscriber(people.raw(row), self._config.phone, _ignore)
            if subscriber and matches(reading, subscriber, self._config.phone):
                found.setdefault(subscriber.id, subscriber)
        return tuple(found.values())[:limit]

    def ids(self, by: By, values: Sequence[str], port: str = "") -> tuple[str, ...]:
        """Ids of everybody on these devices."""
        people = self._parts.get(Part.SUBSCRIBERS)
        if people is None or not self.can_find(by):
            return ()
        column = "bng" if by is By.BNG else "device"
        found: list[str] = []
        for some in chunks(values):
            where = people.equal(column, some)
            if by is By.PORT:
                where = where & people.equal("port", [port])
            raws = (people.raw(row) for row in self._database.rows(people.select(where)))
            found.extend(raw.cells["id"] for raw in raws if "id" in raw.cells)
        return tuple(dict.fromkeys(found))

    def device(self, ident: str) -> DeviceRow | None:
        """What the database knows of a device."""
        boxes = self._parts.get(Part.DEVICES)
        if boxes is None:
            return None
        for where in (boxes.equal("id", [ident]), boxes.same_letters("id", ident)):
            for row in self._database.rows(boxes.select(where, _FETCHED)):
                found = rows.read_device(boxes.raw(row), _ignore)
                if found and fold(found.id) == fold(ident):
                    return found
        return None

    def devices(self) -> tuple[DeviceRow, ...]:
        """All devices."""
        boxes = self._parts.get(Part.DEVICES)
        if boxes is None:
            return ()
        found = (rows.read_device(boxes.raw(row), _ignore) for row in self._all(boxes))
        return tuple(device for device in found if device)

    def links(self) -> tuple[LinkRow, ...]:
        """All links, and those that device rows give by their parent."""
        found: list[LinkRow | None] = []
        if Part.LINKS in self._parts:
            wires = self._parts[Part.LINKS]
            found += [rows.read_link(wires.raw(r), self.name, _ignore) for r in self._all(wires)]
        boxes = self._parts.get(Part.DEVICES)
        if boxes and "parent" in boxes.fields:
            found += [rows.parent_of(boxes.raw(r), self.name, _ignore) for r in self._all(boxes)]
        return tuple(link for link in found if link)

    def _all(self, relation: Relation) -> list[Mapping[str, object]]:
        return list(self._database.stream(relation.select()))

    def references(self) -> tuple[Reference, ...]:
        """Devices and BNGs that subscribers name."""
        people = self._parts.get(Part.SUBSCRIBERS)
        if people is None:
            return ()
        return tuple(
            Reference(
                device=people.word(field, text_of(row["value"])),
                subscribers=int(row["rows"]),
                place=people.place({"id": text_of(row["first"])}),
            )
            for field in ("device", "bng")
            if field in people.fields
            for row in self._database.rows(people.grouped(field))
            if text_of(row["value"]) not in EMPTY
        )

    def problems(self) -> tuple[Problem, ...]:
        """Broken rows; every table is read to the end."""
        noted = _Notes(self.name)
        for part, relation in self._parts.items():
            seen: set[str] = set()
            for row in self._database.stream(relation.select()):
                raw = relation.raw(row)
                ident = self._checked(part, raw, noted.add)
                if ident in seen:
                    noted.add(raw.place, f"the id {ident} is given twice. The first row is used.")
                if ident:
                    seen.add(ident)
        return noted.all()

    def _checked(self, part: Part, raw: RawRow, note: Note) -> str | None:
        if part is Part.LINKS:
            rows.read_link(raw, self.name, note)
            return None
        if part is Part.DEVICES:
            rows.parent_of(raw, self.name, note)
            device = rows.read_device(raw, note)
            return device.id if device else None
        subscriber = rows.read_subscriber(raw, self._config.phone, note)
        return subscriber.id if subscriber else None

    def state(self) -> SourceState:
        """Counts, asked now."""
        where = self._config.name
        try:
            where = self._database.where
            counts = {
                part: int(next(iter(self._database.rows(relation.counted())))["rows"])
                for part, relation in self._parts.items()
            }
        except SourceDownError as error:
            return SourceState(
                name=self.name, kind="sql", where=where, notes=(str(error),), available=False
            )
        return SourceState(
            name=self.name,
            kind="sql",
            where=where,
            subscribers=counts.get(Part.SUBSCRIBERS),
            devices=counts.get(Part.DEVICES),
            links=counts.get(Part.LINKS),
        )

    def stamp(self) -> str:
        """Another one every minute."""
        return str(int(time.monotonic() / _TOPOLOGY_S))

    def refresh(self) -> None:
        """Only the names of columns are kept."""
        for relation in self._parts.values():
            relation.forget()

    def close(self) -> None:
        """Close connections."""
        self._database.close()


class _Notes:
    """Problems of a scan, up to what a person reads."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._found: list[Problem] = []
        self._more = 0

    def add(self, place: str, text: str) -> None:
        """Take one."""
        if len(self._found) < _PROBLEMS_MAX:
            self._found.append(Problem(source=self._source, place=place, text=text))
        else:
            self._more += 1

    def all(self) -> tuple[Problem, ...]:
        """All, and how many were too many."""
        if not self._more:
            return tuple(self._found)
        text = f"{self._more} more problems are not listed."
        return (*self._found, Problem(source=self._source, place="", text=text))


def _ignore(_place: str, _text: str) -> None:
    """Live look-ups name nothing; `problems` does."""
