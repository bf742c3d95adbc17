"""/queue/simple: what every home gets."""

from __future__ import annotations

from netdiag.lab.history import counter, is_pppoe, session_started
from netdiag.lab.routeros.ask import Ask, Row, numbered
from netdiag.lab.things import Home
from netdiag.lab.traffic import HOME

SHAPED = 0.1  # of the sold rate, when the quota is used up


def limit_bps(home: Home) -> int:
    """The rate that really applies."""
    return int(home.account.down_mbps * 1_000_000 * (SHAPED if home.account.shaped else 1.0))


def simple(ask: Ask) -> list[Row]:
    """/queue/simple/print: a dynamic queue per PPPoE session, a fixed one for the others."""
    homes = [home for home in ask.homes() if _has_queue(ask, home)]
    return numbered(_queue(ask, home) for home in homes)


def _has_queue(ask: Ask, home: Home) -> bool:
    if not is_pppoe(home):
        return home.account.provisioned
    return home.session is not None or session_started(ask.scene, home, ask.now) is not None


def _queue(ask: Ask, home: Home) -> Row:
    limit, flow = limit_bps(home), ask.scene.flows[HOME, home.id]
    name = f"<pppoe-{home.login}>" if is_pppoe(home) else home.login
    down = min(flow.out_octets * 8, limit * 0.99)
    dropped = int((ask.now - ask.scene.at) * 40) if home.loads_fully else 0
    count = {key: int(counter(ask.scene, (HOME, home.id), key, ask.now)) for key in _COUNTED}
    return {
        "name": name, "target": name if is_pppoe(home) else f"{home.ip}/32", "parent": "none",
        "packet-marks": "", "priority": "8/8", "queue": "default-small/default-small",
        "limit-at": "0/0", "max-limit": f"{limit}/{limit}", "burst-limit": "0/0",
        "burst-threshold": "0/0", "burst-time": "0s/0s", "bucket-size": "0.1/0.1",
        "bytes": f"{count['in_octets']}/{count['out_octets']}",
        "packets": f"{count['in_ucast']}/{count['out_ucast']}",
        "rate": f"{int(flow.in_octets * 8)}/{int(down)}",
        "packet-rate": f"{int(flow.in_ucast)}/{int(flow.out_ucast)}",
        "dropped": f"0/{dropped}", "queued-bytes": "0/48000" if home.loads_fully else "0/0",
        "queued-packets": "0/32" if home.loads_fully else "0/0",
        "dynamic": "true" if is_pppoe(home) else "false", "disabled": "false", "invalid": "false",
    }  # fmt: skip


_COUNTED = ("in_octets", "out_octets", "in_ucast", "out_ucast")
