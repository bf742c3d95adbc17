"""Every text of the board's pages is there in all three languages, and its slots are filled."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from netdiag.locale.words import translator
from netdiag.web.board.pages import environment
from netdiag.web.board.tongue import Tongue, chosen

FOLDER = files("netdiag.web.board").joinpath("templates")
NAMES = environment().list_templates()


def texts(name: str) -> set[str]:
    source = FOLDER.joinpath(name).read_text(encoding="utf-8")
    found = set(re.findall(r"""\bt\(["']([^"']*(?:'[a-z ]+[^"']*)?)["'][,)]""", source))
    found |= set(re.findall(r'\bt\("([^"]+)"', source))
    for table in re.findall(r"{% set [A-Z]+ = {(.*?)} %}", source):
        pairs = re.findall(r'"([^"]+)": "([^"]+)"', table)
        found |= {text for _, text in pairs} - {"down", "ok"}
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["ru", "fa"])
def test_every_text_of_every_page_is_translated(name: str, language: str) -> None:
    say = translator(language)
    assert {text for text in texts(name) if say(text) == text} == set()


def test_the_texts_are_found_at_all() -> None:
    assert len(set().union(*(texts(name) for name in NAMES))) > 150


@pytest.mark.parametrize(
    ("count", "word"), [(1, "абонент"), (3, "абонента"), (5, "абонентов"), (21, "абонент")]
)
def test_counted_things_have_the_form_of_their_number(count: int, word: str) -> None:
    assert Tongue("ru", "UTC").counted("subscribers", count) == word


def test_numbers_and_times_are_written_as_the_language_does() -> None:
    from datetime import UTC, datetime

    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert Tongue("fa", "Asia/Tehran").clock(moment, moment) == "۰۶:۳۴"
    assert Tongue("en", "UTC").number(1234567) == "1,234,567"
    assert Tongue("fa", "UTC").number(None) == "?"
    assert Tongue("ru", "Europe/Moscow").seconds(moment) == "06:04:05"
    assert Tongue("en", "UTC").span(45) == "45 s"
    assert Tongue("en", "UTC").span(3725) == "1 h 2 min"


def test_the_language_is_the_chosen_one_else_the_browser_s_else_the_usual() -> None:
    assert chosen(("fa", "ru"), "en", "en") == "fa"
    assert chosen((None, "xx"), "de-DE,ru;q=0.8,en;q=0.5", "en") == "ru"
    assert chosen((None,), "de", "fa") == "fa"
