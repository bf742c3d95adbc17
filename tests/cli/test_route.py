"""`netdiag route`: where would it go, offline; `netdiag check` reads the routes."""

import json
from pathlib import Path

import pytest

from tests.cli.site import Site, netdiag

ROUTES = """\
hours: {night: {week: {mon-sun: "22:00-07:00"}}}
desks: {vip: {queue: VIP}, night.shift: }
route:
  routes:
    - {tariff: business, desk: vip, priority: P1}
    - {side: provider, segment: core, hours: night, desk: night.shift}
    - {site: hill, side: provider, desk: field.pon}
"""


@pytest.fixture
def routed(site: Site) -> Site:
    site.write("routes.yaml", ROUTES)
    site.mend("timezone:", "routes: routes.yaml\ntimezone:")
    site.mend(
        'login: flat1, phone: "79120000001"',
        "login: flat1, tariff_class: business",
        "inventory.yaml",
    )
    site.mend("role: access, platform", "role: access, site: hill, platform", "inventory.yaml")
    return site  # fmt: skip


def test_a_subscriber_brings_his_tariff_and_site(routed: Site) -> None:
    first = netdiag("route", "test", "flat1", "--fault", "provider.line.flapping", "--json").json()
    assert (first["case"]["tariff"], first["case"]["site"]) == ("business", "hill")
    assert (first["route"]["desk"], first["route"]["priority"]) == ("vip", "P1")
    other = netdiag("route", "test", "flat2", "--fault", "provider.line.flapping", "--json").json()
    assert other["route"]["desk"] == "field.pon"
    assert other["route"]["by"][-2:] == ["routes.yaml:7", "catalogue:field_line"]


@pytest.mark.parametrize(
    ("at", "desk"),
    [
        ("2026-11-24T23:00", "night.shift"),
        ("2026-11-24T12:00", "noc.incident"),
        ("2026-11-24T19:30+00:00", "night.shift"),  # 22:30 in Moscow
    ],
)
def test_the_moment_decides(routed: Site, at: str, desk: str) -> None:
    words = ("route", "test", "--fault", "provider.core.dns-failing", "--at", at)
    assert netdiag(*words, "--expect", desk).code == 0
    other = netdiag(*words, "--expect", "billing")
    assert other.code == 1
    assert f"{desk} gets it, not billing." in other.err
    assert netdiag(*words, "--expect", "billing", "--json").json()["expected"] is False


def test_the_answer_is_in_three_languages(routed: Site) -> None:
    words = (
        "route",
        "test",
        "flat1",
        "--fault",
        "provider.line.flapping",
        "--at",
        "2026-11-24T12:00",
    )
    english = netdiag(*words)
    assert english.headline == "Route: vip, P1"
    assert "Restored by: Wednesday 25 November, 12:00" in english.out
    assert "Восстановить до: 25 ноября (среда), 12:00" in netdiag(*words, "--lang", "ru").out
    assert "\u2066vip\u2069" in netdiag(*words, "--lang", "fa").out  # fmt: skip


def test_a_saved_diagnosis_is_routed_as_it_would_be_today(routed: Site, tmp_path: Path) -> None:
    netdiag("diagnose", "flat1", "--deadline", "1", "--save", str(tmp_path / "one.json"))
    saved = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    assert (saved["tariff"], saved["site"], saved["access"]) == ("business", "hill", "copper")
    assert saved["route"]["desk"] == "vip"
    again = netdiag("route", "test", str(tmp_path / "one.json"), "--json").json()
    assert again["case"]["fault"] == saved["verdict"]["fault"]
    assert again["route"]["desk"] == "vip"
    assert netdiag("replay", str(tmp_path / "one.json"), "--json").json()["route"]["desk"] == "vip"


def test_without_routes_the_catalogue_answers(site: Site) -> None:
    told = netdiag("route", "test", "--fault", "provider.line.flapping", "--json").json()
    assert (told["route"]["desk"], told["route"]["priority"]) == ("field.line", "P3")
    assert told["route"]["by"] == ["catalogue", "catalogue:field_line"]


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        ([], 2, "--fault"),
        (["--fault", "provider.line.flaping"], 2, "Did you mean 'provider.line.flapping'?"),
        (["nobody", "--fault", "provider.line.flapping"], 3, "'nobody'"),
        (["flat1"], 2, "was not diagnosed yet"),
        (["--fault", "provider.line.flapping", "--at", "noon"], 2, "2026-12-31T17:00"),
        (["--fault", "provider.line.flapping", "--timezone", "Mars"], 2, "'Mars'"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence(
    routed: Site, words: list[str], code: int, hint: str
) -> None:
    told = netdiag("route", "test", *words)
    assert (told.code, told.out) == (code, "")
    assert hint in told.err


def test_check_reads_the_routes_and_knows_the_sites(routed: Site) -> None:
    assert "3 routes under routes.yaml:4" in netdiag("check").out
    routed.mend("site: hill", "site: hil", "routes.yaml")
    told = netdiag("check")
    assert told.code == 2
    assert "routes.yaml:7: no device of the inventory stands on site 'hil'." in told.err
    assert "Did you mean 'hill'?" in told.err
    routed.mend("desk: vip", "desk: vipp", "routes.yaml")
    for words in (["check"], ["diagnose", "flat1"], ["route", "show"]):
        told = netdiag(*words)
        assert told.code == 2
        assert "routes.yaml:5: there is no desk 'vipp'. Did you mean 'vip'?" in told.err


def test_a_missing_routes_file_is_told_where_it_is_named(site: Site) -> None:
    site.mend("timezone:", "routes: gone.yaml\ntimezone:")
    told = netdiag("check")
    assert told.code == 2
    assert "there is no file gone.yaml" in told.err


def test_the_tree_can_be_shown(routed: Site) -> None:
    told = netdiag("route", "show")
    assert "  tariff=business -> desk: vip priority: P1  (routes.yaml:5)" in told.out.splitlines()
    tree = netdiag("route", "show", "--json").json()
    assert [one["place"] for one in tree["routes"]] == [f"routes.yaml:{n}" for n in (5, 6, 7)]


def test_no_secret_is_needed_until_something_needs_it(
    routed: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SITE_STORE", raising=False)
    routed.mend("timezone:", "store: {url: {env: SITE_STORE}}\ntimezone:")
    words = ("route", "test", "flat1", "--expect", "vip")
    assert netdiag(*words, "--fault", "provider.line.flapping").code == 0
    asked = netdiag(*words)
    assert asked.code == 2
    assert "netdiag.yaml:" in asked.err
    assert "SITE_STORE is not set" in asked.err


def test_a_mistake_in_the_configuration_is_told_and_not_taken_for_none(routed: Site) -> None:
    routed.mend("timezone:", "colour: red\ntimezone:")
    told = netdiag("route", "test", "--fault", "provider.line.flapping")
    assert told.code == 2
    assert "colour" in told.err
