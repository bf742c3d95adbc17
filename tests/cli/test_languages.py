"""The answer in three languages, in a pipe and in a terminal of any width."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest

from netdiag.cli.words import isolate, listed, translator, value_word
from netdiag.content.load import load
from tests.cli.site import Site, netdiag
from tests.lab.clients import Town

LRI, FSI, PDI, RLM = "\u2066", "\u2068", "\u2069", "\u200f"
SIDES = {"en": "PROVIDER: ", "ru": "НА НАШЕЙ СТОРОНЕ: ", "fa": f"{RLM}سمت ما: "}


@pytest.fixture(scope="module")
def saved(town: Town) -> Path:
    """A saved diagnosis of a cut cable."""
    path = town.directory / "cut.json"
    with town.fault("cable-cut", "100207"):
        told = netdiag(
            "diagnose", "100207", "--config", str(town.lab.config_path), "--save", str(path)
        )
    assert told.code == 10, told
    return path


@pytest.mark.parametrize("language", SIDES)
def test_the_headline_is_one_line_and_first(site: Site, saved: Path, language: str) -> None:
    told = netdiag("replay", str(saved), "--lang", language)
    assert told.code == 10
    assert told.headline.startswith(SIDES[language])
    assert told.headline.endswith(")")


@pytest.mark.parametrize("language", ["ru", "fa"])
def test_nothing_of_the_interface_stays_english(site: Site, saved: Path, language: str) -> None:
    """What is left in Latin letters are names: of devices, probes, protocols, units, options."""
    told = netdiag("replay", str(saved), "--lang", language)
    upper = told.out.partition("\n\n")[0]
    names = {"field", "line", "sw", "P", "ru", "PoE", "IP", "MAC", "ONU", "DNS", "VLAN"}
    assert set(re.findall(r"[A-Za-z]+", upper)) <= names
    for word in ("not needed", "not asked", " down", " up\n", "no probe", "How sure", "Where"):
        assert word not in told.out


def test_persian_lines_are_right_to_left_with_every_isolate_closed(site: Site, saved: Path) -> None:
    told = netdiag("replay", str(saved), "--lang", "fa", "-v")
    lines = [line for line in told.out.split("\n") if line]
    assert all(line.startswith(RLM) for line in lines)
    for line in lines:
        assert line.count(LRI) + line.count(FSI) == line.count(PDI), line
    assert f"{LRI}sw-2:1{PDI}" in told.out
    explained = netdiag("explain", str(saved), "--lang", "fa")
    assert all(line.startswith(RLM) for line in explained.out.split("\n") if line)


def test_english_and_russian_carry_no_invisible_marks(site: Site, saved: Path) -> None:
    for language in ("en", "ru"):
        told = netdiag("replay", str(saved), "--lang", language)
        assert not set(told.out) & {LRI, FSI, PDI, RLM}


def test_json_is_the_same_in_every_language(site: Site, saved: Path) -> None:
    told = [netdiag("replay", str(saved), "--json", "--lang", name).json() for name in SIDES]
    for one in told:
        one.pop("id")
    assert told[0] == told[1] == told[2]
    assert set(told[0]["say"]) == {"en", "ru", "fa"}


@pytest.mark.parametrize("name", ["netdiag.po", "board.po", "locating.po", "cli.po"])
def test_both_catalogues_hold_the_same_texts_with_the_same_slots(name: str) -> None:
    from babel.messages.pofile import read_po

    from netdiag import locale

    place = Path(locale.__file__).parent
    texts = {}
    for language in ("ru", "fa"):
        with (place / language / "LC_MESSAGES" / name).open("rb") as file:
            texts[language] = {(m.context, m.id): m.string for m in read_po(file) if m.id}
    assert texts["ru"].keys() == texts["fa"].keys()
    for catalogue in texts.values():
        for (_, key), text in catalogue.items():
            assert text
            if "{" in key:
                slots = set(re.findall(r"{\w+}", key))
                assert set(re.findall(r"{\w+}", text)) <= slots, key


def test_every_word_that_evidence_commonly_holds_is_translated() -> None:
    words = {
        value
        for kind in load().vocabulary.types.values()
        for value in kind.options
        if kind.name in ("port.oper_status", "cable.summary", "account.state", "port.duplex")
    }
    assert len(words) > 10
    assert {w for w in words if value_word(w, "ru") == w.replace("_", " ")} == set()


def test_a_text_with_slots_keeps_what_stands_in_them() -> None:
    say = translator("ru")
    assert "'x y'" in say(
        "There is no device 'x y' in the inventory. `netdiag check` shows what it holds."
    )
    assert say("never heard of this") == "never heard of this"
    assert listed(["a", "b"], "fa") == "a، b"
    assert isolate("", "fa") == ""


def in_terminal(columns: int, *words: str, **environment: str) -> str:
    """What the installed command draws on a terminal of that width."""
    leader, follower = pty.openpty()
    size = environment | {"COLUMNS": str(columns), "LINES": "50", "TERM": "xterm-256color"}
    with subprocess.Popen(
        [sys.executable, "-m", "netdiag", *words],
        stdin=follower,
        stdout=follower,
        stderr=subprocess.DEVNULL,
        env=os.environ | size,
    ) as process:
        os.close(follower)
        drawn = b""
        while select.select([leader], [], [], 10)[0]:
            try:
                piece = os.read(leader, 65536)
            except OSError:  # Linux says EIO when the other end is closed
                break
            drawn += piece
        process.wait(10)
    os.close(leader)
    return drawn.decode("utf-8").replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_answer_fits_a_terminal_of_any_usual_width(
    site: Site, saved: Path, columns: int
) -> None:
    from rich.cells import cell_len

    drawn = in_terminal(columns, "replay", str(saved), "--no-color", "--lang", "fa")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", drawn)
    assert "سمت ما" in plain
    assert max(cell_len(line) for line in plain.split("\n")) <= columns


def test_colour_only_where_it_is_wanted(site: Site, saved: Path) -> None:
    colour = re.compile(r"\x1b\[[0-9;]*3[0-7]m")
    assert colour.search(in_terminal(80, "replay", str(saved)))
    assert not colour.search(in_terminal(80, "replay", str(saved), NO_COLOR="1"))
    assert not colour.search(in_terminal(80, "replay", str(saved), "--no-color"))
    assert "\x1b" not in netdiag("replay", str(saved)).out


def test_the_saved_file_is_the_contract_with_every_fact(saved: Path) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    assert document["verdict"]["fault"] == "provider.line.cable-fault"
    assert document["facts"]["port.oper_status"]["value"] == "down"
