"""The `tickets.desks` part of netdiag.yaml: one ticket system per name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from netdiag.content.reader import Reader, fail, suggest
from netdiag.content.yaml import Tree
from netdiag.model.secret import Secret
from netdiag.routing.desks.common import Common
from netdiag.routing.desks.desk import Desk, Event

# Each kind is one module beside this one, with `read(name, reader, language, secret) -> Desk`.
KINDS = ("rt", "znuny", "zammad", "osticket", "webhook", "mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A ticket system that is configured: what it is called here, and how to speak with it."""

    common: Common
    desk: Desk
    event: Callable[[Mapping[str, Any]], Event | None]


def read_desks(
    reader: Reader, language: str, secret: Callable[[Tree], Secret]
) -> dict[str, Connected]:
    """All ticket systems by name; ContentError names file and line. No connection is made."""
    found = {}
    for name in list(reader.keys()):
        inner = Reader(reader.need(name), f"desks.{name}")
        kind = inner.text("kind")
        if kind not in KINDS:
            raise fail(
                inner.where("kind"),
                f"there is no kind {kind!r} of ticket system. {suggest(kind, list(KINDS))}",
            )
        module = importlib.import_module(f"netdiag.routing.desks.{kind}")
        desk = module.read(name, inner, language, secret)
        inner.done()
        found[name] = Connected(common=desk.common, desk=desk, event=desk.event)
    return found
