"""netdiag check-port against the lab: one line, performance data, the plugins' codes."""

import re

import pytest

from tests.cli.site import netdiag
from tests.lab.clients import Town

LINE = re.compile(r"^PORT (OK|WARNING|CRITICAL|UNKNOWN) - \S+: [^|\n]+( \| (\S+=\S+ ?)+)?\n$")


@pytest.fixture
def configured(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setenv("NETDIAG_CONFIG", str(town.lab.config_path))
    return town


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["sw-1:port1"], 0, "link up, 1000 Mb/s"),
        (["sw-1:port1", "--speed", "10000"], 1, "less than 10000"),
        (["sw-1:port99"], 3, "no answer about the port"),
        (["sw-77:1"], 3, "no DEVICE:PORT"),
    ],
)
def test_a_port_is_told_in_one_line(
    configured: Town, words: list[str], code: int, told: str
) -> None:
    answer = netdiag("check-port", *words)
    assert (answer.code, answer.err) == (code, "")
    assert LINE.match(answer.out), answer.out
    assert told in answer.out


def test_wrong_words_are_no_alarm(configured: Town) -> None:
    assert netdiag("check-port", "sw-1:port1", "--frobnicate").code == 3
    assert netdiag("check-port", "sw-1:port1", "--config", "/nowhere.yaml").code == 3


def test_a_dead_switch_is_an_alarm(configured: Town) -> None:
    port = configured.lab.scene.world.homes["100237"].port
    with configured.fault("switch-dead", "100237"):
        answer = netdiag("check-port", f"{port[0]}:{port[1]}", "--deadline", "3")
    assert answer.code == 2, answer.out
