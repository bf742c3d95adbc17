"""Rules over tables: all ports at once, and in three values for one."""

import random

from netdiag.content.load import load
from netdiag.model.condition import Truth
from netdiag.model.sweep import DEVICE, Scope, Table
from netdiag.sweeping.judge import chosen, facts_at, hits, is_gone, names_read, stand
from netdiag.sweeping.places import worked_out

CONTENT = load()
RULES = {rule.id: rule for rule in CONTENT.findings}


def test_a_rule_picks_the_ports_for_which_it_holds() -> None:
    table: Table = {
        "port.oper_status": {"1": "up", "2": "up", "3": "down"},
        "port.virtual": {"1": False, "2": True, "3": False},
        "port.fcs_errors_rate": {"1": 900.0, "2": 900.0, "3": 900.0},
        "port.name": {"1": "ge-1"},
    }
    found = [
        hit for hit in hits(CONTENT.findings, "sw", table) if hit.rule == "port.damaged-frames"
    ]
    assert [(hit.index, hit.port) for hit in found] == [("1", "ge-1")]
    assert found[0].evidence["port.fcs_errors_rate"] == 900.0


def test_not_knowing_makes_no_finding() -> None:
    table: Table = {"port.oper_status": {"1": "up"}, "port.fcs_errors_rate": {"1": 900.0}}
    assert not [hit for hit in hits(CONTENT.findings, "sw", table) if hit.index]


def test_where_nothing_can_be_told_nothing_is_found_and_nothing_is_over() -> None:
    rule = RULES["port.damaged-frames"]
    table: Table = {
        "port.oper_status": {"1": "down", "2": "up", "3": "up"},
        "port.virtual": {"1": False, "2": False, "3": False},
        "port.fcs_errors_rate": {"1": 900.0, "2": 0.0},
    }
    assert hits([rule], "sw", table) == []
    stands = [stand(rule, facts_at(table, index, names_read(rule))) for index in "123"]
    assert stands == [Truth.UNKNOWN, Truth.FALSE, Truth.UNKNOWN]


def test_a_port_that_is_not_there_any_more_is_gone_an_onu_may_be() -> None:
    table: Table = {"port.oper_status": {"1": "up"}}
    assert is_gone(RULES["port.half-duplex"], table, "7")
    assert not is_gone(RULES["port.half-duplex"], table, "1")
    assert not is_gone(RULES["port.half-duplex"], {}, "7")  # the device did not tell
    assert not is_gone(RULES["onu.light-falling"], table, "4194304000.7")


def test_broadcasts_are_a_storm_from_one_port_and_where_they_are_most_of_all() -> None:
    rule = RULES["port.storm"]
    ports = [str(number) for number in range(1, 6)]

    def found(pps: dict[str, float], share: float) -> set[str]:
        table: Table = {
            "port.oper_status": dict.fromkeys(ports, "up"),
            "port.virtual": dict.fromkeys(ports, False),
            "port.bcast_pps": pps,
            "port.bcast_share_pct": dict.fromkeys(ports, share),
        }
        return chosen(rule, {**table, **worked_out(table)}, set(ports))

    assert found({"1": 4000.0, "2": 4.0}, 95.0) == {"1"}
    assert found({"1": 4000.0, "2": 4.0}, 3.0) == set()
    assert found(dict.fromkeys(ports, 4000.0), 95.0) == set()


def test_a_fact_of_the_device_counts_for_each_of_its_ports() -> None:
    rule = RULES["port.flapping"]
    table: Table = {
        "port.virtual": {"1": False, "2": False},
        "port.flaps_24h": {"1": 9, "2": 1},
        "device.ports_flapping": {DEVICE: 1},
    }
    assert chosen(rule, table, {"1", "2"}) == {"1"}
    assert chosen(rule, {**table, "device.ports_flapping": {DEVICE: 30}}, {"1", "2"}) == set()


def test_one_fact_is_compared_with_another() -> None:
    rule = RULES["trunk.below-best"]
    table: Table = {
        "port.trunk": {"1": True, "2": True},
        "port.virtual": {"1": False, "2": False},
        "port.oper_status": {"1": "up", "2": "up"},
        "port.speed_mbps": {"1": 100, "2": 1000},
        "port.speed_best_mbps": {"1": 1000, "2": 1000},
    }
    assert chosen(rule, table, {"1", "2"}) == {"1"}


def test_a_condition_that_holds_makes_a_finding_surer() -> None:
    table: Table = {
        "port.oper_status": {"1": "up", "2": "up"},
        "port.virtual": {"1": False, "2": False},
        "port.duplex": {"1": "half", "2": "half"},
        "port.speed_mbps": {"1": 100, "2": 100},
        "port.late_coll_rate": {"2": 500.0},
    }
    sure = {
        h.index: h.sure for h in hits(CONTENT.findings, "sw", table) if h.rule == "port.half-duplex"
    }
    assert sure == {"1": 0.75, "2": 0.95}


def test_all_ports_at_once_and_one_by_one_say_the_same() -> None:
    """Random tables: the fast way over columns against the evaluator of conditions."""
    dice = random.Random(11)
    facts = sorted({name for rule in CONTENT.findings for name in names_read(rule)})
    ports = [str(n) for n in range(1, 9)]
    for _ in range(300):
        table: Table = {name: _column(name, ports, dice) for name in facts if dice.random() < 0.8}
        for rule in CONTENT.findings:
            places = set(ports) if rule.scope is Scope.PORT else {DEVICE}
            fast = chosen(rule, table, places)
            slow = {
                place
                for place in places
                if stand(rule, facts_at(table, place, names_read(rule))) is Truth.TRUE
            }
            assert fast == slow, rule.id


def _column(name: str, ports: list[str], dice: random.Random) -> dict[str, object]:
    kind = CONTENT.vocabulary[name]
    keys = ports if name.startswith("port.") else [DEVICE]

    def value() -> object:
        if kind.type == "bool":
            return dice.random() < 0.5
        if kind.options:
            return dice.choice(kind.options)
        if kind.type == "string":
            return "x"
        return dice.choice([0, 1, 2, 5, 9, 40, 70, 92, 99, 120, 900, 5000, 90_000, -3.0])

    return {key: value() for key in keys if dice.random() < 0.8}
