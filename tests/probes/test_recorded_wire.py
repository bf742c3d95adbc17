"""Two recorded switches behind snmpsim: our transport over UDP, our probes, others' readings."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from bench import ports
from bench.asking import NOW, of_platform, reading
from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.probe import TargetKind
from netdiag.model.scene import Scene
from netdiag.model.secret import Secret
from netdiag.model.subscriber import Attachment, Subscriber
from netdiag.model.wire import Answer, Deadline, Limits, NoAnswer, Question, Target
from netdiag.probing.ask import ask_all
from netdiag.probing.merge import lay_over
from netdiag.probing.plan import Errand
from netdiag.transports import SnmpTransport

pytestmark = pytest.mark.recordings

SWITCHES = {"dlink_des-3526": "dlink_ds", "eltex-mes23xx_mes2348p": "eltex"}
HOW_MANY = 5  # ports of each


@pytest.fixture(scope="module")
def simulator(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The UDP port of a simulator; the community names the recording."""
    program = Path(sys.executable).parent / "snmpsim-command-responder"
    if not program.exists():
        pytest.skip("needs snmpsim (pip install netdiag-isp[test])")
    home = tmp_path_factory.mktemp("snmpsim")
    (home / "data").mkdir()
    for name in SWITCHES:
        shutil.copyfile(data / "snmp" / f"{name}.snmprec", home / "data" / f"{name}.snmprec")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        port = int(sock.getsockname()[1])
    root = ["--process-user=root", "--process-group=root"] if os.geteuid() == 0 else []
    where = [f"--data-dir={home / 'data'}", f"--cache-dir={home / 'cache'}"]
    command = [str(program), *where, f"--agent-udpv4-endpoint=127.0.0.1:{port}", *root]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until the simulator has bound its port: before that, the kernel refuses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", port))
        sock.settimeout(0.2)
        for _ in range(150):
            assert process.poll() is None, "snmpsim ended by itself"
            try:
                sock.send(b"?")
                sock.recv(1)
            except ConnectionRefusedError:
                time.sleep(0.05)
            except TimeoutError:
                return
    raise RuntimeError("snmpsim did not start")


def _told(data: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(data / "snmp_ports.jsonl.gz", "rt", encoding="utf-8") as lines:
        devices = (json.loads(line) for line in lines)
        found: list[dict[str, Any]] = next(
            d["ports"] for d in devices if d["file"] == f"{name}.snmprec"
        )
    return found


async def _read(
    transport: SnmpTransport, target: Target, port: str, platform: str, content: Content
) -> Facts:
    """The port probes, asked one after the other as the engine asks them."""

    async def ask(_: str, whom: Target, question: Question, until: Deadline) -> Answer | NoAnswer:
        return await transport.ask(whom, question, until)

    scene = Scene(
        subscriber=Subscriber(id="100234"),
        attachment=Attachment(device=target.device, port=port),
        targets={TargetKind.ACCESS: (target,)},
        params={"port": port},
    )
    facts = of_platform(platform, {"port": port}, content)
    for probe in reading(content, platform, ports.FACTS):
        if probe.after:
            continue
        errand = Errand(probe=probe, targets=(target,))
        until = Deadline.after(5)
        asked = await ask_all(errand, facts, scene, content, ask, until, lambda: NOW, UTC)
        facts = lay_over(facts, asked.readings)
    return facts


@pytest.mark.parametrize(("name", "platform"), SWITCHES.items())
async def test_ports_of_a_real_switch_are_read_over_the_wire(
    name: str, platform: str, simulator: int, data: Path, content: Content
) -> None:
    transport = SnmpTransport()
    target = Target(
        device=name,
        host="127.0.0.1",
        port=simulator,
        platform=platform,
        options=dict(content.platforms[platform].options),
        secrets={"snmp.community": Secret(name)},
        limits=Limits(timeout_s=4),
    )
    listed = list(ports.ports(_told(data, name), {}))
    up = [p for p in listed if p.wanted["parser"].get("port.oper_status") == "up"]
    down = [p for p in listed if p not in up]
    compared = 0
    for port in [*up[:HOW_MANY], *down[:HOW_MANY]]:
        facts = await _read(transport, target, port.name, platform, content)
        for fact, wanted in port.wanted["parser"].items():
            if fact == "port.speed_mbps" and port in down:
                continue  # what the port could do, told by ifSpeed; there is no speed without link
            known = facts.fact(fact)
            assert known is not None, (port.name, facts.absence(fact))
            assert known.value == wanted, (port.name, fact)
            compared += 1
    await transport.close()
    assert up
    assert down
    assert compared >= 30
