"""netdiag demo serves the board, to this machine alone, and ends at once when told to."""

from __future__ import annotations

import signal
import subprocess
import sys

import httpx
import pytest

from tests.addresses import claim_base, free_port
from tests.cli.site import netdiag


@pytest.fixture(scope="module")
def demo():
    """The running demo and its board's address."""
    listen = f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "netdiag", "demo", "--base", claim_base(), "--listen", listen]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("The board:"):
                assert line.split()[-1] == f"http://{listen}/"
                break
        else:
            pytest.fail("the demo ended without a board")
        yield process, f"http://{listen}"
        process.kill()


def test_nobody_signs_in_and_the_diagnoses_of_the_story_are_there(demo) -> None:
    page = httpx.get(f"{demo[1]}/", headers={"accept-language": "en"}).text
    assert "This is the demo" in page
    assert "Verdicts of the last 4 hours" in page
    assert 'href="/operator"' in page


def test_a_foreign_name_for_this_machine_is_refused(demo) -> None:
    answer = httpx.get(f"{demo[1]}/", headers={"host": "evil.example"})
    assert answer.status_code == 403


def test_only_addresses_of_this_machine_are_taken() -> None:
    told = netdiag("demo", "--listen", "0.0.0.0:8787")
    assert (told.code, "this machine alone" in told.err) == (2, True)


def test_it_ends_at_once_though_a_board_is_open(demo) -> None:
    process, address = demo
    with httpx.stream("GET", f"{address}/board/stream", timeout=60) as answer:
        lines = answer.iter_lines()
        assert next(lines)
        process.send_signal(signal.SIGINT)
        assert list(lines)
        process.wait(60)
