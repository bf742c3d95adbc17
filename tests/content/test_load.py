"""Nothing wrong survives loading: each mistake is named with file, line and the way out."""

from pathlib import Path

import pytest

from netdiag.content.load import load, shipped
from netdiag.model.errors import ContentError
from netdiag.service.doctor.check import examples_that_fail


def load_from(root: Path):
    return load(base=(root / "probes", root / "rules"))


def change(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_complete_content_loads_and_its_examples_hold(taught: Path) -> None:
    content = load_from(taught)
    assert [rule.fault for rule in content.rules] == [
        "provider.line.link-down",
        "undetermined.no-data",
    ]
    assert content.probes[0].yields == ("port.oper_status",)
    assert list(examples_that_fail(content)) == []


def test_the_shipped_content_loads_and_every_example_holds() -> None:
    content = load()
    assert list(map(str, examples_that_fail(content))) == []
    assert len(content.rules) >= 45
    assert len(content.vocabulary.types) >= 127


MISTAKES = [
    (
        "rules/drop/link-down.yaml",
        "port.oper_status == down, db",
        "port.oper_state == down, db",
        "link-down.yaml:10",
        "Did you mean 'port.oper_status'?",
    ),
    (
        "rules/drop/link-down.yaml",
        "port.oper_status == down, db",
        "port.oper_status == dwon, db",
        "link-down.yaml:10",
        "is none of up, down",
    ),
    (
        "rules/drop/link-down.yaml",
        "port.speed_mbps < $slow",
        "port.speed_mbps < $slo",
        "link-down.yaml:12",
        "Did you mean 'slow'?",
    ),
    (
        "rules/drop/link-down.yaml",
        "port.speed_mbps < $slow",
        "port.oper_status < up",
        "link-down.yaml:12",
        "it has no order",
    ),
    (
        "rules/drop/link-down.yaml",
        "port.speed_mbps < $slow",
        "port.speed_mbps == null",
        "link-down.yaml:12",
        "never null",
    ),
    (
        "rules/drop/link-down.yaml",
        "port.speed_mbps < $slow",
        "port.speed_mbps<100",
        "link-down.yaml:12",
        "between spaces",
    ),
    ("rules/drop/link-down.yaml", "side: provider", "side: us", "link-down.yaml:3", "Known:"),
    ("rules/drop/link-down.yaml", "route: line", "route: lines", "link-down.yaml:15", "'line'"),
    ("rules/drop/link-down.yaml", ", fa: [ببین]", "", "link-down.yaml:19", "none in 'fa'"),
    ("rules/drop/link-down.yaml", "By {due}", "By {dua}", "link-down.yaml:18", "no fact 'dua'"),
    (
        "rules/drop/link-down.yaml",
        "  - {expect: unknown, facts: {}}",
        "",
        "link-down.yaml:20",
        "no example of unknown",
    ),
    (
        "rules/drop/link-down.yaml",
        "rank: 10",
        "rank: 10\nrank: 11",
        "link-down.yaml:3",
        "already given on line 2",
    ),
    ("rules/drop/link-down.yaml", "visit: true", "vist: true", "link-down.yaml", "visit"),
    (
        "rules/drop/link-down.yaml",
        "sla: B",
        "look_alikes: [no.such]\nsla: B",
        "link-down.yaml",
        "there is no such rule",
    ),
    (
        "probes/generic/port-status.yaml",
        "2: down",
        "2: donw",
        "port-status.yaml:9",
        "Did you mean 'down'?",
    ),
    (
        "probes/generic/port-status.yaml",
        "1.3.6.1.2.1.2.2.1.8.{port}",
        "IF-MIB::ifOperStatus.{port}",
        "port-status.yaml:7",
        "no numeric OID",
    ),
    (
        "probes/generic/port-status.yaml",
        "{port}",
        "{prot}",
        "port-status.yaml:7",
        "Did you mean 'port'?",
    ),
    (
        "probes/generic/port-status.yaml",
        "cost: 2",
        "cost: 2\ndisruption: brief",
        "port-status.yaml:7",
        "needs 'consent'",
    ),
    (
        "probes/generic/port-status.yaml",
        "transport: snmp",
        "transport: smtp",
        "port-status.yaml:3",
        "Did you mean 'snmp'?",
    ),
    (
        "probes/vocabulary/port.yaml",
        "type: int,",
        "type: integer,",
        "port.yaml",
        "is no type",
    ),
    ("probes/vocabulary/port.yaml", ", fa: س}", "}", "port.yaml:11", "no label in 'fa'"),
    ("rules/thresholds.yaml", "value: 100", "value: much", "thresholds.yaml:1", "a number"),
]


@pytest.mark.parametrize(("file", "old", "new", "place", "way_out"), MISTAKES)
def test_a_mistake_is_named_with_its_place_and_the_way_out(
    taught: Path, file: str, old: str, new: str, place: str, way_out: str
) -> None:
    change(taught, file, old, new)
    with pytest.raises(ContentError) as caught:
        load_from(taught)
    assert place in str(caught.value)
    assert way_out in str(caught.value)


def test_all_mistakes_are_told_at_once(taught: Path) -> None:
    change(taught, "rules/drop/link-down.yaml", "side: provider", "side: us")
    change(taught, "probes/generic/port-status.yaml", "cost: 2", "cost: 9")
    with pytest.raises(ContentError) as caught:
        load_from(taught)
    assert len(str(caught.value).splitlines()) == 2


def test_a_wrong_example_is_found_by_running_it(taught: Path) -> None:
    change(
        taught,
        "rules/drop/link-down.yaml",
        "no_match, facts: {port.oper_status: up}",
        "no_match, facts: {port.oper_status: down}",
    )
    mismatches = [str(m) for m in examples_that_fail(load_from(taught))]
    assert len(mismatches) == 1
    assert "example 2 of provider.line.link-down expects no_match" in mismatches[0]


@pytest.mark.parametrize("name", ["site", "etc/rules"])
def test_the_site_replaces_a_shipped_rule_by_its_id(
    taught: Path, tmp_path: Path, name: str
) -> None:
    site = tmp_path / name
    site.mkdir(parents=True)
    text = (taught / "rules/drop/link-down.yaml").read_text(encoding="utf-8")
    (site / "ours.yaml").write_text(text.replace("sla: B", "sla: A"), encoding="utf-8")
    content = load(extra=(site,), base=(taught / "probes", taught / "rules"))
    rule = content.rule("provider.line.link-down")
    assert (rule.sla, rule.origin) == ("A", f"{site.name}/ours.yaml")


def test_the_revision_changes_with_any_word(taught: Path) -> None:
    before = load_from(taught).revision
    change(taught, "rules/thresholds.yaml", "100", "101")
    assert load_from(taught).revision != before


def test_the_shipped_content_is_found_in_the_checkout() -> None:
    probes, rules = shipped()
    assert (probes / "vocabulary").is_dir()
    assert (rules / "thresholds.yaml").is_file()
