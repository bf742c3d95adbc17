"""The `watch` part of netdiag.yaml: what comes in unasked, and how outages are inferred from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Tree
from netdiag.listeners.users import AUTH, PRIV, User
from netdiag.model.secret import Secret
from netdiag.settings import Settings

_LEAST_KEY = 8  # characters of a passphrase, RFC 3414, 11.2


@dataclass(frozen=True, slots=True, kw_only=True)
class TrapSettings:
    """Where SNMP notifications come in. A device is known by its address and by the community of
    its own credentials, or one of `communities`."""

    host: str
    port: int
    communities: tuple[Secret, ...] = ()
    users: tuple[User, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """Everything has a usual value; without `watch` only what is reported to the API comes in, and
    nobody is asked but for a suspicion."""

    traps: TrapSettings | None = None
    accounting_s: float = 0.0  # seconds between two looks at radacct; 0: never
    sessions_s: float = 0.0  # seconds between two looks at the sessions of every BNG; 0: never
    infer: bool = True  # outages, out of what comes in
    tick_s: float = 5.0  # between two judgements when nothing comes in
    hold_s: float = 300.0  # for so long all has to be well before an outage is over
    round_s: float = 0.0  # seconds in which every device is pinged once; 0: never


def read_watch(settings: Settings) -> WatchSettings:
    """Read and check `watch`; ContentError names file and line."""
    if settings.watch is None or settings.secret is None:
        return WatchSettings()
    reader = Reader(settings.watch, "watch")
    usual = WatchSettings()
    found = WatchSettings(
        traps=_traps(reader.inner("traps"), settings.secret),
        accounting_s=_between(reader, "accounting_s", usual.accounting_s, 0, 600),
        sessions_s=_between(reader, "sessions_s", usual.sessions_s, 0, 3600),
        infer=reader.flag("infer", default=True),
        hold_s=_between(reader, "hold_s", usual.hold_s, 10, 3600),
        round_s=_between(reader, "round_s", 60, 0, 3600),
        tick_s=_between(reader, "tick_s", usual.tick_s, 0.5, 60),
    )
    if found.accounting_s and settings.radius is None:
        raise fail(reader.where("accounting_s"), "'accounting_s' needs the database 'radius'.")
    reader.done()
    return found


def _traps(reader: Reader | None, secret: Callable[[Tree], Secret]) -> TrapSettings | None:
    if reader is None:
        return None
    text = reader.text("listen", "0.0.0.0:162")
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) <= 65535:
        raise fail(reader.where("listen"), "'listen' is ADDRESS:PORT, such as 0.0.0.0:162.")
    found = TrapSettings(
        host=host.strip("[]"),
        port=int(port),
        communities=tuple(secret(tree) for tree in reader.trees("communities")),
        users=tuple(_user(tree, secret) for tree in reader.trees("users")),
    )
    reader.done()
    return found


def _user(tree: Tree, secret: Callable[[Tree], Secret]) -> User:
    reader = Reader(tree, "a user of traps")
    keys = {}
    for name in ("auth_key", "priv_key"):
        given = reader.tree(name)
        keys[name] = secret(given) if given is not None else None
        key = keys[name]
        if key is not None and len(key.reveal()) < _LEAST_KEY:
            raise fail(reader.where(name), f"a passphrase has {_LEAST_KEY} characters at least.")
    user = User(
        name=reader.text("user"),
        auth=_protocol(reader, "auth", AUTH),
        priv=_protocol(reader, "priv", PRIV),
        auth_key=keys["auth_key"],
        priv_key=keys["priv_key"],
    )
    reader.done()
    if user.priv != "NONE" and user.auth == "NONE":
        raise fail(reader.place, "'priv' needs 'auth' as well (RFC 3414).")
    for word, protocol in (("auth", user.auth), ("priv", user.priv)):
        if (protocol != "NONE") != (keys[f"{word}_key"] is not None):
            raise fail(reader.place, f"{word!r} and '{word}_key' go together.")
    return user


def _protocol(reader: Reader, key: str, known: tuple[str, ...]) -> str:
    word = reader.text(key, "none").upper().replace("-", "")
    word = {"SHA1": "SHA", "AES128": "AES"}.get(word, word)
    if word not in known:
        raise fail(reader.where(key), f"{key!r} is one of {', '.join(known).lower()}.")
    return word


def _between(reader: Reader, key: str, usual: float, least: float, most: float) -> float:
    value = reader.number(key, usual)
    if not least <= value <= most:
        raise fail(reader.where(key), f"{key!r} is a number from {least:g} to {most:g}.")
    return value
