"""A whole small site for one run: the lab, a receiver, the daemon as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

SECRET = "whsec_bmV0ZGlhZy1iZW5jaC1zZWNyZXQtb2YtdGhlLWxhYg=="
_UP_S = 60.0


@dataclass(slots=True, kw_only=True)
class Running:
    """The daemon: start it, kill it, start it again."""

    config: Path
    address: str
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"http://{self.address}"

    async def start(self) -> None:
        """Start it and wait until it is ready; one that gives up is started again, as systemd
        does (Restart=on-failure)."""
        end = time.monotonic() + _UP_S
        async with httpx.AsyncClient(base_url=self.url, timeout=2) as client:
            while not await self._ready(client):
                if self.process is None or self.process.returncode is not None:
                    await self._begin()
                if time.monotonic() > end:
                    last = self.log.read_text(encoding="utf-8")[-2000:]
                    raise TimeoutError(f"The daemon is not ready after {_UP_S:.0f} s:\n{last}")
                await asyncio.sleep(0.05)

    async def _begin(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "netdiag", "serve",
                "--config", str(self.config), "--listen", self.address,
                stdout=log, stderr=log, env=os.environ | self.environment,
            )  # fmt: skip

    async def kill(self) -> None:
        """kill -9."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM, and its exit code."""
        if self.process is None:
            return 0
        if self.process.returncode is None:
            self.process.terminate()
        async with asyncio.timeout(60):
            return await self.process.wait()

    async def _ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get("/readyz")).status_code == 200
        except httpx.HTTPError:
            return False


def configure(
    config: Path, *, receiver: str | None, store: str | None, extra: str = "", in_serve: str = ""
) -> None:
    """Add the daemon's part to the lab's configuration."""
    text = config.read_text(encoding="utf-8")
    text += "serve:\n  executor: bench\n  webhooks:\n    desk: {secret: {env: DESK_SECRET}}\n"
    if receiver:
        text += f"  receiver: {{url: {receiver}, secret: {{env: DESK_SECRET}}}}\n"
    text += in_serve
    text += extra
    if store:
        text += "store: {url: {env: STORE_URL}}\n"
    config.write_text(text, encoding="utf-8")


@asynccontextmanager
async def daemon(config: Path, address: str, *, store: str | None = None) -> AsyncIterator[Running]:
    """A daemon that is running; stopped at the end."""
    environment = {"DESK_SECRET": SECRET} | ({"STORE_URL": store} if store else {})
    running = Running(
        config=config, address=address, log=config.parent / "daemon.log", environment=environment
    )
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
