"""Which subscriber a ticket is about: keys to look up, the surest first. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

MOST_TEXT = 65_536  # characters of a message that are looked at
_MOST_KEYS = 25  # of one kind

_LOGIN = re.compile(
    r"(?:login|log-in|user(?:\s?name)?|pppoe|логин|пользователь|نام کاربری|لاگین)"
    r"[\s:=—–-]{1,4}([\w.@+-]{2,64})",
    re.IGNORECASE,
)
_CONTRACT = re.compile(
    r"(?:contract|account|customer|client|subscriber|договор[а-я]*|лицев\w*\s+сч[её]т\w*|л/с"
    r"|абонент\w*|اشتراک|قرارداد|مشترک)"
    r"\s*(?:no\.?|number|id|номер|شماره|№|#)?[\s:=№#—–-]{0,4}([\w/-]*\d[\w/-]*)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w.:])\+?\d[\d\s()\-‐‑–]{5,20}\d(?![\w:]|\.\d)")
_MAC = re.compile(r"(?<![\w:])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:])", re.IGNORECASE)
_IP = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)")
_WORD = re.compile(r"(?<![\w@.])(?=[\w-]*\d)[^\W_][\w-]{3,31}(?![\w@])")


class From(StrEnum):
    """Where a key was found."""

    FIELD = "field"
    LOGIN = "login"
    CONTRACT = "contract"
    PHONE = "phone"
    ADDRESS = "address"  # MAC or IP
    SENDER = "sender"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """Keys of one kind. The first kind that leads to one subscriber decides."""

    source: From
    keys: tuple[str, ...]


def clues(
    *,
    fields: tuple[str | None, ...] = (),
    subject: str = "",
    text: str = "",
    senders: tuple[str, ...] = (),
    own_domains: tuple[str, ...] = (),
) -> tuple[Clue, ...]:
    """What a ticket says of its subscriber. `fields`: what somebody filled in for that; `senders`:
    who wrote it. The part before the @ counts only in the provider's own domains."""
    words = _digits(f"{subject}\n{text[:MOST_TEXT]}")
    found = (
        (From.FIELD, (value.strip() for value in fields if value and value.strip())),
        (From.CONTRACT, _CONTRACT.findall(words)),
        (From.LOGIN, (f"login:{name.rstrip('.')}" for name in _LOGIN.findall(words))),
        (From.PHONE, (f"phone:{number}" for number in _PHONE.findall(words))),
        (From.ADDRESS, _addresses(words)),
        (From.SENDER, _senders(senders, own_domains)),
        (From.TEXT, _WORD.findall(words)),
    )
    every = (Clue(source=source, keys=_once(keys)) for source, keys in found)
    return tuple(clue for clue in every if clue.keys)


def _addresses(words: str) -> Iterator[str]:
    yield from (f"mac:{mac}" for mac in _MAC.findall(words))
    yield from (f"ip:{ip}" for ip in _IP.findall(words))


def _senders(senders: tuple[str, ...], own_domains: tuple[str, ...]) -> Iterator[str]:
    for address in senders:
        yield f"login:{address}"
        name, _, domain = address.rpartition("@")
        if name and domain.casefold() in own_domains:
            yield f"login:{name}"


def _once(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))[:_MOST_KEYS]


def _digits(text: str) -> str:
    """Digits of any script as 0-9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
