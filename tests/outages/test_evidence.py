"""Every kind of observation counts for what it is worth, and causes are told apart."""

import pytest

from netdiag.outages.change import Planned
from netdiag.outages.observation import Kind, Observation, State
from netdiag.outages.resource import Resource
from netdiag.outages.tree import AccessTree
from netdiag.outages.watch import Watch
from tests.outages.small_town import (
    EVERYBODY,
    NOON,
    SWITCHES,
    all_up,
    confirmed,
    mixed,
    on,
    resources,
    seen,
    told,
    watched,
)


def verdicts(people, side, segment):
    return [
        Observation(NOON + 60 * n, person, Kind.VERDICT, State.DOWN, side, segment)
        for n, person in enumerate(people)
    ]


@pytest.mark.parametrize(
    "evidence",
    [
        seen(on("sw-12"), "down", 0, "session"),
        seen(on("sw-12"), "down", 0, "trap"),
        seen(on("sw-12"), "down", 0, "power"),
        seen(on("sw-12"), "down", 0, "contact", apart=60),
        verdicts(on("sw-12"), "provider", "access"),
        [one for k in range(3) for one in seen(["sw-12"], "down", 60 * k, "probe")],
    ],
    ids=["session", "trap", "power", "contact", "verdict", "device"],
)
def test_each_kind_of_observation_alone_can_name_the_root(evidence):
    assert confirmed(watched(evidence, 900)[1]) == {("sw-12",)}


def test_faults_of_the_subscribers_own_are_no_outage():
    assert watched(verdicts(on("sw-12"), "subscriber", "cpe"), 900)[1] == []


@pytest.mark.parametrize("kind", list(Kind))
def test_unknown_says_nothing(kind):
    """Could not ask is never down: neither of subscribers nor of devices."""
    unknown = [o for k in range(5) for o in seen([*EVERYBODY, *SWITCHES], "unknown", 60 * k, kind)]
    assert watched(all_up() + unknown, 900)[1] == []


def test_devices_that_cannot_be_asked_while_their_people_are_well_are_no_outage():
    """The way to the devices is broken, not the network."""
    devices = ["agg-1", "sw-11", "sw-12", "sw-13"]
    fails = [o for k in range(10) for o in seen(devices, "down", 60 * k, "probe")]
    assert confirmed(watched(all_up() + fails, 900)[1]) == set()


def test_half_of_a_switch_is_a_partial_failure():
    fall = seen(on("sw-12")[::2] + on("sw-13")[::2] + on("sw-11")[::2], "down", 0, apart=3)
    watch, _ = watched(all_up() + fall, 900)
    (outage,) = watch.open()
    assert outage.roots == ("agg-1",)
    assert outage.partial
    assert outage.subscribers == 12


def test_a_partial_failure_that_nothing_confirms_anew_ends_by_itself():
    fall = seen(on("sw-12")[::2] + on("sw-13")[::2] + on("sw-11")[::2], "down", 0, apart=3)
    _, changes = watched(all_up() + fall, 3 * 3600)
    assert told(changes)[-1] == ("cleared", ("agg-1",))


def test_answers_that_come_and_go_are_a_grey_failure():
    asked = []
    for k in range(-4, 10):
        lost = on("sw-12")[k % 2 :: 2] if k >= 0 else []
        for n, person in enumerate(mixed(EVERYBODY)):
            asked += seen([person], "down" if person in lost else "up", 150 * k + n, "probe")
    watch, changes = watched(all_up() + asked, 1500)
    assert confirmed(changes) == {("sw-12",)}
    (outage,) = watch.open()
    assert outage.partial
    assert len({change.outage for change in changes if change.state == "confirmed"}) == 1


def pon() -> list[Resource]:
    lines = [Resource("olt", "access"), Resource("card", "card", ("olt",))]
    for p in "ab":
        lines.append(Resource(f"pon-{p}", "pon", ("card",)))
        for s in "12":
            lines.append(Resource(f"spl-{p}{s}", "splitter", (f"pon-{p}",)))
            lines += [Resource(f"{p}{s}/{n}", "subscriber", (f"spl-{p}{s}",)) for n in range(8)]
    return lines


ONUS = [one.id for one in pon() if one.kind == "subscriber"]


@pytest.mark.parametrize(("share", "cause"), [(8, "power"), (0, "fibre")])
def test_dying_gasps_tell_power_from_fibre(share, cause):
    usual = seen(ONUS, "up", -600)
    gone = [onu for onu in ONUS if onu.startswith("a")]
    gasps = [o for n, o in enumerate(seen(gone, "down", 0, "power")) if n % 10 < share]
    _, changes = watched(
        usual + gasps + seen(mixed(gone), "down", 1, apart=4), 900, AccessTree(pon())
    )
    assert confirmed(changes) == {("pon-a",)}
    assert changes[-1].cause == cause


def test_a_battery_alarm_of_the_switch_makes_it_power():
    alarm = seen(["sw-12"], "down", 0, "power")
    _, changes = watched(all_up() + alarm + seen(on("sw-12"), "down", 30, apart=5), 600)
    assert changes[-1].cause == "power"


def test_an_outage_inside_a_maintenance_window_says_so():
    fall = seen(mixed(on("agg-1")), "down", 0, apart=3)
    for resource, planned in (("agg-1", True), ("core", True), ("agg-2", False)):
        watch = Watch(
            AccessTree(resources()),
            planned=[Planned(resource=resource, begins=NOON - 60, ends=NOON + 3600)],
        )
        for one in all_up() + fall:
            watch.observe(one)
        watch.tick(NOON + 120)
        assert [one.planned for one in watch.open()] == [planned]


def test_those_to_ask_next_begin_with_the_parents():
    watch, _ = watched(all_up() + seen(on("sw-12")[:3], "down", 0), 60)
    (suspicion,) = watch.suspicions()
    assert suspicion.ask[:2] == ("agg-1", "sw-12")
    assert set(suspicion.ask[2:]) & set(on("sw-12")[3:])
    assert len(suspicion.ask) <= 8


def test_an_office_that_closes_every_day_is_learned():
    closing = seen(on("sw-12"), "down", 0, apart=20)
    learned = Watch(AccessTree(resources()))
    days = [(one.t - 86400 * k, one.subject) for k in range(1, 8) for one in closing]
    learned.learn(days, days=7)
    for watch, outages in ((Watch(AccessTree(resources())), 1), (learned, 0)):
        for one in [*all_up(), *closing]:
            watch.observe(one)
        for k in range(12):
            watch.tick(NOON + 30 * k)
        assert len(watch.open()) == outages
