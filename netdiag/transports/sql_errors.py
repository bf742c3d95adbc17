"""Errors of databases as a reason and a sentence. No URL, host, login or password gets into them.

Known by SQLSTATE (PostgreSQL) or error number (MySQL, MariaDB) first: a server may well speak
Russian. Words are the fallback, for errors of connecting and for other databases.
"""

from __future__ import annotations

import re

from netdiag.model.wire import NoAnswer
from netdiag.model.words import AbsenceReason as Why

_STATES = {  # the first characters of a SQLSTATE
    "28": Why.ACCESS_DENIED,
    "42501": Why.ACCESS_DENIED,
    "57014": Why.TIMED_OUT,
    "55P03": Why.TIMED_OUT,
    "08": Why.NOT_REACHABLE,
    "53": Why.NOT_REACHABLE,
    "57P": Why.NOT_REACHABLE,
    "3D000": Why.NOT_REACHABLE,
    "25006": Why.NOT_ASKED,
}
_NUMBERS = {
    **dict.fromkeys((1044, 1045, 1142, 1143, 1227, 1698), Why.ACCESS_DENIED),
    **dict.fromkeys((1205, 1969, 3024, 1317), Why.TIMED_OUT),
    **dict.fromkeys((1040, 1049, 1053, 2002, 2003, 2005, 2006, 2013), Why.NOT_REACHABLE),
    **dict.fromkeys((1290, 1792), Why.NOT_ASKED),
}
_WORDS = (
    (
        r"access denied|authentication failed|permission denied|not authorized|no pg_hba"
        r"|role .* does not exist|проверку подлинности|pg_hba\.conf",
        Why.ACCESS_DENIED,
    ),
    (r"timeout|timed out|interrupted|is locked", Why.TIMED_OUT),
    (r"readonly database|read-only", Why.NOT_ASKED),
    (
        r"refused|can't connect|could not connect|connection failed|unable to open|unreachable"
        r"|no route|name or service|resolve|closed|gone away|lost connection|no such file"
        r"|unknown database|does not exist$|starting up|shutting down|terminat",
        Why.NOT_REACHABLE,
    ),
)
_WHO = re.compile(r"(?:user )?'[^']*'@'[^']*'", re.IGNORECASE)
_SENTENCES = {
    Why.ACCESS_DENIED: "{name} refuses the login or the right to read. Check the user in its URL.",
    Why.TIMED_OUT: "{name} did not finish the query in time.",
    Why.NOT_REACHABLE: "{name} cannot be reached. Check the host, port and database in its URL.",
    Why.NOT_ASKED: "{name} was not asked: the query wants to write.",
}


def told(error: Exception, name: str) -> NoAnswer:
    """Why the database gave nothing, and a sentence with the way out."""
    kind = type(error).__name__
    if isinstance(error, ImportError) or kind == "NoSuchModuleError":
        return NoAnswer(
            why=Why.NOT_ASKED,
            detail=f"There is no driver for {name}. Install the Python package of its dialect.",
        )
    if kind == "ArgumentError":
        return NoAnswer(why=Why.NOT_ASKED, detail=f"The URL of {name} is no SQLAlchemy URL.")
    original = getattr(error, "orig", None)
    if original is None and not isinstance(error, OSError) and kind != "StatementError":
        # No words of a driver's own failure: they may quote the URL.
        return NoAnswer(why=Why.UNREADABLE, detail=f"The driver of {name} failed ({kind}).")
    original = original or error
    why = _by_code(original) or _by_words(
        str(original), asked=bool(getattr(error, "statement", ""))
    )
    if why is not None:
        return NoAnswer(why=why, detail=_SENTENCES[why].format(name=name))
    return NoAnswer(
        why=Why.UNREADABLE, detail=f"{name} does not understand the query: {_said(original)}."
    )


def _by_code(error: BaseException) -> Why | None:
    # The number first: PyMySQL gives both, and 42000 stands for anything.
    number = error.args[0] if error.args else None
    if isinstance(number, int):
        return _NUMBERS.get(number)
    state = str(getattr(error, "sqlstate", None) or "")
    return next((why for start, why in _STATES.items() if state.startswith(start)), None)


def _by_words(text: str, *, asked: bool) -> Why | None:
    for pattern, why in _WORDS:
        # "does not exist" is the database before the query was asked, and a table after it.
        if (why is not Why.NOT_REACHABLE or not asked) and re.search(
            pattern, text, re.IGNORECASE | re.MULTILINE
        ):
            return why
    return None


def _said(error: BaseException) -> str:
    """The first line of the database's own words, which name the table or column."""
    diagnostic = getattr(getattr(error, "diag", None), "message_primary", None)
    if diagnostic:
        return _line(str(diagnostic))
    numbered = len(error.args) > 1 and isinstance(error.args[0], int)
    return _line(str(error.args[1]) if numbered else str(error))


def _line(text: str) -> str:
    first = (text.strip().splitlines() or ["no reason given"])[0]
    return _WHO.sub("the user", first)[:160].rstrip(".")
