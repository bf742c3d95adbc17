"""Workers over a real PostgreSQL: the work of a site stays there, the dead are replaced."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
import sqlalchemy as sa

from netdiag.cli.failure import FAILED
from netdiag.store.tokens import Scope
from tests.addresses import free_port
from tests.inventory.sql_servers import postgresql
from tests.lab.clients import Town
from tests.web.conftest import Served

pytestmark = pytest.mark.real
SERVE = """
serve:
  executor: office
  workers: [sadovaya-3]
store: {url: {env: STORE_URL}}
"""
AT_OFFICE, AT_SITE = "100201", "100215"  # lenina-12; sadovaya-3


class Office(Served):
    """The daemon, and workers beside it."""

    def worker(self, name: str, log_name: str = "") -> subprocess.Popen[bytes]:
        words = ["worker", "--config", str(self.config), "--site", "sadovaya-3", "--name", name]
        with (self.config.parent / f"{log_name or name}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "netdiag", *words],
                stdout=log, stderr=log, env=os.environ | self.environment,
            )  # fmt: skip

    def asked(self, client: httpx.Client, subscriber: str, wait_s: float) -> httpx.Response:
        body = {"subscriber": subscriber, "wait_s": wait_s}
        return client.post("/api/v1/diagnoses", json=body)


@pytest.fixture(scope="module")
def store() -> Iterator[sa.URL]:
    with postgresql() as (engine, _):
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE fleet")
        yield engine.url.set(database="fleet")


@pytest.fixture(scope="module")
def office(store: sa.URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    town = Town(tmp_path_factory.mktemp("office"))
    config = town.lab.config_path
    config.write_text(config.read_text(encoding="utf-8") + SERVE, encoding="utf-8")
    url = store.render_as_string(hide_password=False)
    address = f"127.0.0.1:{free_port()}"
    made = Office(town=town, config=config, address=address, environment={"STORE_URL": url})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORE_URL", url)
        made.start()
        yield made
        made.stop()
    town.close()


def until(what: object, seconds: float) -> None:
    """Wait for a condition; fail when it does not come."""
    assert callable(what)
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.2)


def executor_of(store: sa.URL, job: str) -> tuple[str, str]:
    """Who has it under way or did it, and its state."""
    engine = sa.create_engine(store)
    with engine.connect() as connection:
        row = connection.execute(
            sa.text(
                "SELECT executor_id, status FROM dbos.workflow_status WHERE workflow_uuid = :j"
            ),
            {"j": job},
        ).one()
    engine.dispose()
    return str(row.executor_id), str(row.status)


def test_the_work_of_a_site_waits_for_its_worker_and_is_taken_over_from_a_dead_one(
    office: Office, store: sa.URL
) -> None:
    with office.client(Scope.ADMIN) as client:
        assert office.asked(client, AT_OFFICE, 20).status_code == 200
        waiting = office.asked(client, AT_SITE, 0.5)
        assert waiting.status_code == 202
        job = waiting.json()["id"]
        assert "sadovaya-3" in str(client.get("/readyz").json()["warnings"])
        first = office.worker("first")
        until(lambda: client.get(f"/api/v1/diagnoses/{job}").status_code == 200, 30)
        assert executor_of(store, job) == ("first", "SUCCESS")
        second = office.worker("second")
        until(lambda: _alive(client) == {"main": 1, "sadovaya-3": 2}, 30)
        os.kill(first.pid, signal.SIGSTOP)
        jobs = [office.asked(client, AT_SITE, 0).json()["id"] for _ in range(6)]
        first.kill()
        first.wait()
        until(lambda: all(executor_of(store, j)[1] == "SUCCESS" for j in jobs), 60)
        assert "second" in {executor_of(store, j)[0] for j in jobs}
        assert _refused_twin(office) == FAILED
        second.terminate()
        assert second.wait(40) == 0, (office.config.parent / "second.log").read_text("utf-8")


def test_a_worker_needs_a_store_that_machines_can_share(
    office: Office,
) -> None:
    alone = office.config.with_name("alone.yaml")
    text = office.config.read_text(encoding="utf-8")
    alone.write_text(text[: text.index("serve:")], encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", "netdiag", "worker", "--site", "x"],
        env=os.environ | {"NETDIAG_CONFIG": str(alone)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert told.returncode == 2
    assert "PostgreSQL" in told.stderr
    assert "Traceback" not in told.stderr


def _alive(client: httpx.Client) -> dict[str, int]:
    """The gauge of living processes."""
    lines = client.get("/metrics").text.splitlines()
    found = [one for one in lines if one.startswith("netdiag_workers{")]
    return {one.split('"')[1]: int(float(one.split()[-1])) for one in found}


def _refused_twin(office: Office) -> int:
    twin = office.worker("second", "twin")
    code = twin.wait(30)
    told = (office.config.parent / "twin.log").read_text(encoding="utf-8")
    assert "another name" in told
    assert "Traceback" not in told
    return code
