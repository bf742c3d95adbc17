"""A recorded SNMP agent in memory: lines `OID|tag|value` as a transport answers them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from netdiag.model.wire import Answer, Cell, Question, Row, SnmpColumns, SnmpGet
from netdiag.transports.snmp.values import text_or_bytes

_NUMBERS = {"2", "65", "66", "67", "70"}


@dataclass(frozen=True, slots=True)
class Agent:
    """What one device told, by OID."""

    values: dict[str, Cell]
    order: tuple[str, ...]

    def answer(self, question: Question) -> Answer:
        """The answer of the recording to a GET or a bounded walk."""
        if isinstance(question, SnmpGet):
            found = {c: self.values[o] for c, o in question.oids.items() if o in self.values}
            return Answer(rows=(found,))
        assert isinstance(question, SnmpColumns)
        return self._walk(question)

    def _walk(self, question: SnmpColumns) -> Answer:
        rows: dict[str, dict[str, Cell]] = {}
        for column, oid in question.oids.items():
            for instance in self.order:
                if instance.startswith(f"{oid}."):
                    index = instance[len(oid) + 1 :]
                    rows.setdefault(index, {"index": index})[column] = self.values[instance]
        kept: tuple[Row, ...] = tuple(rows.values())
        return Answer(rows=kept[: question.max_rows], cut=len(kept) > question.max_rows)


def load(path: Path) -> Agent:
    """Read one recording."""
    values: dict[str, Cell] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        oid, tag, value = (*line.split("|", 2), "", "")[:3]
        if tag:
            values[oid.lstrip(".")] = _cell(tag, value)
    order = sorted(values, key=lambda oid: tuple(int(part) for part in oid.split(".")))
    return Agent(values=values, order=tuple(order))


def _cell(tag: str, value: str) -> Cell:
    if tag.split(":")[0] in _NUMBERS:
        return int(value) if value.lstrip("-").isdigit() else None
    if tag.endswith("x"):
        try:
            return text_or_bytes(bytes.fromhex(value))
        except ValueError:
            return None
    return value
