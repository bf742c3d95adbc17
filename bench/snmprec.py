"""Recordings of SNMP agents (`OID|tag|value`), answered as a transport would answer."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bench.snmpwalk import walked
from netdiag.model.wire import Answer, Cell, Question, Row, SnmpColumns, SnmpGet
from netdiag.transports.snmp.values import cell, text_or_bytes

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"

_NUMBERS = ("2", "65", "66", "67", "70")  # INTEGER Counter32 Gauge32 TimeTicks Counter64
_OCTETS = ("4", "68")  # OCTET STRING, Opaque
_TEXTS = ("6", "64")  # OBJECT IDENTIFIER, IpAddress
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
Oid = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One agent: its values by OID."""

    name: str
    values: dict[str, Cell]
    order: tuple[Oid, ...] = field(repr=False)
    walked: dict[str, Answer] = field(default_factory=dict, repr=False, compare=False)

    def ask(self, question: Question) -> Answer:
        """The answer to a GET or to a walk of columns. TypeError for other questions."""
        if isinstance(question, SnmpGet):
            known = {n: self.values[o] for n, o in question.oids.items() if o in self.values}
            return Answer(rows=(known,))
        if isinstance(question, SnmpColumns):
            key = repr(question)
            if key not in self.walked:
                self.walked[key] = self._columns(question)
            return self.walked[key]
        raise TypeError(f"an SNMP agent is not asked {type(question).__name__}")

    def text(self, oid: str) -> str:
        """A value as text; empty when the agent has none."""
        value = self.values.get(oid)
        return value.decode(errors="replace") if isinstance(value, bytes) else str(value or "")

    def _columns(self, question: SnmpColumns) -> Answer:
        rows: dict[Oid, dict[str, Cell]] = {}
        for name, oid in question.oids.items():
            column = _oid(oid)
            first = bisect.bisect_right(self.order, column)
            for instance in self.order[first:]:
                if instance[: len(column)] != column:
                    break
                text = ".".join(map(str, instance))
                rows.setdefault(instance[len(column) :], {})[name] = self.values[text]
        kept = sorted(rows)[: question.max_rows]
        shown: tuple[Row, ...] = tuple(
            {"index": ".".join(map(str, index)), **rows[index]} for index in kept
        )
        return Answer(rows=shown, cut=len(kept) < len(rows))


def load(path: Path) -> Recording:
    """Read one .snmprec or .snmpwalk file; lines that are no recording of a value are left out."""
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    lines = re.split(r"\r?\n", text)
    values = walked(lines) if path.suffix == ".snmpwalk" else _values(lines)
    order = tuple(sorted(_oid(oid) for oid in values))
    return Recording(name=path.name, values=values, order=order)


def _values(lines: Iterable[str]) -> dict[str, Cell]:
    values: dict[str, Cell] = {}
    for line in lines:
        oid, tag, value = (*line.split("|", 2), "", "")[:3]
        if tag and re.fullmatch(r"\.?\d+(\.\d+)*", oid):
            read = _value(tag, value)
            if read is not None:
                values[oid.lstrip(".")] = cell(read)
    return values


def _value(tag: str, value: str) -> Cell:
    kind = tag.split(":")[0].rstrip("xe")
    if kind in _NUMBERS:
        found = re.fullmatch(r"\s*(-?\d+)\s*", value)
        return int(found[1]) if found else None
    if kind in _TEXTS:
        return value.lstrip(".") if kind == "6" else value
    return text_or_bytes(octets(tag, value)) if kind in _OCTETS else None


def octets(tag: str, value: str) -> bytes:
    """The octets of a value, by how its tag says it is written."""
    if tag.split(":")[0].endswith("x"):
        try:
            return bytes.fromhex(value)
        except ValueError:  # a recording that somebody masked
            return value.encode(errors="surrogateescape")
    if tag.endswith("e"):
        return _ESCAPE.sub(_unescaped, value).encode("latin-1", "surrogateescape")
    return value.encode(errors="surrogateescape")


def _unescaped(found: re.Match[str]) -> str:
    word = found[1]
    return chr(int(word[1:], 16)) if len(word) == 3 else _CONTROLS.get(word, word)


def _oid(text: str) -> Oid:
    return tuple(map(int, text.lstrip(".").split(".")))
