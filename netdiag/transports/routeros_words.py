"""What may be said to a router: the allow-list of commands, and a question as API words.

This is the one place that decides what the RouterOS transport sends. It only reads: a router must
not be changed, filled (files), or left with an endless command by a diagnosis. Whatever is not
listed is refused, whoever asks for it, because a probe file is data that people exchange.
"""

from __future__ import annotations

import re

from netdiag.model.wire import RouterosCall, RouterosChange

# Final words that read, and the attributes of which one must be there so that the command ends
# by itself (RouterOS runs monitor, ping, torch and scan until they are cancelled).
READING: dict[str, tuple[str, ...]] = {
    "print": (),
    "getall": (),
    "monitor": ("once", "duration"),
    "monitor-traffic": ("once", "duration"),
    "ping": ("count",),
    "traceroute": ("count", "duration"),
    "torch": ("duration",),
}

# Whole paths whose final word is harmless here and harmful elsewhere.
READING_PATHS: dict[str, tuple[str, ...]] = {
    # PADI and the offers to it; a wireless `scan` drops all its clients instead.
    "/interface/pppoe-client/scan": ("duration",),
    "/tool/sniffer/quick": ("duration",),
}

# Commands that act on the service. Their probes declare `disruption` and `consent`; whether the
# consent was given is decided before the transport is asked.
CONSENTED: dict[str, tuple[str, ...]] = {
    "/interface/ethernet/cable-test": ("once", "duration"),  # the link goes down for the test
    "/interface/wireless/scan": ("duration",),  # disconnects all clients of the radio
    "/interface/wifi/frequency-scan": ("duration",),
}

# What a test under consent may change, and change back (RouterosChange).
CHANGING = frozenset({"/interface/ethernet/disable", "/interface/ethernet/enable"})
# One registered radio is sent away, by the number of its row; it registers again by itself.
DROPPING = frozenset(
    f"/interface/{driver}/registration-table/remove" for driver in ("wireless", "wifi", "wifiwave2")
)

# Attributes that write files, run scripts or never end.
FORBIDDEN_ATTRIBUTES = frozenset({"file", "append", "save-file", "do", "follow", "follow-only"})

# Properties that are secrets; no fact is made of them, so they are never fetched.
SECRET_PROPERTIES = frozenset(
    {"password", "secret", "private-key", "preshared-key", "passphrase", "pre-shared-key"}
)

_PATH = re.compile(r"(/[a-z0-9][a-z0-9-]*)+")
_ROW = re.compile(r"\*[0-9A-Fa-f]+")  # the .id of one row
_KEY = re.compile(r"\.?[A-Za-z0-9][A-Za-z0-9._/-]*")  # basic-rates-a/g is one


def refusal(question: RouterosCall) -> str | None:
    """Why this question is not put to a router, as a sentence; None when it may be asked."""
    path = question.path
    if not _PATH.fullmatch(path):
        return f"{path!r} is not a path of the RouterOS API. Write it as /ip/arp/print."
    if isinstance(question, RouterosChange):
        only = set(question.attributes) == {"numbers"} and not question.where
        row = _ROW.fullmatch(question.attributes.get("numbers", ""))
        if only and (path in CHANGING or (path in DROPPING and row)):
            return None
        return (
            f"{path} is not sent: netdiag changes nothing but one port's own state, and the "
            "registration of one radio by the number of its row."
        )
    bounds = _bounds(path)
    if bounds is None:
        return (
            f"{path} is not asked: netdiag sends only commands that read "
            f"({', '.join(READING)}) and a few consented tests."
        )
    attributes = question.attributes
    forbidden = FORBIDDEN_ATTRIBUTES.intersection(attributes)
    if forbidden:
        return f"{path} is not asked with {sorted(forbidden)[0]!r}: it writes, or never ends."
    if bounds and not any(name in attributes for name in bounds):
        return f"{path} would never end. Give it the attribute {' or '.join(bounds)}."
    return _bad_columns(question)


def words_of(question: RouterosCall) -> list[str]:
    """The sentence: command, `=key=value`, `=.proplist=`, and `?key=value` words joined by AND."""
    words = [question.path]
    words += [f"={key}={value}" for key, value in question.attributes.items()]
    if question.proplist:
        words.append("=.proplist=" + ",".join(question.proplist))
    words += [f"?{key}={value}" for key, value in question.where.items()]
    if len(question.where) > 1:
        words.append("?#" + "&" * (len(question.where) - 1))
    return words


def _bounds(path: str) -> tuple[str, ...] | None:
    for known in (READING_PATHS, CONSENTED):
        if path in known:
            return known[path]
    return READING.get(path.rpartition("/")[2])


def _bad_columns(question: RouterosCall) -> str | None:
    path = question.path
    keys = (*question.proplist, *question.where, *question.attributes)
    odd = [key for key in keys if not _KEY.fullmatch(key)]
    if odd:
        return f"{odd[0]!r} is not the name of a property of {path}."
    secret = SECRET_PROPERTIES.intersection((*question.proplist, *question.where))
    if secret:
        return f"{path} is not asked for {sorted(secret)[0]!r}: secrets are never fetched."
    prints = path.endswith(("/print", "/getall"))
    if prints and not question.proplist and "count-only" not in question.attributes:
        return f"{path} would fetch every property of every row. Name them in proplist."
    return None
