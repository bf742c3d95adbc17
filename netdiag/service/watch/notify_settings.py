"""The `notify` part of netdiag.yaml: who is told of outages, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time

from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Tree
from netdiag.model.secret import Secret
from netdiag.notify.gate import Policy, Quiet
from netdiag.settings import LANGUAGES, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerSettings:
    """Every instance of one Alertmanager."""

    urls: tuple[str, ...]
    bearer: Secret | None = None
    repeat_s: float = 60.0
    devices: bool = False  # also an alert per device that is cut off, to inhibit others' alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Some people: a mailbox, a channel, a group."""

    name: str
    url: Secret
    language: str
    policy: Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettings:
    """Who is told. `link`: where the board is to be found, for the links in alerts."""

    alertmanager: AlertmanagerSettings | None = None
    people: tuple[Destination, ...] = ()
    link: str = ""


def read_notify(settings: Settings) -> NotifySettings:
    """Read and check `notify`; ContentError names file and line."""
    if settings.notify is None or settings.secret is None:
        return NotifySettings()
    reader = Reader(settings.notify, "notify")
    people = reader.inner("people")
    found = NotifySettings(
        alertmanager=_alertmanager(reader.inner("alertmanager"), settings.secret),
        people=_people(people, settings) if people else (),
        link=reader.text("link", ""),
    )
    reader.done()
    return found


def _alertmanager(
    reader: Reader | None, secret: Callable[[Tree], Secret]
) -> AlertmanagerSettings | None:
    if reader is None:
        return None
    urls = reader.texts("urls")
    for url in urls:
        if not url.startswith(("http://", "https://")):
            raise fail(reader.where("urls"), "an Alertmanager's URL begins with http(s)://.")
    if not urls:
        raise fail(reader.place, "'alertmanager' needs 'urls': one for each instance.")
    bearer = reader.tree("bearer")
    found = AlertmanagerSettings(
        urls=urls,
        bearer=secret(bearer) if bearer is not None else None,
        repeat_s=_between(reader, "repeat_s", 60.0, 1, 240),
        devices=reader.flag("devices"),
    )
    reader.done()
    return found


def _people(reader: Reader, settings: Settings) -> tuple[Destination, ...]:
    names = list(reader.keys())
    return tuple(_destination(name, reader.need(name), settings) for name in names)


def _destination(name: str, tree: Tree, settings: Settings) -> Destination:
    from netdiag.notify.people import AddressError, check

    reader = Reader(tree, f"people.{name}")
    if settings.secret is None:
        raise fail(reader.place, "secrets cannot be read here.")
    url = settings.secret(reader.need("url"))
    language = reader.text("language", settings.language)
    if language not in LANGUAGES:
        raise fail(reader.where("language"), f"'language' is one of {', '.join(LANGUAGES)}.")
    usual = Policy()
    policy = Policy(
        wait_s=_between(reader, "wait_s", usual.wait_s, 0, 600),
        most_per_hour=int(_between(reader, "most_per_hour", usual.most_per_hour, 1, 1000)),
        least_subscribers=int(_between(reader, "least_subscribers", 1, 0, 1e6)),
        quiet=_quiet(reader.inner("quiet")),
        sites=reader.texts("sites"),
    )
    reader.done()
    try:
        check(name, url)
    except AddressError as error:
        raise fail(reader.where("url"), str(error)) from None
    return Destination(name=name, url=url, language=language, policy=policy)


def _quiet(reader: Reader | None) -> Quiet | None:
    if reader is None:
        return None
    quiet = Quiet(
        begin=_clock(reader, "from"),
        end=_clock(reader, "until"),
        unless_subscribers=reader.integer("unless_subscribers", 200),
    )
    reader.done()
    if quiet.begin == quiet.end:
        raise fail(reader.place, "quiet hours begin and end at different times.")
    return quiet


def _clock(reader: Reader, key: str) -> time:
    text = reader.text(key)
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise fail(reader.where(key), f"{text!r} is no time of the day such as 22:00.") from None


def _between(reader: Reader, key: str, usual: float, least: float, most: float) -> float:
    value = reader.number(key, usual)
    if not least <= value <= most:
        raise fail(reader.where(key), f"{key!r} is a number from {least:g} to {most:g}.")
    return value
