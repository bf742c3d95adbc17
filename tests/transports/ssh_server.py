"""Devices for the tests: an IOS-like asyncssh server with any algorithms, and real sshd."""

from __future__ import annotations

import asyncio
import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from netdiag.model.secret import Secret
from netdiag.model.wire import Limits, Target

USER, PASSWORD = "netdiag", "s3cret-пароль"
Answers = Callable[[str], "str | Awaitable[str]"]


def switch(port: int, *, password: str = PASSWORD, sessions: int = 1, **options: str) -> Target:
    """A target for that loopback port; `legacy="true"` stands for the option ssh.legacy."""
    given = {"ssh.username": USER, "ssh.device_type": "cisco_ios"}
    return Target(
        device="sw-1",
        host="127.0.0.1",
        port=port,
        options=given | {f"ssh.{name}": value for name, value in options.items()},
        secrets={"ssh.password": Secret(password)},
        limits=Limits(sessions=sessions),
    )


@dataclass(slots=True)
class FakeSwitch:
    """What a test may look at and change."""

    answer: Answers
    prompt: str = "sw-1#"
    port: int = 0
    logins: list[str] = field(default_factory=list)
    refused: int = 0
    commands: list[str] = field(default_factory=list)
    open: set[Any] = field(default_factory=set)

    def drop_all(self) -> None:
        """Cut all connections."""
        for connection in tuple(self.open):
            connection.abort()


class _Door(asyncssh.SSHServer):
    def __init__(self, box: FakeSwitch) -> None:
        self._box = box
        self._connection: Any = None

    def connection_made(self, conn: Any) -> None:
        self._connection = conn
        self._box.open.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        self._box.open.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        good = (username, password) == (USER, PASSWORD)
        self._box.refused += not good
        if good:
            self._box.logins.append(username)
        return good


@asynccontextmanager
async def fake_switch(answer: Answers, **options: Any) -> AsyncIterator[FakeSwitch]:
    """Prompts, echoes, and answers each line by `answer`; options are asyncssh's and `prompt`."""
    box = FakeSwitch(answer, prompt=options.pop("prompt", "sw-1#"))
    options.setdefault("server_host_keys", [asyncssh.generate_private_key("ssh-ed25519")])

    async def talk(process: Any) -> None:
        process.stdout.write(box.prompt)
        with suppress(asyncssh.Error, ConnectionError):
            async for line in process.stdin:
                await _one(box, process, line.strip())
        process.exit(0)

    server = await asyncssh.listen(
        "127.0.0.1", 0, server_factory=lambda: _Door(box), process_factory=talk, **options
    )
    box.port = server.get_port()
    try:
        yield box
    finally:
        box.drop_all()
        server.close()
        await server.wait_closed()


async def _one(box: FakeSwitch, process: Any, line: str) -> None:
    text = ""
    if line and not line.startswith("terminal "):
        box.commands.append(line)
        reply = box.answer(line)
        text = reply if isinstance(reply, str) else await reply
    process.stdout.write(text.replace("\n", "\r\n") + box.prompt)


@asynccontextmanager
async def tcp_peer(
    script: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A TCP server that plays a script; gives its port."""
    tasks: set[Any] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                await script(reader, writer)
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


@contextmanager
def real_sshd(folder: Path) -> Iterator[Target]:
    """OpenSSH's sshd on a loopback port, for the present user and a key made for the test."""
    sshd = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if sshd is None or shutil.which("ssh-keygen") is None:
        pytest.skip("needs sshd (Debian package openssh-server)")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for name in ("host_key", "user_key"):
        make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)]
        subprocess.run(make, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ListenAddress": f"127.0.0.1:{port}",
        "HostKey": folder / "host_key",
        "AuthorizedKeysFile": folder / "user_key.pub",
        "PidFile": folder / "pid",
        "UsePAM": "no",
        "StrictModes": "no",
        "PasswordAuthentication": "no",
        "PermitRootLogin": "yes",
    }
    config = folder / "sshd_config"
    config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    process = subprocess.Popen([sshd, "-D", "-f", str(config), "-E", str(folder / "log")])
    try:
        _wait_for_port(port, process, folder / "log")
        yield Target(
            device="bng-1",
            host="127.0.0.1",
            port=port,
            options={
                "ssh.username": getpass.getuser(),
                "ssh.device_type": "linux",
                "ssh.key_file": str(folder / "user_key"),
            },
        )
    finally:
        process.terminate()
        process.wait(5)


def _wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(100):
        if process.poll() is not None:
            break
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.skip(f"sshd did not start: {log.read_text() if log.exists() else 'no log'}")
