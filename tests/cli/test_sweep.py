"""netdiag sweep on the lab: what a person and a log see, exit codes, votes."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.addresses import claim_base
from tests.cli.site import netdiag


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A lab at the pace of the clock, with damaged frames on one line."""
    directory = tmp_path_factory.mktemp("lab")
    command = [sys.executable, "-m", "netdiag", "lab", "start", "--fault", "crc-errors:100207"]
    lab = subprocess.Popen(
        [*command, "--dir", str(directory), "--base", claim_base()],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert lab.stdout is not None
    assert lab.stdout.readline()
    try:
        yield str(Path(directory) / "netdiag.yaml")
    finally:
        lab.terminate()
        lab.wait(20)
        lab.stdout.close()


def test_the_findings_of_two_sweeps_over_the_lab_are_its_fault_alone(config: str) -> None:
    first = netdiag("sweep", "--config", config)
    assert (first.code, first.out.splitlines()[0]) == (0, "Nothing new."), first.out
    assert first.err.count("\n") == 1  # one line for a log
    assert "13 ok" in first.err
    time.sleep(31)  # two readings nearer than half a minute make no rate
    second = netdiag("sweep", "--config", config, "--json")
    assert second.code == 1, second.err
    told = json.loads(second.out)
    assert [one["rule"] for one in told["new"]] == ["port.damaged-frames"]
    assert told["new"][0]["subscribers"] == 1
    assert told["new"][0]["fault"] == "provider.line.port-errors"
    listed = netdiag("sweep", "findings", "--config", config, "--lang", "ru")
    assert "Ошибки кадров на линии абонента" in listed.out
    number = str(told["new"][0]["id"])
    assert netdiag("sweep", "nonsense", number, "--config", config).code == 0
    assert netdiag("sweep", "findings", "--config", config).out.strip() == "Nothing is open."
    runs = json.loads(netdiag("sweep", "runs", "--config", config, "--json").out)
    assert [run["state"] for run in runs] == ["done", "done"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--site", "nowhere"), "No device to sweep (site nowhere)"),
        (("--device", "sw-404"), "No device to sweep (device sw-404)"),
        (("nonsense", "999"), "There is no finding 999."),
        (("cancel", "sweep-1"), "No sweep 'sweep-1' is under way."),
    ],
)
def test_what_is_not_there_is_said_and_the_code_is_2(
    config: str, words: tuple[str, ...], sentence: str
) -> None:
    told = netdiag("sweep", *words, "--config", config)
    assert told.code == 2
    assert sentence in told.err
