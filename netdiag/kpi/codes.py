"""feedback.yaml: closing codes of the operator's ticket system in netdiag's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netdiag.content.reader import Reader, fail, suggest
from netdiag.content.yaml import Tree, load_file
from netdiag.model.words import Side

COLUMNS = ("at", "subscriber", "ticket", "diagnosis", "code", "who", "remark")
_NEEDED = ("at", "code")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says. Neither: it tells nothing about the cause."""

    fault: str | None = None
    side: Side | None = None

    @property
    def tells(self) -> bool:
        """Can it be held against a verdict?"""
        return self.fault is not None or self.side is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """How a list of closed tickets is read, and what its codes mean (by folded code)."""

    meanings: Mapping[str, Meaning]
    columns: Mapping[str, str] = field(default_factory=lambda: {name: name for name in COLUMNS})
    delimiter: str = ","
    encoding: str = "utf-8"
    time: str | None = None  # strptime's; None: ISO 8601
    timezone: str = "UTC"
    fields: Mapping[str, str] = field(default_factory=dict)  # ticket system → field with the code
    place: str = "feedback.yaml:1"

    def meaning(self, code: str) -> Meaning | None:
        """What a code says; None: it is not declared."""
        return self.meanings.get(fold(code))


def fold(code: str) -> str:
    """A code as it is compared: case and blanks do not count."""
    return " ".join(code.casefold().split())


def read_codes(path: Path, faults: Sequence[str], timezone: str) -> Codes:
    """Read and check the file; ContentError names file and line."""
    tree = load_file(path, path.name)
    reader = Reader(tree, "the feedback file")
    inner = Reader(reader.need("codes"), "'codes'")
    meanings = {fold(code): _meaning(inner.need(code), code, faults) for code in list(inner.keys())}
    columns = {name: name for name in COLUMNS} | reader.texts_by_key("columns")
    for name in columns:
        if name not in COLUMNS:
            known = suggest(name, list(COLUMNS))
            raise fail(reader.where("columns"), f"netdiag needs no column {name!r}. {known}")
    codes = Codes(
        meanings=meanings,
        columns={name: column for name, column in columns.items() if column},
        delimiter=reader.text("delimiter", ","),
        encoding=_encoding(reader),
        time=reader.optional("time"),
        timezone=_zone(reader, timezone),
        fields=reader.texts_by_key("ticket_fields"),
        place=str(inner.place),
    )
    reader.done()
    if len(codes.delimiter) != 1:
        raise fail(reader.where("delimiter"), "'delimiter' is one character, such as ';'.")
    for name in _NEEDED:
        if name not in codes.columns:
            raise fail(reader.where("columns"), f"the column {name!r} cannot be left out.")
    return codes


def _meaning(tree: Tree, code: str, faults: Sequence[str]) -> Meaning:
    reader = Reader(tree, f"the code {code!r}")
    fault = reader.optional("fault")
    if fault is not None and fault not in faults:
        where = reader.where("fault")
        raise fail(where, f"there is no fault {fault!r}. {suggest(fault, list(faults))}")
    side = reader.choice("side", Side) if reader.has("side") else None
    reader.done()
    if fault is not None and side is not None:
        raise fail(reader.place, "give the fault or the side: a fault has its side.")
    if side is Side.UNDETERMINED:
        raise fail(reader.where("side"), "a code that tells nothing is written `{}`.")
    return Meaning(fault, side)


def _encoding(reader: Reader) -> str:
    name = reader.text("encoding", "utf-8")
    try:
        "".encode(name)
    except LookupError:
        raise fail(reader.where("encoding"), f"there is no encoding {name!r}.") from None
    return name


def _zone(reader: Reader, usual: str) -> str:
    name = reader.text("timezone", usual)
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise fail(reader.where("timezone"), f"there is no time zone {name!r}.") from None
    return name
