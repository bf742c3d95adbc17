"""What can fail, and who hangs on it."""

from __future__ import annotations

from dataclasses import dataclass

SUBSCRIBER = "subscriber"

# How often one of a kind fails in a year: start values of the prior.
FAILURES_A_YEAR = {
    "core": 0.2,
    "aggregation": 1.0,
    "access": 2.0,
    "card": 1.0,
    "port_group": 1.0,
    "pon": 1.0,
    "splitter": 0.5,
    "sector": 2.0,
    "building": 2.0,
    "port": 0.5,
}
OTHER_FAILURES_A_YEAR = 2.0  # a kind we have no word for fails like an access device
SHARED_FATE_FAILURES_A_YEAR = 0.05  # all redundant paths of a group at once

KINDS = (*FAILURES_A_YEAR, SUBSCRIBER)


@dataclass(frozen=True, slots=True)
class Resource:
    """One line of a topology. Several parents are redundant: up while any of them is."""

    id: str
    kind: str
    parents: tuple[str, ...] = ()
