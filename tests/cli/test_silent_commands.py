"""Commands that only do something say so; stores in which nothing happened yet say that."""

from __future__ import annotations

import getpass
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.site import FAILED, USAGE, Site, netdiag, refused

NOBODY_YET = {
    ("jobs", "list"): "No job.",
    ("token", "list"): "There are no tokens.",
    ("tickets", "list"): "No ticket.",
    ("sweep", "runs"): "No sweep yet.",
    ("workers",): "No daemon or worker has been here yet.",
    ("outages",): "No open outage.",
}


@pytest.mark.parametrize("words", NOBODY_YET)
def test_nothing_yet_is_told_and_is_an_empty_list_for_machines(
    site: Site, words: tuple[str, ...]
) -> None:
    told = netdiag(*words)
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(NOBODY_YET[words])
    empty = netdiag(*words, "--json").json()
    assert empty in ([], {"workers": [], "sites_without": []})


@pytest.mark.parametrize("act", ["show", "retry", "cancel"])
def test_a_job_of_a_store_that_no_daemon_has_used_is_not_there(site: Site, act: str) -> None:
    assert "There is no job 'x'." in refused(USAGE, "jobs", act, "x")


def test_what_was_done_is_a_sentence_or_a_document(site: Site) -> None:
    for words in ((), ("--json",)):
        netdiag("token", "new", "desk", "--scope", "read")
        (one, *_) = (t for t in netdiag("token", "list", "--json").json() if t["valid"])
        told = netdiag("token", "revoke", one["id"], *words)
        assert told.code == 0
        assert told.json() == {"done": True} if words else "opens nothing any more" in told.err
    assert netdiag("store", "upgrade", "--json").json() == {"done": True}


def test_a_wrong_id_is_bad_usage_everywhere(site: Site) -> None:
    for words in (
        ("outages", "close", "out-1"),
        ("outages", "open", "sw-77"),
        ("outages", "maintenance", "cancel", "mw-1"),
        ("tickets", "show", "rt", "1"),
        ("token", "revoke", "x"),
    ):
        refused(USAGE, *words)


def test_a_user_whose_number_has_no_name_can_work(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container, for example (getpwuid knows nobody)."""

    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 12345")

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert netdiag("outages", "open", "sw-1").code == 0
    assert netdiag("impact", "sw-1", "--contacts", "--json").code == 0
    assert "unknown" in netdiag("audit", "--changes").out


def test_a_password_is_not_asked_for_where_nobody_is(site: Site) -> None:
    line = [sys.executable, "-m", "netdiag", "user", "add", "anna", "--role", "noc"]
    told = subprocess.run(line, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (USAGE, "")
    assert told.stderr.startswith("netdiag: Nobody can be asked")
    assert "--password-stdin" in told.stderr


def run_into(stdout: object, *words: str, **environment: str) -> tuple[int, str]:
    line = [sys.executable, "-m", "netdiag", *words]
    told = subprocess.run(line, stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment)
    return told.returncode, told.stderr


def test_a_full_disk_is_named() -> None:
    with Path("/dev/full").open("w") as full:
        code, err = run_into(full, "rules", "list")
    assert (code, err.count("\n")) == (FAILED, 1)
    assert "no room left" in err


@pytest.mark.parametrize("words", [("--help",), ("rules", "list")])
def test_a_reader_that_has_left_is_no_failure(words: tuple[str, ...]) -> None:
    with subprocess.Popen(["true"], stdin=subprocess.PIPE) as gone:
        gone.wait()
        assert run_into(gone.stdin, *words) == (0, "")


def test_a_terminal_that_knows_few_letters_gets_marks_for_the_others() -> None:
    code, err = run_into(subprocess.DEVNULL, "rules", "list", "--lang", "ru",
                         PYTHONIOENCODING="ascii")  # fmt: skip
    assert (code, err) == (0, "")
