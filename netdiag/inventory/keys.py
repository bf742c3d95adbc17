"""What people type to name a subscriber, and the one spelling that each kind of key has.

A key is read in every way that fits, the surest first: `readings("8 (912) 345-67-89")` is an id,
then a phone, then a login.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address

_HEX = re.compile(r"[0-9A-Fa-f]+")
_USUAL_MAC = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}")
_DIALLED = re.compile(r"\+?[\d\s().\-‐‑–/]+")
_SPREADSHEET = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")


class By(StrEnum):
    """How a subscriber can be looked up. The first six are what a person types."""

    ID = "id"
    LOGIN = "login"
    PHONE = "phone"
    IP = "ip"
    MAC = "mac"
    PORT = "port"  # value is the device, port the port
    DEVICE = "device"  # everybody on one device
    BNG = "bng"  # everybody whom one BNG terminates


TYPED = (By.ID, By.LOGIN, By.PHONE, By.IP, By.MAC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a key. `fold`: upper and lower case are the same."""

    by: By
    value: str
    port: str = ""
    fold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRule:
    """Phones are equal when their last `compare` digits are; fewer than `least` are no phone."""

    compare: int = 10
    least: int = 6

    def key(self, digits: str) -> str | None:
        """The digits that count, or None when there are too few."""
        return digits[-self.compare :] if len(digits) >= self.least else None


def plain_digits(text: str) -> str:
    """The text with the digits of any script (Persian, Arabic) written as 0-9."""
    if text.isascii():
        return text
    return "".join(str(int(c)) if c.isdecimal() else c for c in text)


def fold(text: str) -> str:
    """The text without differences of upper and lower case or of outer blanks."""
    return text.strip().casefold()


def mac(text: str) -> str | None:
    """aa:bb:cc:dd:ee:ff of a MAC in any notation (colons, dashes, dots, none), or None."""
    text = text.strip()
    if _USUAL_MAC.fullmatch(text):
        return text.lower()
    marks = {c for c in text if c in ":-. "}
    if len(marks) > 1:
        return None
    groups = text.split(marks.pop()) if marks else [text]
    if len(groups) not in (1, 2, 3, 6) or not all(_HEX.fullmatch(g) for g in groups):
        return None
    if len(groups) == 6:
        if "." in text or any(len(g) > 2 for g in groups):
            return None
        groups = [g.zfill(2) for g in groups]
    width = 12 // len(groups)
    if any(len(g) != width for g in groups):
        return None
    digits = "".join(groups).lower()
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def ipv4(text: str) -> str | None:
    """An IPv4 address in dotted form; a prefix length behind it is dropped. None: it is none."""
    try:
        return str(IPv4Address(text.strip().partition("/")[0]))
    except AddressValueError:
        return None


def phone(text: str) -> str | None:
    """The digits of a phone number in any formatting, or None when it holds anything else."""
    text = plain_digits(text.strip())
    if not _DIALLED.fullmatch(text):
        return None
    return re.sub(r"\D", "", text) or None


def spoilt_by_spreadsheet(text: str) -> bool:
    """Was a long number turned into 9,12346E+10? Its last digits are lost."""
    return _SPREADSHEET.fullmatch(text.strip()) is not None


def readings(key: str) -> tuple[Reading, ...]:
    """Every way to read the key, the surest first. `phone:…`, `id:…` and the like force one."""
    text = plain_digits(key.strip())
    if not text:
        return ()
    forced = _forced(text)
    if forced:
        return forced
    named = (Reading(by=By.ID, value=text), Reading(by=By.LOGIN, value=text))
    folded = tuple(Reading(by=r.by, value=r.value, fold=True) for r in named)
    sure = tuple(_sure(text))
    return (*sure, named[0], *_maybe(text, sure), named[1], *folded)


def _forced(text: str) -> tuple[Reading, ...]:
    """Readings of `phone:…` and the like. Nonsense behind the word: it was a device's name."""
    word, _, rest = text.partition(":")
    if word.lower() not in TYPED or not rest.strip():
        return ()
    by = By(word.lower())
    if by in (By.ID, By.LOGIN):
        exact = Reading(by=by, value=rest.strip())
        return (exact, Reading(by=by, value=exact.value, fold=True))
    value = {By.PHONE: phone, By.IP: ipv4, By.MAC: mac}[by](rest)
    return (Reading(by=by, value=value),) if value else ()


def _sure(text: str) -> Iterator[Reading]:
    """Readings of keys whose form leaves little doubt."""
    address, hardware, number = ipv4(text), mac(text), phone(text)
    if address and "/" not in text:
        yield Reading(by=By.IP, value=address)
    elif hardware and not (number and ":" not in text):
        yield Reading(by=By.MAC, value=hardware)
    elif number and text.startswith("+"):
        yield Reading(by=By.PHONE, value=number)
    elif ":" in text:
        yield from _ports(text)


def _maybe(text: str, sure: tuple[Reading, ...]) -> Iterator[Reading]:
    """Readings of keys that might as well be a contract number."""
    if sure:
        return
    number, hardware = phone(text), mac(text)
    if number:
        yield Reading(by=By.PHONE, value=number)
    if hardware:
        yield Reading(by=By.MAC, value=hardware)


def _ports(text: str) -> Iterator[Reading]:
    """`device:port`, cut at every colon: device names and ports may hold colons themselves."""
    for at, char in enumerate(text):
        device, port = text[:at].strip(), text[at + 1 :].strip()
        if char == ":" and device and port:
            yield Reading(by=By.PORT, value=device, port=port)
