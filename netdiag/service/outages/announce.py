"""Outages announced by hand: open, note, close. The same for the command line and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from netdiag.inventory.inventory import Inventory
from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.store.outages import Entry, OutageError, Register

_LANGUAGES = ("en", "ru", "fa")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be changed; None leaves it."""

    note: str = ""
    state: OutageState | None = None
    cause: Cause | None = None
    expected_end: datetime | None = None
    say: Mapping[str, str] | None = None


def announce(
    register: Register,
    inventory: Inventory,
    *,
    root: str,
    cause: Cause,
    since: datetime,
    expected_end: datetime | None,
    say: Mapping[str, str],
    note: str,
    who: str,
) -> Outage:
    """Enter a confirmed outage. OutageError when the root is not known or has an open one."""
    _check_words(say)
    _check_times(since, expected_end)
    outage = Outage(
        id="",
        root=root,
        state=OutageState.CONFIRMED,
        cause=cause,
        origin=Origin.HAND,
        since=since,
        expected_end=expected_end,
        subscribers=behind(inventory, root),
        say=dict(say),
    )
    return register.open(outage, who, note)


def change(register: Register, key: str, wish: Change, *, who: str, now: datetime) -> Outage:
    """Carry out a change and write down who made it. OutageError says why it cannot be."""
    return register.change(key, partial(_amended, wish, who, now))


def _amended(wish: Change, who: str, now: datetime, known: Outage) -> tuple[Outage, Entry]:
    if not known.open and wish.state is not OutageState.CLEARED and wish.state is not None:
        raise OutageError(f"{known.id} is over since {known.cleared_at}. Open a new one.")
    _check_words(wish.say or {})
    _check_times(known.since, wish.expected_end)
    given: dict[str, Any] = {
        name: value
        for name in ("state", "cause", "expected_end", "say")
        if (value := getattr(wish, name)) is not None
    }
    if given.get("state") is OutageState.CLEARED and known.open:
        given["cleared_at"] = now
    changed = replace(known, **given)
    return changed, Entry(at=now, who=who, state=changed.state, note=wish.note)


def behind(inventory: Inventory, root: str) -> int:
    """How many subscribers stand behind a root. OutageError when the inventory has no such one."""
    kind, _, name = root.partition(":")
    if kind == "site":
        devices = [device.id for device in inventory.devices_of_site(name)]
        if not devices:
            raise OutageError(f"The inventory has no device at a site {name!r}.")
        return sum(len(inventory.behind(device).subscribers) for device in devices)
    if inventory.device(kind) is None:
        raise OutageError(
            f"The inventory has no device {kind!r}. The root is a device, device:port or site:NAME."
        )
    return len(inventory.behind(kind, name or None).subscribers)


def _check_words(say: Mapping[str, str]) -> None:
    unknown = sorted(set(say) - set(_LANGUAGES))
    if unknown:
        raise OutageError(f"'say' is in {', '.join(_LANGUAGES)}, not {', '.join(unknown)}.")


def _check_times(since: datetime, expected_end: datetime | None) -> None:
    for moment in (since, expected_end):
        if moment is not None and moment.tzinfo is None:
            raise OutageError("Times need an offset, such as 2026-01-31T18:00:00+03:00.")
    if expected_end is not None and expected_end.astimezone(UTC) < since.astimezone(UTC):
        raise OutageError("The expected end is before the beginning.")
