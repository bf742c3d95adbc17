"""One syslog message into its parts: RFC 5424, RFC 3164, and what devices really send. Pure.

Seen in the field: no priority at all; topics in place of a tag (`<134>system,info router
rebooted`); a running number, the sender's name and a date with milliseconds and zone before the
text (`<189>1204: sw-5: *Mar  1 18:46:11.123 MSK: %SYS-5-CONFIG_I: …`). The rest stays text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 8192  # octets of one message that are read (RFC 5424, 6.1 asks for 2048 at least)
_MOST_PRI = 191  # 23 facilities and 8 severities
_NIL = "-"

_PRI = re.compile(r"<(\d{1,3})>")
_RFC5424 = re.compile(r"1 (\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) ?")
_COUNTER = re.compile(r"\d{1,10}: ")
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:\.\d+)?"
_UPTIME = r"(?:\d+[ywdh]){2}"
_DATE = re.compile(
    r"[*.]?(?:"
    rf"{_MONTH} +\d{{1,2}}(?: \d{{4}})? {_CLOCK}(?: \d{{4}})?"
    r"(?:[+-]\d{2}:\d{2}| [A-Z]{2,5}\b(?=:))?"
    rf"|\d{{1,2}}-{_MONTH}-\d{{4}} {_CLOCK}"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}[T ]{_CLOCK}(?:Z|[+-]\d{{2}}:?\d{{2}})?"
    rf"|(?:{_UPTIME}|{_CLOCK})(?=:)"
    r"):? +",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"(?!{_UPTIME}:)([A-Za-z0-9][\w.-]*): (?=[*.]?(?:%|{_MONTH}\b|\d{{4}}-))", re.IGNORECASE
)
_HOST = re.compile(r"([A-Za-z0-9][\w.:-]*) +(?=\S)")
_TAG = re.compile(r"[\w/.-]+(?:\[\d+\])?: ")
_STRUCTURED = re.compile(r'(?:\[(?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*")*\])+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`text` is what the device says, with its tag or topics; `host` what it calls itself."""

    text: str
    severity: int | None = None
    facility: int | None = None
    host: str | None = None


def decode(octets: bytes) -> Message | None:
    """The parts of one message; None when nothing legible is in it. Never raises."""
    line = octets[:LONGEST].decode("utf-8", "replace").strip("\ufeff\0\r\n\t ")
    line = "".join(c if c.isprintable() else " " for c in line)
    found = _PRI.match(line)
    number = int(found[1]) if found else None
    if number is not None and number <= _MOST_PRI:
        rest, facility, severity = line[found.end() :] if found else line, number >> 3, number & 7
    else:
        rest, facility, severity = line, None, None
    host, text = _header(rest.lstrip())
    if not text:
        return None
    return Message(text=text, severity=severity, facility=facility, host=host)


def _header(line: str) -> tuple[str | None, str]:
    """The sender's name and the text behind the header."""
    modern = _RFC5424.match(line)
    if modern:
        return _of_5424(modern, line[modern.end() :])
    counter = _COUNTER.match(line)
    rest = line[counter.end() :] if counter else line
    named = _NAMED.match(rest)
    if named:
        rest = rest[named.end() :]
    date = _DATE.match(rest)
    if date is None:
        return (named[1] if named else None), rest.strip()
    rest = rest[date.end() :]
    if named or rest.startswith("%"):
        return (named[1] if named else None), rest.strip()
    host = _HOST.match(rest)
    # Some leave the name out: then a tag ("kernel: ", "sshd[77]: ") stands behind the date.
    if host is None or _TAG.match(rest) or "," in host[1]:
        return None, rest.strip()
    return host[1], rest[host.end() :].strip()


def _of_5424(found: re.Match[str], rest: str) -> tuple[str | None, str]:
    host, program = found[2], found[3]
    structured = _STRUCTURED.match(rest)
    if structured:
        rest = rest[structured.end() :]
    elif rest == _NIL or rest.startswith(f"{_NIL} "):
        rest = rest[1:]
    text = rest.lstrip(" \ufeff")
    if text and program != _NIL:
        text = f"{program}: {text}"
    return (None if host == _NIL else host), text.strip()
