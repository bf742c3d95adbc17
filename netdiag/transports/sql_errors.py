"""Errors of databases as a reason and a sentence. No URL, login or password gets into them."""

from __future__ import annotations

import re

from netdiag.model.words import AbsenceReason

_DENIED = re.compile(
    r"access denied|password authentication failed|authentication failed|permission denied"
    r"|not authorized|command denied|role .* does not exist|no pg_hba",
    re.IGNORECASE,
)
_SLOW = re.compile(r"timeout|timed out|max_statement_time|interrupted|locked", re.IGNORECASE)
_AWAY = re.compile(
    r"connection refused|can't connect|could not connect|connection failed|unable to open"
    r"|no route|unreachable|name or service|server closed|gone away|lost connection"
    r"|failed to resolve|no such file or directory|unknown database|database .* does not exist"
    r"|is starting up|shutting down",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"(no such (?:table|column): ?\S+|(?:relation|column) \"?[\w.]+\"? does not exist"
    r"|Table '[\w.]+' doesn't exist|Unknown column '[\w.]+')",
    re.IGNORECASE,
)


def told(error: Exception, name: str) -> tuple[AbsenceReason, str]:
    """Why the database gave nothing, and a sentence with the way out."""
    text = str(getattr(error, "orig", None) or error)
    if isinstance(error, ImportError) or type(error).__name__ == "NoSuchModuleError":
        detail = f"there is no driver for the database {name}; install its Python package"
        return AbsenceReason.NOT_ASKED, detail
    if type(error).__name__ == "ArgumentError":
        return AbsenceReason.NOT_ASKED, f"the URL of the database {name} is no SQLAlchemy URL"
    if _DENIED.search(text):
        detail = f"the database {name} refuses the login or the right to read; check its user"
        return AbsenceReason.ACCESS_DENIED, detail
    quoted = _QUOTED.search(text)
    if quoted:
        return AbsenceReason.UNREADABLE, f"the database {name} says: {quoted[1]}; mend the query"
    if _AWAY.search(text):
        return AbsenceReason.NOT_REACHABLE, f"the database {name} cannot be reached"
    if _SLOW.search(text):
        return AbsenceReason.TIMED_OUT, f"the database {name} was too slow"
    return AbsenceReason.UNREADABLE, f"the database {name} failed ({type(error).__name__})"
