"""What can go wrong under the daemon: a locked store, a full disk. Nothing accepted is lost."""

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from netdiag.store.tokens import Scope
from tests.addresses import free_port
from tests.web.conftest import SERVE, Served
from tests.web.test_api import DIAGNOSES, problem


def test_a_store_that_somebody_holds_is_told_and_waited_out(
    served: Served, api: httpx.Client
) -> None:
    headers = {"idempotency-key": "while-it-is-locked"}
    with closing(sqlite3.connect(served.config.parent / "netdiag.db")) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        refused = api.post(DIAGNOSES, json={"subscriber": "100203"}, headers=headers)
        assert problem(refused)["status"] == 503
        assert "locked" in problem(refused)["detail"]
        assert int(refused.headers["retry-after"]) > 0
    body = {"subscriber": "100203", "wait_s": 20}
    assert api.post(DIAGNOSES, json=body, headers={"idempotency-key": "2"}).status_code == 200


@contextmanager
def small_disk(place: Path, kilobytes: int) -> Iterator[None]:
    """A file system of its own at that place."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small file system")
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def fill(file: Path) -> None:
    """Write until there is no room."""
    with pytest.raises(OSError, match="No space"):
        _write_on(file)


def _write_on(file: Path) -> None:
    with file.open("wb", buffering=0) as out:
        for _ in range(1_000_000):
            out.write(b"x" * 4096)


@pytest.mark.real
def test_a_full_disk_refuses_with_a_sentence_and_takes_work_again_when_there_is_room(
    served: Served, tmp_path: Path
) -> None:
    config = served.config.parent / "small.yaml"
    text = served.config.read_text(encoding="utf-8").partition(SERVE)[0]
    with small_disk(tmp_path / "state", 6_000):
        config.write_text(
            text.replace("state_dir: .", f"state_dir: {tmp_path / 'state'}"), encoding="utf-8"
        )
        small = Served(town=served.town, config=config, address=f"127.0.0.1:{free_port()}")
        small.start()
        try:
            with small.client(Scope.ADMIN) as client:
                filler = tmp_path / "state" / "filler"
                fill(filler)
                replies = [client.post(DIAGNOSES, json={"subscriber": "100203"}) for _ in range(12)]
                assert {r.status_code for r in replies} <= {202, 503}
                refused = [r for r in replies if r.status_code == 503]
                assert refused
                assert "full" in problem(refused[0])["detail"]
                time.sleep(2.1)  # what was found before is no longer told
                ready = client.get("/readyz")
                assert (ready.status_code, "full" in ready.text) == (503, True)
                filler.unlink()
                time.sleep(2.1)
                assert client.get("/readyz").status_code == 200
                again = client.post(DIAGNOSES, json={"subscriber": "100203", "wait_s": 20})
                assert again.status_code == 200, again.text
        finally:
            small.stop()
