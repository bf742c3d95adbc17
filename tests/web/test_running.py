"""The daemon as a service: systemd's words, reload, drain, what a crash leaves."""

import signal
import socket
import time
from pathlib import Path

import httpx

from netdiag.model.user import UserRole
from netdiag.store.tokens import Scope
from tests.web.board import browser, csrf
from tests.web.conftest import Served


def wait_for(condition: object, seconds: float = 10.0) -> bool:
    """Does it become true in time?"""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_systemd_is_told_ready_alive_reloading_and_stopping(served: Served, tmp_path: Path) -> None:
    served.stop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.bind(str(tmp_path / "notify"))
        notify.settimeout(10)
        served.start(NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="400000")
        told = [notify.recv(4096).decode() for _ in range(4)]
        assert told[0] == "READY=1"
        assert told.count("WATCHDOG=1") == 3
        assert served.process is not None
        served.process.send_signal(signal.SIGHUP)
        seen = ""
        while "STATUS=" not in seen:
            seen = notify.recv(4096).decode()
        assert seen.startswith("READY=1\nSTATUS=rule revision")
        assert served.stop() == 0
        notify.settimeout(0.5)
        last = []
        while True:
            try:
                last.append(notify.recv(4096).decode())
            except TimeoutError:
                break
        assert "STOPPING=1" in last
    served.start()


def test_a_broken_configuration_does_not_replace_the_one_that_works(
    served: Served, api: httpx.Client
) -> None:
    good = served.config.read_text(encoding="utf-8")
    served.config.write_text(good + "nonsense: 1\n", encoding="utf-8")
    assert served.process is not None
    try:
        served.process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: "reload refused" in served.log)
        reply = api.post("/api/v1/diagnoses", json={"subscriber": "100202", "wait_s": 20})
        assert reply.status_code == 200
    finally:
        served.config.write_text(good, encoding="utf-8")
    served.process.send_signal(signal.SIGHUP)
    assert wait_for(lambda: "reloaded, rule revision" in served.log)
    reply = api.post("/api/v1/diagnoses", json={"subscriber": "100202", "wait_s": 20})
    assert reply.status_code == 200


def test_accepted_work_survives_a_kill(served: Served, api: httpx.Client) -> None:
    replies = [
        api.post("/api/v1/diagnoses", json={"subscriber": f"1002{n:02d}"}) for n in range(2, 12)
    ]
    served.stop(signal.SIGKILL)
    served.start()
    for reply in replies:
        assert reply.status_code == 202
        where = reply.headers["location"]
        assert wait_for(lambda w=where: api.get(w).status_code == 200, 25), api.get(where).text


def test_a_form_that_another_process_showed_is_taken(served: Served) -> None:
    with browser(served, UserRole.NOC) as noc:
        shown = csrf(noc.get("/outages").text)
        served.stop()
        served.start()
        form = {"csrf": shown, "root": "sw-3", "cause": "power"}
        path = noc.post("/outages", data=form).headers["location"]
        assert noc.post(path, data={"csrf": shown, "end": "yes"}).status_code == 303
        assert noc.post("/outages", data=form | {"csrf": "0" * 64}).status_code == 403


def test_on_sigterm_what_is_under_way_is_answered_first(served: Served) -> None:
    with served.client(Scope.ADMIN) as client:
        reply = client.post("/api/v1/diagnoses", json={"subscriber": "100203"})
        assert served.stop() == 0
        served.start()
        where = reply.headers["location"]
        assert wait_for(lambda: client.get(where).status_code == 200)


def test_no_secret_stands_in_the_log(served: Served, api: httpx.Client) -> None:
    api.get("/api/v1/diagnoses/none", params={"token": "nd_12345678_secretpart"})
    assert wait_for(lambda: len(served.log) > 0)
    secrets = [*served.environment.values(), "secretpart"]
    for name in ("community", "routeros.password", "ssh.password"):
        secrets.append((served.config.parent / name).read_text().strip())
    for secret in secrets:
        assert secret not in served.log
