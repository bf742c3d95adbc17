"""The `sweep` part of netdiag.yaml: how gently, how long, what for."""

from __future__ import annotations

from dataclasses import dataclass

from croniter import croniter

from netdiag.content.reader import Reader, fail
from netdiag.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All has a default that is safe."""

    at_once: int = 100  # devices that are asked at the same time by one process
    site_at_once: int = 30  # of those, of one site: its line may be thin
    over_s: float = 0.0  # spread the starts over so many seconds; 0: as fast as the limits allow
    deadline_s: float = 1800.0  # then it ends; what was not asked is said
    device_s: float = 30.0  # the longest visit to one device
    batch: int = 100  # devices whose results are written at once
    ping_ms: float = 1.0  # between two echo requests
    echo_ms: int = 1000  # how long an echo is waited for
    subscribers: bool = False  # ping the subscribers' addresses, too
    tickets: bool = False  # propose tickets for findings whose rule allows it
    schedule: str = ""  # cron; empty: the daemon starts none
    days: int = 62  # of daily values kept


_RANGES: dict[str, tuple[float, float]] = {
    "at_once": (1, 2000),
    "site_at_once": (1, 2000),
    "over_s": (0, 86_400),
    "deadline_s": (1, 86_400),
    "device_s": (1, 600),
    "batch": (1, 1000),
    "ping_ms": (0, 1000),
    "echo_ms": (50, 10_000),
    "days": (1, 366),
}


def read_policy(settings: Settings) -> Policy:
    """Read and check `sweep`; ContentError names file and line."""
    if settings.sweep is None:
        return Policy()
    reader = Reader(settings.sweep, "'sweep'")
    usual = Policy()
    numbers = {
        name: _bounded(reader, name, getattr(usual, name), *bounds)
        for name, bounds in _RANGES.items()
    }
    schedule = reader.text("schedule", "")
    if schedule and not croniter.is_valid(schedule, second_at_beginning=True):
        raise fail(
            reader.where("schedule"),
            "'schedule' has the five fields of cron (*/15 * * * *); six begin with seconds.",
        )
    policy = Policy(
        **numbers,  # type: ignore[arg-type]
        subscribers=reader.flag("subscribers", usual.subscribers),
        tickets=reader.flag("tickets", usual.tickets),
        schedule=schedule,
    )
    reader.done()
    return policy


def _bounded(reader: Reader, key: str, usual: float, least: float, most: float) -> float:
    whole = isinstance(usual, int)
    value = reader.integer(key, int(usual)) if whole else reader.number(key, usual)
    if not least <= value <= most:
        raise fail(reader.where(key), f"{key!r} is a number from {least:g} to {most:g}.")
    return value
