"""Everything a run of probes is about: the subscriber, his place, and whom to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netdiag.model.fact import Facts
from netdiag.model.probe import TargetKind
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.wire import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One subscriber at one moment, before anything was asked.

    `targets` lists whom each kind of probe may ask (empty: not in the inventory). `params` are
    placeholders that are no facts. `facts` are those known beforehand. `earlier` holds readings of
    an earlier run, for rates. `on_uplink`: the port leads to another device.
    `site`: of the access device. `sharers`: subscribers that the inventory knows on this port; None
    when it cannot tell.
    """

    subscriber: Subscriber
    attachment: Attachment
    path: tuple[str, ...] = ()
    targets: Mapping[TargetKind, tuple[Target, ...]] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)
    earlier: Facts = field(default_factory=Facts)
    site: str | None = None
    on_uplink: bool = False
    sharers: int | None = None
    deep: bool = False
    disruptive: bool = False
