"""Files that are damaged or may not be written, and leaving early."""

from __future__ import annotations

import json
import signal
import stat
import time
from functools import cache
from pathlib import Path

import pytest

from tests.cli import peers
from tests.cli.site import FAILED, USAGE, Site, netdiag, refused, started
from tests.transports.snmp_peer import Request


def test_a_place_that_cannot_be_written_is_told_before_the_network_is_asked(site: Site) -> None:
    asked: list[Request] = []

    def seen(request: Request) -> bytes:
        asked.append(request)
        return peers.truncated(request)

    with peers.snmp_agent(seen) as port:
        site.devices(snmp=port)
        text = refused(USAGE, "diagnose", "100001", "--save", "no/such/folder/x.json")
        assert "no/such/folder" in text
        assert asked == []
        netdiag("diagnose", "100001")
        assert asked


def test_a_state_directory_that_cannot_be_used_does_not_stop_a_diagnosis(site: Site) -> None:
    site.write("occupied", "a file where a directory should be")
    site.mend("state_dir: state", "state_dir: occupied/state")
    told = netdiag("diagnose", "100001", "--deadline", "0.5")
    assert told.code in (10, 13)
    assert "cannot be used: [Errno 20]" in told.out
    assert netdiag("doctor").code == FAILED
    assert "state directory" in netdiag("doctor").out


@cache
def document_of_a_dead_network() -> str:
    """Measured once, for all tests of files."""
    path = Path("saved.json")
    netdiag("diagnose", "100001", "--deadline", "0.3", "--save", str(path))
    return path.read_text(encoding="utf-8")


@pytest.fixture
def saved(site: Site) -> Path:
    return site.write("saved.json", document_of_a_dead_network())


def test_a_saved_diagnosis_is_for_its_owner_alone(site: Site) -> None:
    path = site.write("mine.json", "an old file that everybody may read")
    path.chmod(0o644)
    assert netdiag("diagnose", "100001", "--deadline", "0.3", "--save", str(path)).code in (10, 13)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.with_name("mine.json.part").exists()


def test_a_saved_diagnosis_is_judged_the_same_and_exits_the_same(site: Site, saved: Path) -> None:
    again = netdiag("replay", str(saved), "--json")
    before = json.loads(saved.read_text(encoding="utf-8"))
    assert again.json()["verdict"]["fault"] == before["verdict"]["fault"]
    assert again.code in (10, 13)
    assert netdiag("replay", str(saved), str(saved)).code == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '"text"',
        "{}",
        '{"facts": {}}',
        '{"facts": [], "started_at": 1}',
        '{"facts": {"port.oper_status": 3}}',
        '{"facts": {"port.oper_status": {"value": "up"}}}',
        "\x00\x80",
    ],
)
def test_a_foreign_file_is_refused_by_replay_and_explain(site: Site, text: str) -> None:
    path = site.directory / "foreign.json"
    path.write_bytes(text.encode("latin-1"))
    for command in ("replay", "explain"):
        said = refused(USAGE, command, str(path))
        assert "foreign.json" in said


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_truncated_file_is_refused(site: Site, saved: Path, share: float) -> None:
    whole = saved.read_text(encoding="utf-8")
    saved.write_text(whole[: int(len(whole) * share)], encoding="utf-8")
    assert "saved.json:" in refused(USAGE, "replay", str(saved))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("attachment", "sw-1:7"),
        ("attachment", {"valid_from": "yesterday"}),
        ("probes", 7),
        ("probes", [{"outcome": "ok"}]),
        ("probes", [{"outcome": "fine"}]),
        ("path", 5),
        ("demarcation", "moon"),
        ("language", "de"),
        ("timezone", "Moon/Sea"),
        ("timezone", 3),
        ("started_at", "noon"),
        ("finished_at", None),
    ],
)
def test_a_file_with_one_wrong_key_ends_in_a_sentence_or_a_verdict(
    site: Site, saved: Path, key: str, value: object
) -> None:
    document = json.loads(saved.read_text(encoding="utf-8"))
    document[key] = value
    saved.write_text(json.dumps(document), encoding="utf-8")
    told = netdiag("replay", str(saved))
    assert told.code in (USAGE, 10, 13)
    if told.code == USAGE:
        assert "saved.json" in told.err


def test_a_file_that_is_not_there_is_refused(site: Site) -> None:
    assert "gone.json" in refused(USAGE, "replay", "gone.json")
    assert "gone.json" in refused(USAGE, "explain", "gone.json")


def test_a_new_rule_or_probe_never_overwrites_one(site: Site) -> None:
    told = ("--side", "provider", "--when", "port.fcs_errors_rate >= 100", "--title", "Mine")
    told += ("--say", "We are looking into it.", "--segment", "drop")
    asked = ("--title", "Mine", "--transport", "snmp", "--fact", "port.alias=alias")
    asked += ("--get", "alias=1.3.6.1.2.1.31.1.1.1.18.{port.if_index}")
    for words in (
        ("rules", "new", "provider.line.mine", *told, "--into", "r"),
        ("probes", "new", "generic", "mine", *asked, "--into", "p"),
    ):
        assert netdiag(*words).code == 0
        assert "is there already" in refused(USAGE, *words)
    site.write("occupied", "")
    assert "occupied" in refused(USAGE, "probes", "new", "x", "y", "--into", "occupied")


def test_ctrl_c_ends_a_diagnosis_at_once_without_a_traceback(site: Site) -> None:
    with started("diagnose", "100001", "--deadline", "200", "--deep") as running:
        while not (site.directory / "state").exists():  # it is at work
            assert running.poll() is None
            time.sleep(0.1)
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    assert running.returncode == FAILED
    assert err.strip() == "netdiag: stopped."


def test_a_reader_that_leaves_early_changes_no_verdict(site: Site, saved: Path) -> None:
    with started("replay", str(saved), "-v") as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        err = running.stderr.read()
        code = running.wait(60)
    assert err == ""
    assert code == netdiag("replay", str(saved)).code
