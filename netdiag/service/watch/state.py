"""The watch over restarts: what it knew, how far it had read, which names it had given."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from netdiag.outages.saved import VERSION, restore, saved
from netdiag.outages.watch import Watch
from netdiag.store.cursors import Cursors

Json = dict[str, Any]
MEMORY = "watch"  # its cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """How far events were read, and outage of inference → outage of the register."""

    number: int
    names: dict[str, str]


def remember(cursors: Cursors, watch: Watch, number: int, names: dict[str, str]) -> None:
    """Keep everything. Blocking."""
    whole = {"number": number, "names": names, "watch": saved(watch)}
    packed = zlib.compress(json.dumps(whole, separators=(",", ":")).encode(), 1)
    cursors.put(MEMORY, base64.b85encode(packed).decode("ascii"), datetime.now(UTC))


def recall(cursors: Cursors, watch: Watch) -> Remembered | None:
    """Put what was kept into a fresh watch; None when there is nothing, or of another format."""
    kept = cursors.get(MEMORY)
    if kept is None:
        return None
    try:
        whole: Json = json.loads(zlib.decompress(base64.b85decode(kept)))
        if whole["watch"].get("version") != VERSION:
            return None
        restore(watch, whole["watch"])
        return Remembered(number=int(whole["number"]), names=dict(whole["names"]))
    except (ValueError, KeyError, TypeError, zlib.error):
        return None
