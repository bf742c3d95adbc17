"""Where somebody is seen, how surely, and whether the inventory agrees."""

from __future__ import annotations

from datetime import timedelta

import pytest

from netdiag.locating.agreement import Agreement, compared, on_port
from netdiag.locating.sightings import Sighting, Way, certain, ranked
from tests.conftest import NOW


def seen(device: str, port: str, way: Way = Way.FORWARDING, *, doubtful: bool = False) -> Sighting:
    return Sighting(
        device=device,
        port=port,
        way=way,
        source=device,
        query="GET",
        seen_at=NOW - timedelta(seconds=5),
        doubtful=doubtful,
    )


def test_a_learned_address_and_a_circuit_id_for_one_port_are_one_place() -> None:
    places = ranked([seen("sw-1", "gi1/0/7"), seen("sw-1", "Gi1/0/7", Way.CIRCUIT)])
    assert [(p.device, p.port, len(p.sightings)) for p in places] == [("sw-1", "gi1/0/7", 2)]
    assert places[0].weight == 11


def test_the_same_way_twice_counts_once() -> None:
    assert ranked([seen("sw-1", "7"), seen("sw-1", "7")])[0].weight == 6


def test_what_is_learned_now_leads_what_an_old_session_brought() -> None:
    places = ranked([seen("sw-1", "3", Way.CIRCUIT_OLD), seen("sw-2", "7")])
    assert places[0].device == "sw-2"
    assert certain(places)


def test_two_switches_that_both_have_learned_it_are_a_choice_for_a_person() -> None:
    places = ranked([seen("sw-1", "3"), seen("sw-2", "7")])
    assert not certain(places)
    assert compared(places, "sw-1", "3") is Agreement.AMBIGUOUS


def test_a_port_that_may_be_an_uplink_leads_nobody() -> None:
    places = ranked([seen("agg-1", "25", doubtful=True), seen("sw-2", "7")])
    assert places[0].device == "sw-2"
    assert certain(places)
    assert not certain(ranked([seen("agg-1", "25", doubtful=True)]))


@pytest.mark.parametrize(
    ("device", "port", "agreement"),
    [
        ("sw-1", "GigabitEthernet1/0/7", Agreement.AGREES),
        ("sw-1", "gi1/0/8", Agreement.DIFFERS),
        ("sw-2", "gi1/0/7", Agreement.DIFFERS),
        (None, None, Agreement.NOT_ON_FILE),
    ],
)
def test_the_place_is_compared_with_the_inventory(
    device: str | None, port: str | None, agreement: Agreement
) -> None:
    assert compared(ranked([seen("sw-1", "gi1/0/7")]), device, port) is agreement


def test_nothing_seen_is_not_elsewhere() -> None:
    assert compared((), "sw-1", "7") is Agreement.NOT_SEEN


def test_an_onu_is_recorded_below_the_port_that_it_shares() -> None:
    assert on_port("0/1/3", "0/1/3:12")
    assert not on_port("0/1/4", "0/1/3:12")
