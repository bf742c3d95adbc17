"""Which open outage a place stands behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from netdiag.model.outage import Outage, OutageState


def covering(
    outages: Iterable[Outage],
    *,
    device: str,
    port: str | None,
    site: str | None,
    cut_off_by: Callable[[str], bool],
) -> Outage | None:
    """The outage that explains why a subscriber of this port is out, the widest first.

    `cut_off_by(root)`: is the access device unreachable while that device is dead? With a redundant
    uplink, or where the topology is not known, it is not. A merely suspected outage explains
    nothing yet.
    """
    known = [o for o in outages if o.open and o.state is not OutageState.SUSPECTED]
    of_site = [o for o in known if site and o.root.casefold() == f"site:{site}".casefold()]
    of_port = [o for o in known if port and o.root.casefold() == f"{device}:{port}".casefold()]
    above = [o for o in known if ":" not in o.root and cut_off_by(o.root)]
    return next(iter((*of_site, *above, *of_port)), None)
