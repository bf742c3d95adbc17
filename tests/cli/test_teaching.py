"""The steps of the two how-tos, walked as a new user walks them, on a switch that nobody knows."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.addresses import free_port

HOWTO = Path(__file__).resolve().parents[2] / "docs" / "howto"
ACME = """\
1.3.6.1.2.1.1.1.0|4|ACME AX-24 switch, software 3.1
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.7
1.3.6.1.2.1.1.3.0|67|123456789
1.3.6.1.2.1.1.5.0|4|lenina-9-attic
1.3.6.1.2.1.2.2.1.2.7|4|port 7
1.3.6.1.2.1.2.2.1.7.7|2|1
1.3.6.1.2.1.2.2.1.8.7|2|2
1.3.6.1.2.1.31.1.1.1.1.7|4|7
1.3.6.1.4.1.99999.1.1.7|2|2
"""
CONFIG = """\
inventory: [{yaml: inventory.yaml}]
state_dir: state
credentials: {default: {snmp: {version: 2c, community: {file: community}}}}
content: [probes, rules]
"""
INVENTORY = """\
devices:
  - {id: sw-9, host: 127.0.0.1, role: access, platform: acme_switch, options: {snmp.port: "%d"}}
subscribers:
  - {id: "100777", login: demo, mac: "02:00:00:00:77:01", service: dhcp, device: sw-9, port: "7"}
"""


@dataclass(frozen=True)
class Desk:
    """A new user's directory."""

    home: Path

    def netdiag(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "netdiag", *words],
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )

    def does(self, *words: str) -> str:
        done = self.netdiag(*words)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a switch that nobody has taught netdiag."""
    program = Path(sys.executable).parent / "snmpsim-command-responder"
    if not program.exists():
        pytest.skip("needs snmpsim (pip install netdiag-isp[test])")
    home = tmp_path_factory.mktemp("acme")
    (home / "data").mkdir()
    (home / "data" / "acme.snmprec").write_text(ACME, encoding="utf-8")
    port = free_port()
    user = ["--process-user=root", "--process-group=root"] if os.geteuid() == 0 else []
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(program), f"--data-dir={home / 'data'}", f"--cache-dir={home / 'cache'}",
             f"--agent-udpv4-endpoint=127.0.0.1:{port}", *user],
            stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _until_bound(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _until_bound(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", port))
        sock.settimeout(0.2)
        for _ in range(150):
            try:
                sock.send(b"?")
                sock.recv(1)
            except ConnectionRefusedError:
                time.sleep(0.1)
            except TimeoutError:
                return
    pytest.fail("snmpsim did not start")


@pytest.fixture(scope="module")
def desk(acme: int, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    home = tmp_path_factory.mktemp("desk")
    for name in ("probes", "rules"):
        (home / name).mkdir()
    (home / "netdiag.yaml").write_text(CONFIG, encoding="utf-8")
    (home / "inventory.yaml").write_text(INVENTORY % acme, encoding="utf-8")
    secret = home / "community"
    secret.touch(mode=0o600)
    secret.write_text("acme", encoding="utf-8")
    return Desk(home)


def commands(page: str) -> list[list[str]]:
    """Every netdiag command of a how-to, with the user's own directories."""
    text = (HOWTO / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    told = [shlex.split(line, comments=True) for line in lines if line.startswith("netdiag ")]
    return [[word.removeprefix("/etc/netdiag/") for word in words[1:]] for words in told]


def steps(page: str) -> int:
    return len(re.findall(r"^## \d", (HOWTO / page).read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("page", ["teach-it-a-device.md", "teach-it-a-fault.md"])
def test_it_takes_four_steps_at_most(page: str) -> None:
    assert 1 <= steps(page) <= 4


def test_a_device_is_taught_as_the_how_to_says(desk: Desk) -> None:
    said = {" ".join(words[:2]): desk.does(*words) for words in commands("teach-it-a-device.md")}
    assert set(said) == {"probes try", "probes new", "probes test"}
    assert "fact   port.block_reason = loop" in said["probes try"]
    assert "1 cases, 0 things wrong" in said["probes test"]
    listed = desk.does("probes", "list", "--platform", "acme_switch")
    assert "port-block" in listed
    assert "port-status" in listed
    desk.does("check")


def test_every_reply_that_is_kept_reads_again_as_it_was_read(desk: Desk) -> None:
    desk.does("probes", "try", "sw-9:7", "--keep", "all-cases")
    again = desk.netdiag("probes", "test", "--cases", "all-cases")
    assert (again.returncode, again.stderr) == (0, "")
    assert int(again.stdout.split()[0]) > 3


def test_a_fault_is_taught_as_the_how_to_says(desk: Desk) -> None:
    for words in commands("teach-it-a-fault.md"):
        done = desk.netdiag(*words)
        judged = words[0] in ("diagnose", "replay", "explain")
        assert done.returncode in ((0, 10, 11, 12, 13) if judged else (0,)), (words, done.stderr)
    assert "fan-failed" in desk.does("rules", "list")


def test_the_recording_for_sharing_names_nobody(desk: Desk) -> None:
    desk.does("probes", "record", "sw-9:7", "--scrub")
    text = (desk.home / "sw-9-7.jsonl").read_text(encoding="utf-8")
    assert "1.3.6.1.2.1.2.2.1.8" in text
    assert "ACME AX-24" in text
    for word in ("sw-9", "lenina-9", "02:00:00:00:77:01", "demo"):
        assert word not in text


WRONG = [
    (("rules", "new", "provider.access.x", "--segment", "access"), "--when"),
    (
        ("rules", "new", "provider.access.x", "--segment", "access", "--side", "provider",
         "--title", "T", "--say", "S", "--when", "port.oper_statu == down"),
        "Did you mean 'port.oper_status'?",
    ),
    (
        ("probes", "new", "acme_x", "p", "--title", "T", "--transport", "snmp", "--get", "a=1.3.6",
         "--fact", "port.nonsense=a"),
        "there is no fact 'port.nonsense'",
    ),
    (
        ("probes", "new", "acme_x", "p", "--title", "T", "--transport", "snmp", "--fact", "a=b"),
        "--get",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(w[:3]) for w, _ in WRONG])
def test_a_file_that_would_not_hold_is_not_written(
    desk: Desk, words: tuple[str, ...], said: str
) -> None:
    into = "rules" if words[0] == "rules" else "probes"
    before = sorted((desk.home / into).rglob("*"))
    done = desk.netdiag(*words, "--into", into)
    assert done.returncode == 2
    assert said in done.stderr
    assert sorted((desk.home / into).rglob("*")) == before
