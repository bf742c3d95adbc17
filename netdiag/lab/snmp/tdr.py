"""Cable tests over SNMP: which SET starts one on which port, and whether one has been made."""

from __future__ import annotations

from netdiag.lab.history import Scene
from netdiag.lab.snmp.ber import Oid
from netdiag.lab.things import PortKey

Oids = dict[Oid, int]  # column that starts a test → the value that it must be set to


def tested(scene: Scene, port: PortKey) -> bool:
    """A test was made on this port; before, the tables hold nothing worth reading."""
    return port in scene.tested


def started(actions: Oids, name: Oid, value: int) -> int | None:
    """The index that a SET starts a test on; None when this may not be written."""
    wanted = actions.get(name[:-1])
    return name[-1] if wanted is not None and wanted == value else None
