"""Ports whose number is another interface's since the last visit: ifIndex may change when the agent
begins anew (RFC 2863 section 3.1.5). What is remembered under that number is not theirs."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TypeVar

from netdiag.sweeping.known import Columns, Known

_T = TypeVar("_T")
_NAMES = ("port.name", "port.descr")


def note_renumbered(known: Known, read: Columns) -> None:
    """Compare the names that were read with those of the last visit; forget what does not fit."""
    changed = _changed(known.table, read)
    if not changed:
        return
    known.table = {
        name: _without(column, changed) if name.startswith("port.") else column
        for name, column in known.table.items()
    }
    known.usual = {name: _without(column, changed) for name, column in known.usual.items()}
    known.today = {name: _without(column, changed) for name, column in known.today.items()}
    known.changes = _without(known.changes, changed)
    known.fell = [key for key in known.fell if key not in changed]
    known.since.update(dict.fromkeys(changed, known.day))


def _changed(old: Columns, new: Columns) -> set[str]:
    for fact in _NAMES:
        before, now = old.get(fact), new.get(fact)
        if before and now:
            return {key for key, name in now.items() if key in before and before[key] != name}
    return set()


def _without(column: Mapping[str, _T], keys: AbstractSet[str]) -> dict[str, _T]:
    return {key: value for key, value in column.items() if key not in keys}
