"""The whole report: period, groups, people, page and table."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from netdiag.kpi.lines import HEAD, rows
from netdiag.kpi.page import page
from netdiag.kpi.report import By, Period, report
from netdiag.kpi.rows import Assumed, Rows
from netdiag.locale.words import translator
from netdiag.model.ticket import Happened
from netdiag.model.words import Side
from tests.kpi.town import MONDAY, D, H, judged, ticket, truth

P, S = Side.PROVIDER, Side.SUBSCRIBER
PERIOD = Period(since=MONDAY, until=MONDAY + 14 * D, zone=ZoneInfo("Europe/Moscow"))
TOWN = Rows(
    diagnoses=(
        judged("a", P, ticket="1", site="hill", desk="field.line"),
        judged("b", P, MONDAY + D, ticket="2", site="hill", desk="field.line", subscriber="x"),
        judged("c", S, MONDAY + 6 * H, site="mast", desk="support.l1", subscriber="y"),
        judged("look", Side.NONE, MONDAY + 2 * D, again=True),
        judged("before", P, MONDAY - D),
    ),
    truths=(truth(P, ticket="1"), truth(S, at=MONDAY + 20 * D, ticket="2")),
    lives=(
        ticket((Happened.CONTACT, D), external_id="1", site="hill", desk="field.line"),
        ticket(at=MONDAY + D, external_id="2", site="hill", desk="field.line"),
        ticket(at=MONDAY - D, external_id="0"),
    ),
    subscribers=500,
)


def test_the_period_holds_what_began_in_it_and_the_truth_may_come_later() -> None:
    told = report(TOWN, PERIOD, Assumed())
    assert told["verdicts"]["count"] == 3
    assert told["verdicts"]["second_looks"] == 1
    assert (told["verdicts"]["right"]["part"], told["verdicts"]["right"]["whole"]) == (1, 2)
    assert told["contacts"] == {"count": 3, "based_on": "tickets", "per_1000_subscribers": 6.0}
    assert told["tickets"]["opened"] == 2


def test_without_tickets_the_diagnoses_are_the_contacts_and_ticket_figures_are_unknown() -> None:
    told = report(replace(TOWN, lives=(), subscribers=None), PERIOD, Assumed())
    assert told["contacts"] == {"count": 3, "based_on": "diagnoses", "per_1000_subscribers": None}
    assert told["tickets"] is None


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        (By.DESK, ["field.line", "support.l1"]),
        (By.SITE, ["hill", "mast"]),
        (By.HOUR, ["09", "15"]),
    ],
)
def test_groups_hold_their_own_figures(by: By, keys: list[str]) -> None:
    groups = report(TOWN, PERIOD, Assumed(), by)["groups"]
    own = [group for group in groups if group["key"]]
    assert [group["key"] for group in own][:1] == keys[:1]
    assert {group["key"] for group in own} == set(keys)
    assert sum(group["verdicts"]["count"] for group in groups) == 3
    assert own[0]["verdicts"]["right"]["whole"] == 2
    assert own[0]["tickets"]["contacts"] == 3


def test_people_are_for_the_mean_of_the_busiest_weekday_of_each_hour() -> None:
    """Twelve calls on one Monday at nine, none on the other: six an hour."""
    calls = tuple(judged(str(n), P, MONDAY, subscriber=str(n)) for n in range(12))
    told = report(Rows(diagnoses=calls), PERIOD, Assumed())["people"]
    nine = told["by_hour"][9]
    assert (nine["per_hour"], nine["weekday"], nine["load_erlangs"]) == (6.0, "mon", 0.5)
    assert nine["people"] == 2
    assert told["busiest"] == nine
    assert told["by_hour"][3]["people"] == 0


class _Page(HTMLParser):
    """Balanced tags, and where anything points."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "ru", "fa"])
@pytest.mark.parametrize("by", [None, *By])
def test_the_page_is_whole_and_brings_everything_along(language: str, by: By | None) -> None:
    text = page(report(TOWN, PERIOD, Assumed(), by), language, translator(language))
    parsed = _Page()
    parsed.feed(text)
    assert parsed.open == []
    assert not parsed.attributes & {"src", "href", "style", "onclick", "onload"}
    assert "<script" not in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|@import|url\(", text)
    assert f'dir="{"rtl" if language == "fa" else "ltr"}"' in text
    assert text.count("<svg") >= 3


@pytest.mark.parametrize("language", ["ru", "fa"])
def test_nothing_of_the_page_stays_english(language: str) -> None:
    text = page(report(TOWN, PERIOD, Assumed(), By.DESK), language, translator(language))
    words = unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.S))
    assert set(re.findall(r"[A-Za-z]{2,}", words)) <= {
        *("netdiag", "Europe", "Moscow", "field", "line", "support"),
    }


def test_a_page_of_nothing_says_so() -> None:
    text = page(report(Rows(), PERIOD, Assumed(), By.FAULT), "en", translator("en"))
    assert "No verdict with a known truth yet." in text


def test_names_in_groups_cannot_become_markup() -> None:
    evil = replace(TOWN, diagnoses=(judged("a", P, site="<script>alert(1)</script>"),))
    assert "<script>" not in page(report(evil, PERIOD, Assumed(), By.SITE), "en", translator("en"))


def test_the_table_has_one_figure_a_row_and_leaves_the_unknown_empty() -> None:
    table = list(rows(report(TOWN, PERIOD, Assumed(), By.SITE)))
    assert table[0] == HEAD
    assert {len(row) for row in table} == {len(HEAD)}
    found = {(row[0], row[1]): row[2:5] for row in table}
    assert found["", "right"] == (1, 2, 0.5)
    assert found["hill", "right"] == (1, 2, 0.5)
    assert found["mast", "right"] == (0, 0, "")
