"""Moments as a person writes them on the command line."""

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
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ContentError(
            f"{text!r} is no time. Write it as 2026-12-31T17:00, or as 30d: so long ago."
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(timezone))
