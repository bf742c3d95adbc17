"""Two daemons over one store: what one accepted the other may carry out, and neither waits for it
for ever."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from netdiag.service.daemon.jobs import Jobs
from tests.watch.daemons import Watched, until
from tests.watch.test_two_daemons import pair, store  # noqa: F401  (a fixture)

pytestmark = pytest.mark.real
MOST = 6


def waiting(daemon: Watched) -> float:
    text = httpx.get(f"http://{daemon.address}/metrics").text
    found = re.search(r"^netdiag_diagnoses_waiting (\S+)$", text, re.M)
    assert found
    return float(found[1])


def carried_out_by(daemon: Watched) -> float:
    text = httpx.get(f"http://{daemon.address}/metrics").text
    return sum(float(n) for n in re.findall(r"^netdiag_diagnoses_total\{.*\} (\S+)$", text, re.M))


def test_what_another_process_carried_out_does_not_wait_here(
    tmp_path: Path,
    store: None,  # noqa: F811
) -> None:
    more = "watch: {round_s: 0}\ndeadline_s: 1\n"
    with pair(tmp_path, more, f", waiting: {MOST}") as (one, two), one.client() as client:
        codes = []
        for number in range(1, 25):
            body = {"subscriber": f"sw-1{number % 3 + 1}-{number % 8 + 1}", "wait_s": 20}
            codes.append(client.post("/api/v1/diagnoses", json=body).status_code)
        assert carried_out_by(two) > 0
        assert set(codes) == {200}
        until(lambda: waiting(one) == 0, why=lambda: waiting(one))


def test_what_was_cancelled_does_not_wait(tmp_path: Path, store: None) -> None:  # noqa: F811
    more = "watch: {round_s: 0}\ndeadline_s: 1\n"
    with pair(tmp_path, more, ", at_once: 1") as (one, two), one.client() as client:
        two.stop()
        ids = [
            client.post("/api/v1/diagnoses", json={"subscriber": f"sw-11-{n % 8 + 1}"}).json()["id"]
            for n in range(12)
        ]
        database = one.database()
        jobs = Jobs(database)
        for one_id in ids[4:]:
            asyncio.run(jobs.cancel(one_id))
        jobs.close()
        database.close()
        until(lambda: waiting(one) == 0, 40, why=lambda: waiting(one))
