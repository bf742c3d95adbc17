"""The tree of routes: inheritance, the first that fits, copies, clocks."""

from datetime import UTC, datetime

import pytest

from netdiag.content.yaml import load_text
from netdiag.model.content import Content
from netdiag.model.hours import Hours
from netdiag.model.route import Case, RouteTree
from netdiag.model.verdict import Routing
from netdiag.model.words import AccessKind, Side
from netdiag.routing.read import Known, read_tree
from netdiag.service.diagnosis.routing import Router, case_of_rule

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)  # Tuesday, 12:00 in Moscow
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)
OFFICE = Hours(name="business", week=dict.fromkeys(range(5), ((540, 1080),)))
HEAD = """\
desks: {north: {queue: Field North}, vip: {queue: VIP}, noc.night: }
hours: {night: {week: {mon-sun: "22:00-07:00"}}}
sla: {gold: {respond: 30m, restore: 4h}, C: {respond: 2h, restore: 12h, hours: business}}
"""
ERRORS = "provider.line.port-errors"


@pytest.fixture
def make(content: Content) -> object:
    known = Known(
        faults=tuple(rule.fault for rule in content.rules),
        desks=tuple(route.desk for route in content.routes.values()),
        slas=tuple("ABCDEF"),
    )

    def made(text: str) -> RouteTree:
        return read_tree(load_text(HEAD + text, "routes.yaml"), known, OFFICE)

    return made


@pytest.fixture
def go(make: object, content: Content) -> object:
    def gone(text: str, fault: str = ERRORS, now: datetime = NOON, **about: object) -> Routing:
        router = Router(tree=make(text), content=content, timezone="Europe/Moscow")  # type: ignore
        case: Case = case_of_rule(content.rule(fault), **about)  # type: ignore[arg-type]
        return router.route(case, now)

    return gone


def test_without_a_word_everything_is_as_the_catalogue_has_it(go, content: Content) -> None:
    for rule in content.rules:
        to, usual = go("route: {}\n", rule.fault), content.routes[rule.route]
        assert (to.desk, to.priority, to.visit) == (usual.desk, usual.priority, rule.visit)
        assert to.queue == usual.desk
        assert to.by == ("routes.yaml:4", f"catalogue:{usual.id}")


def test_a_route_inherits_what_it_does_not_say_and_overrides_what_it_says(go) -> None:
    text = """\
route:
  priority: P4
  fields: {Source: netdiag, Team: all}
  routes:
    - side: provider
      desk: vip
      sla: gold
      fields: {Team: vip}
      routes:
        - {segment: drop, priority: P1, visit: false}
"""
    to = go(text)
    assert (to.desk, to.queue, to.priority, to.sla, to.visit) == ("vip", "VIP", "P1", "gold", False)
    assert to.fields == {"Source": "netdiag", "Team": "vip"}
    assert to.by == ("routes.yaml:5", "routes.yaml:8", "routes.yaml:13", "catalogue:field_line")
    assert go(text, "provider.core.dns-failing").priority == "P4"
    assert go(text, "account.suspended").desk == "billing"


def test_a_new_desk_does_not_keep_the_queue_of_the_old_one(go) -> None:
    text = """\
route:
  routes:
    - side: provider
      desk: vip
      queue: "VIP / urgent"
      routes:
        - {segment: drop, desk: north}
        - {segment: core, priority: P1}
"""
    assert go(text).queue == "Field North"
    assert go(text, "provider.core.dns-failing").queue == "VIP / urgent"


def test_the_first_that_fits_wins(go) -> None:
    text = """\
route:
  routes:
    - {fault: "provider.line.*", desk: north}
    - {side: provider, desk: vip}
"""
    assert go(text).desk == "north"
    assert go(text, "provider.core.dns-failing").desk == "vip"


def test_continue_gives_a_copy_and_the_search_goes_on(go) -> None:
    text = """\
route:
  routes:
    - {tariff: business, desk: vip, continue: true}
    - {side: provider, desk: north}
"""
    to = go(text, tariff="Business")
    assert to.desk == "north"
    assert [(copy.desk, copy.queue) for copy in to.copies] == [("vip", "VIP")]
    assert go(text).copies == ()


def test_when_only_copies_fit_the_route_above_owns_the_case(go) -> None:
    to = go("route: {desk: north, routes: [{side: provider, desk: vip, continue: true}]}\n")
    assert (to.desk, [copy.desk for copy in to.copies]) == ("north", ["vip"])


def test_a_desk_gets_one_copy_and_none_of_its_own_work(go) -> None:
    text = """\
route:
  desk: north
  routes:
    - {side: provider, desk: vip, continue: true}
    - {segment: drop, desk: vip, continue: true}
    - {category: technical, desk: north, continue: true}
"""
    to = go(text)
    assert (to.desk, [copy.desk for copy in to.copies]) == ("north", ["vip"])


@pytest.mark.parametrize(
    ("ask", "about", "fits"),
    [
        ("tariff: business", {"tariff": "home"}, False),
        ("tariff: [business, gold]", {"tariff": "gold"}, True),
        ("tariff: business", {}, False),  # not known is no match
        ("site: hill", {"site": "Hill"}, True),
        ("site: hill", {}, False),
        ("access: pon", {"access": AccessKind.COPPER}, False),
        ("access: [pon, copper]", {"access": AccessKind.COPPER}, True),
        ("side: subscriber", {"side": Side.SUBSCRIBER}, True),  # the drop is his here
        ("grade: certain", {}, False),
        ("fault: provider.line.*", {}, True),
        ("fault: provider.line.port-errors", {}, True),
        ("fault: provider.wireless.*", {}, False),
        ("severity: [minor, major]", {}, True),
        ("category: tariff", {}, False),
    ],
)
def test_every_matcher_of_a_route(go, ask: str, about: dict[str, object], fits: bool) -> None:
    to = go(f"route: {{desk: north, routes: [{{{ask}, desk: vip}}]}}\n", **about)
    assert to.desk == ("vip" if fits else "north")


def test_at_night_another_desk(go) -> None:
    text = "route: {desk: vip, routes: [{hours: night, desk: noc.night}]}\n"
    assert (go(text, now=NIGHT).desk, go(text, now=NOON).desk) == ("noc.night", "vip")
    text = "route: {desk: vip, routes: [{hours: not night, desk: north}]}\n"
    assert (go(text, now=NIGHT).desk, go(text, now=NOON).desk) == ("vip", "north")


def test_an_sla_named_like_the_catalogues_class_replaces_its_clock(go) -> None:
    to = go("route: {}\n")  # class C
    assert to.sla == "C"
    assert to.respond_by is not None
    assert to.respond_by.isoformat() == "2026-11-24T14:00:00+03:00"
    assert to.due_at is not None
    assert to.due_at.isoformat() == "2026-11-25T15:00:00+03:00"  # six hours today, six tomorrow
    assert go("route: {sla: gold}\n").due_at == NOON.replace(hour=13)


def test_paid_is_as_the_catalogue_says_unless_a_route_does(go) -> None:
    assert go("route: {}\n").paid is False
    assert go("route: {desk: field.paid, visit: true, paid: true}\n").paid is True
