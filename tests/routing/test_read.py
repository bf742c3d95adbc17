"""Nothing wrong in routes.yaml survives loading: each mistake with its line and the way out."""

from pathlib import Path

import pytest

from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.service.diagnosis.routing import Router
from netdiag.settings import Settings
from tests.conftest import ROOT


def told(text: str, content: Content, tmp_path: Path) -> list[str]:
    path = tmp_path / "routes.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as error:
        Router.open(Settings(routes=path), content)
    return str(error.value).splitlines()


def routes(*lines: str) -> str:
    return "desks: {vip: }\nroute:\n  routes:\n" + "".join(f"    - {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{side: provider, desk: vipp}", "there is no desk 'vipp'. Did you mean 'vip'?"),
        ("{fault: provider.line.port-eror, desk: vip}", "Did you mean 'provider.line.port-errors'"),
        ("{fault: provider.lines.*, desk: vip}", "there is no fault 'provider.lines.*'"),
        ("{side: customer, desk: vip}", "'side' cannot be 'customer'"),
        ("{segment: dropp, desk: vip}", "Did you mean 'drop'?"),
        ("{severity: bad, desk: vip}", "'severity' cannot be 'bad'"),
        ("{tarif: x, desk: vip}", "has no key 'tarif'. Did you mean 'tariff'?"),
        ("{hours: nights, desk: vip}", "there is no hours 'nights'"),
        ("{side: [], desk: vip}", "'side' is empty and would never fit"),
        ("{side: provider, sla: gold}", "there is no sla 'gold'"),
        ("{side: provider, priority: high}", "'priority' is P1 (the highest) to P9"),
        ("{side: provider, visit: maybe}", "'visit' must be true or false"),
        ("{side: provider}", "this route gives nothing"),
        ("vip", "must be a mapping"),
        ("{fault: provider.core.*, side: subscriber, desk: vip}", "no fault of the catalogue fits"),
        ("{access: pon, fault: provider.wireless.*, desk: vip}", "no fault of the catalogue fits"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    line: str, said: str, content: Content, tmp_path: Path
) -> None:
    problems = told(routes(line), content, tmp_path)
    assert len(problems) == 1
    assert problems[0].startswith("routes.yaml:4: ")
    assert said in problems[0]


def test_all_mistakes_are_told_at_once(content: Content, tmp_path: Path) -> None:
    text = routes("{side: provider, desk: nobody}", "{side: subscriber, priority: low}")
    assert [p.partition(": ")[0] for p in told(text, content, tmp_path)] == [
        "routes.yaml:4",
        "routes.yaml:5",
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("{side: provider, desk: vip}", "{fault: provider.core.*, desk: vip}"),
        ("{fault: provider.line.*, desk: vip}", "{fault: provider.line.flapping, desk: vip}"),
        ("{tariff: [a, b], desk: vip}", "{tariff: b, side: provider, desk: vip}"),
        ("{tariff: a, desk: vip}", "{segment: drop, tariff: A, desk: vip}"),
        ("{access: [copper, pon], desk: vip}", "{fault: provider.line.flapping, desk: vip}"),
        ("{desk: vip}", "{side: provider, desk: vip}"),
    ],
)  # fmt: skip
def test_a_route_that_an_earlier_one_hides_is_told(
    lines: tuple[str, ...], content: Content, tmp_path: Path
) -> None:
    (problem,) = told(routes(*lines), content, tmp_path)
    assert problem.startswith("routes.yaml:5: this route is never reached: routes.yaml:4 takes")


def test_a_route_below_is_hidden_by_what_stands_before_the_one_above(
    content: Content, tmp_path: Path
) -> None:
    text = routes(
        "{tariff: business, desk: vip}",
        "{side: provider, desk: vip, routes: [{tariff: business, priority: P1}]}",
    )
    (problem,) = told(text, content, tmp_path)
    assert problem.startswith("routes.yaml:5: this route is never reached: routes.yaml:4 takes")


def test_a_route_that_contradicts_the_one_above_it_is_told(
    content: Content, tmp_path: Path
) -> None:
    text = routes("{tariff: home, desk: vip, routes: [{tariff: business, priority: P1}]}")
    (problem,) = told(text, content, tmp_path)
    assert "asks for what the one above it excludes" in problem


@pytest.mark.parametrize(
    "lines",
    [
        ("{side: provider, desk: vip, continue: true}", "{fault: provider.line.*, desk: vip}"),
        ("{side: provider, tariff: a, desk: vip}", "{side: provider, desk: vip}"),
        ("{side: provider, hours: business, desk: vip}", "{side: provider, desk: vip}"),
        ("{access: copper, desk: vip}", "{fault: provider.bng.*, desk: vip}"),  # any access
        ("{side: provider, grade: certain, desk: vip}", "{side: provider, desk: vip}"),
        ("{side: subscriber, segment: drop, desk: vip}", "{side: provider, desk: vip}"),
    ],
)
def test_what_can_be_reached_is_not_complained_of(
    lines: tuple[str, ...], content: Content, tmp_path: Path
) -> None:
    path = tmp_path / "routes.yaml"
    path.write_text(routes(*lines), encoding="utf-8")
    assert len(Router.open(Settings(routes=path), content).tree.root.below) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("desks: {x: }\n", "routes.yaml:1: the routes file has no 'route'. Add it."),
        ("route: {side: provider}\n", "routes.yaml:1: the root route has no key 'side'."),
        ("route: {}\nsla: {gold: {restore: 2d}}\n", "routes.yaml:2: 'restore' is minutes or hours"),
        ("route: {}\nsla: {gold: {hours: night}}\n", "routes.yaml:2: there are no hours 'night'."),
        ("route: {}\ndesks: {x: {text: {en: Hi}}}\n", "routes.yaml:2: 'text' has none in ru, fa."),
        ("route: {}\nroute: {}\n", "routes.yaml:2: the key 'route' is already given on line 1."),
    ],
)
def test_the_parts_beside_the_tree_are_checked_too(
    text: str, said: str, content: Content, tmp_path: Path
) -> None:
    (problem,) = told(text, content, tmp_path)
    assert problem.startswith(said)


def test_the_annotated_example_loads(content: Content) -> None:
    router = Router.open(Settings(routes=ROOT / "config" / "routes.yaml"), content)
    assert router.tree.clocks.keys() == {"A", "gold"}
    assert len(router.tree.root.below) == 4
