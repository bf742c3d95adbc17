"""Moments as a person writes and reads them on the command line."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from netdiag.model.errors import ContentError

_AGO = re.compile(r"(\d{1,5})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}


def moment(text: str, now: datetime, timezone: str) -> datetime:
    """`30d` ago (h, d, w), a day or a time; without an offset it is in that zone. Aware.

    Raises ContentError.
    """
    ago = _AGO.fullmatch(text)
    if ago:
        return now - timedelta(hours=int(ago[1]) * _HOURS[ago[2]])
    return at(text, timezone, "2026-12-31T17:00, or as 30d: so long ago")


def at(text: str, timezone: str, example: str = "2026-12-31T17:00") -> datetime:
    """A day or a time; without an offset it is in that zone. Aware. Raises ContentError."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ContentError(f"{text!r} is no time. Write it as {example}.") from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(timezone))


def span(since: str, until: str | None, now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """From when until when; without an end until now. Raises ContentError."""
    begin, end = moment(since, now, timezone), moment(until, now, timezone) if until else now
    if begin >= end:
        raise ContentError(f"--since {since} is not before --until {until or 'now'}.")
    return begin, end


def shown(moment: datetime | None, timezone: str, *, seconds: bool = False) -> str:
    """`2026-12-31 17:00` in that zone; `-` for none."""
    if moment is None:
        return "-"
    form = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    return moment.astimezone(ZoneInfo(timezone)).strftime(form)
