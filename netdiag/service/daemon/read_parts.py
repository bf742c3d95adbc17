"""Every part of netdiag.yaml that the daemon needs, read and checked together."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.service.daemon.settings import ServeSettings, read_serve
from netdiag.service.sweep.policy import read_policy
from netdiag.service.tickets.settings import TicketSettings, read_tickets
from netdiag.service.watch.notify_settings import read_notify
from netdiag.service.watch.settings import WatchSettings, read_watch
from netdiag.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the daemon is started with. `notify` and `sweep` are read again where they are used."""

    serve: ServeSettings
    watch: WatchSettings
    tickets: TicketSettings


def read_parts(settings: Settings) -> Parts:
    """Raises ContentError with file and line of what is wrong in any of them."""
    read_notify(settings)
    read_policy(settings)
    return Parts(
        serve=read_serve(settings), watch=read_watch(settings), tickets=read_tickets(settings)
    )
