"""The daemon as a process of its own, on the lab, asked over real HTTP."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from netdiag.service.daemon.settings import open_database
from netdiag.service.setup import load_settings
from netdiag.store.tokens import Scope, Tokens
from tests.addresses import free_port
from tests.lab.clients import Town

WHSEC = "whsec_c2VjcmV0LW9mLXRoZS1kZXNrLWZvci10ZXN0cy0wMQ=="
SHARED = "shared-k2Vq-0123456789"
LINKS = "links-8dWm-0123456789"
SERVE = """
serve:
  executor: test
  body_bytes: 16384
  webhooks:
    desk: {secret: {env: DESK_SECRET}}
    hub: {scheme: sha256, secret: {env: SHARED_SECRET}, old_secret: {env: DESK_SECRET}}
    zammad: {scheme: zammad, secret: {env: SHARED_SECRET}}
  customer: {url: "http://my.example.net/", secret: {env: LINK_SECRET}, phone: "+7 495 000-00-00"}
"""


@dataclass
class Served:
    """A running daemon."""

    town: Town
    config: Path
    address: str
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    syslog: tuple[str, int] = ("127.0.0.1", 0)

    @property
    def log(self) -> str:
        return (self.config.parent / "daemon.log").read_text(encoding="utf-8")

    def start(self, **more: str) -> None:
        with (self.config.parent / "daemon.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "netdiag", "serve", "--config", str(self.config),
                 "--listen", self.address],
                stdout=log, stderr=log, env=os.environ | self.environment | more,
            )  # fmt: skip
        for _ in range(200):
            assert self.process.poll() is None, self.log
            try:
                if httpx.get(f"http://{self.address}/readyz").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        pytest.fail(f"the daemon is not ready: {self.log}")

    def stop(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)

    def token(self, *scopes: Scope, per_minute: int = 100_000) -> str:
        database = open_database(load_settings(str(self.config)))
        try:
            tokens = Tokens(database)
            return tokens.make("test", frozenset(scopes), datetime.now(UTC), per_minute=per_minute)
        finally:
            database.close()

    def client(self, *scopes: Scope, per_minute: int = 100_000) -> httpx.Client:
        token = self.token(*scopes, per_minute=per_minute)
        headers = {"authorization": f"Bearer {token}"}
        return httpx.Client(base_url=f"http://{self.address}", headers=headers, timeout=30)


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The daemon of most tests."""
    town = Town(tmp_path_factory.mktemp("served"))
    config = town.lab.config_path
    syslog = "127.0.0.1", free_port()
    listen = f"  syslog: {{udp: {syslog[0]}:{syslog[1]}, tcp: {syslog[0]}:{syslog[1]}}}\n"
    config.write_text(config.read_text(encoding="utf-8") + SERVE + listen, encoding="utf-8")
    made = Served(
        town=town,
        config=config,
        address=f"127.0.0.1:{free_port()}",
        syslog=syslog,
        environment={"DESK_SECRET": WHSEC, "SHARED_SECRET": SHARED, "LINK_SECRET": LINKS},
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in made.environment.items():
            patch.setenv(name, value)
        made.start()
        yield made
        made.stop()
    town.close()


@pytest.fixture
def api(served: Served) -> Iterator[httpx.Client]:
    """An administrator."""
    with served.client(Scope.ADMIN) as client:
        yield client
