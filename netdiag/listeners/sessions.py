"""Sessions of a router, compared between two looks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from netdiag.model.event import Event


def compared(
    device: str,
    before: Iterable[str] | None,
    after: Iterable[str],
    now: datetime,
) -> Iterator[Event]:
    """Who came and who went between two whole lists of logins; everybody who is there is up where
    there was no list before. A list that was cut short must not be compared."""
    known, here = set(before or ()), set(after)
    for login in sorted(here - known):
        yield _event(device, login, "up", now)
    for login in sorted(known - here):
        yield _event(device, login, "down", now)


def logins(rows: Iterable[Mapping[str, object]]) -> list[str]:
    """The logins of what a probe read, each once."""
    return sorted({str(row["bng.login"]) for row in rows if row.get("bng.login")})


def _event(device: str, login: str, state: str, now: datetime) -> Event:
    return Event(
        at=now, source=f"sessions:{device}", subject=login, kind="session", state=state,
        detail={"nas": device},
    )  # fmt: skip
