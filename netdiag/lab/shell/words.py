"""What the command lines share: finding ports, writing MACs and times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netdiag.lab.history import counter, link_since
from netdiag.lab.snmp.bridge import learned
from netdiag.lab.snmp.view import View
from netdiag.lab.things import Port


@dataclass(frozen=True, slots=True)
class Session:
    """What a command sees; `test` makes a cable test known to the lab, `change` a new setting."""

    view: View
    now: float
    test: Callable[[Port], None]
    change: Callable[..., None] = lambda *_, **__: None

    def port(self, name: str) -> Port | None:
        """The port of that name, in any case, or of that number."""
        for port in self.view.ports():
            if name.lower() in (port.name.lower(), str(port.number), f"1:{port.number}"):
                return port
        return None

    def count(self, port: Port, *names: str) -> int:
        """The sum of some counters of a port."""
        return int(sum(counter(self.view.scene, port.key, name, self.now) for name in names))

    def macs(self, port: Port | None) -> list[tuple[str, int, Port]]:
        """Learned addresses, of one port or of all."""
        rows = learned(self.view)
        return [row for row in rows if port is None or row[2].key == port.key]

    def up_time(self, port: Port) -> str:
        """days,hours:minutes:seconds since the link came up."""
        seconds = int(self.now - link_since(self.view.scene, port.key, self.now))
        days, rest = divmod(seconds, 86400)
        return f"{days:02d},{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"


def dashes(mac: str) -> str:
    """02-77-C0-00-00-C9, as D-Link writes it."""
    return mac.upper().replace(":", "-")


def fours(mac: str, between: str) -> str:
    """Three groups of four digits: dots at Cisco, dashes at Huawei."""
    digits = mac.replace(":", "")
    return between.join(digits[n : n + 4] for n in (0, 4, 8))
