"""Faults of the cable between port and home."""

from __future__ import annotations

from netdiag.lab.change import with_line, with_router
from netdiag.lab.faults.spec import Fault
from netdiag.lab.things import Beat, Home, World


def cut(world: World, home: Home, at: float) -> World:
    """Cut in the riser, 14 m from the switch."""
    return with_line(world, home.id, cut_at_m=14.0)


def short(world: World, home: Home, at: float) -> World:
    """A nail through the cable, 9 m from the switch."""
    return with_line(world, home.id, short_at_m=9.0)


def unplugged(world: World, home: Home, at: float) -> World:
    """Pulled out of the box at home."""
    return with_line(world, home.id, unplugged=True)


def pair_broken(world: World, home: Home, at: float) -> World:
    """One of four pairs is open: 100 instead of 1000 Mbit/s."""
    return with_line(world, home.id, broken_pair_at_m=21.0)


def crc_errors(world: World, home: Home, at: float) -> World:
    """500 damaged frames in a million."""
    return with_line(world, home.id, fcs_errors=500e-6)


def flaps(world: World, home: Home, at: float) -> World:
    """A loose plug: the link goes down and up every quarter of an hour."""
    return with_line(world, home.id, flaps=Beat(every_s=900, since=at))


def duplex(world: World, home: Home, at: float) -> World:
    """His box is forced to 100 full; our port falls to half duplex."""
    return with_router(world, home.id, forced=True)


FAULTS = (
    Fault(
        name="cable-cut", title="Cable cut 14 m from the switch",
        expected="provider.line.cable-fault", home="100207", apply=cut,
    ),
    Fault(
        name="cable-short", title="Short circuit in the cable",
        expected="provider.line.cable-fault", home="100214", apply=short,
    ),
    Fault(
        name="cable-unplugged", title="Cable unplugged at home",
        expected="subscriber.cpe.cable-unplugged", home="100209", apply=unplugged,
    ),
    Fault(
        name="pair-broken", title="Broken pair: 100 instead of 1000 Mbit/s",
        expected="provider.line.pair-fault-downshift", home="100212", apply=pair_broken,
    ),
    Fault(
        name="crc-errors", title="Damaged frames on the line",
        expected="provider.line.port-errors", home="100202", apply=crc_errors,
    ),
    Fault(
        name="link-flaps", title="Link goes down again and again",
        expected="provider.line.flapping", home="100232", apply=flaps, ago_s=11000,
    ),
    Fault(
        name="duplex-mismatch", title="Duplex mismatch",
        expected="settings.access.duplex-mismatch", home="100203", apply=duplex,
    ),
)  # fmt: skip
