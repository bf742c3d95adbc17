"""A process that was asleep (SIGSTOP, a frozen virtual machine) while another took over: nobody is
paged twice."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from netdiag.model.notice import News, NoticeState
from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.service.app import App
from netdiag.service.watch.leading import LASTS_S, LOOK_S
from netdiag.service.watch.notify_settings import read_notify
from netdiag.service.watch.tell_people import People
from netdiag.service.watch.weakened import Redundancy
from netdiag.store.cursors import Cursors
from netdiag.store.database import Database
from netdiag.store.maintenance import Windows
from netdiag.store.notices import Notices
from netdiag.store.outages import Register
from tests.inventory.sql_servers import postgresql
from tests.notify.alertmanagers import alertmanager
from tests.notify.receiver import receiving
from tests.watch.daemons import COMMUNITY, Watched, inventory, until
from tests.watch.test_inferred import EVERYBODY, opened, sessions
from tests.watch.test_two_daemons import MORE, board, down, leads, pair, store, told

__all__ = ["store"]
TAKEOVER_S = LASTS_S + LOOK_S


@pytest.mark.real
def test_who_was_stopped_and_goes_on_neither_leads_nor_pages(tmp_path: Path, store: None) -> None:
    with (
        receiving() as phone,
        receiving() as pager,
        alertmanager(tmp_path, pager.url) as manager,
    ):
        os.environ["NOC"] = f"json://127.0.0.1:{phone.port}/"
        more = MORE.format(manager=manager.url)
        with pair(tmp_path, more) as (one, two), one.client() as first, two.client() as second:
            up = sessions(EVERYBODY, "up", datetime.now(UTC) - timedelta(hours=1))
            first.post("/api/v1/events", json=up)
            down(first, "agg-1")  # it is in the middle of this when it falls asleep
            time.sleep(0.3)
            assert one.process is not None
            one.process.send_signal(signal.SIGSTOP)
            try:
                until(lambda: leads(two), TAKEOVER_S + 60, why=lambda: two.log)
                until(lambda: opened(second), 30, why=lambda: two.log)
                down(second, "sw-21")
                until(lambda: len(opened(second)) == 2, 30, why=lambda: two.log)
                until(lambda: len(phone.bodies) >= 1, 30, why=lambda: two.log)
            finally:
                one.process.send_signal(signal.SIGCONT)
            time.sleep(LOOK_S + 6)
            assert [leads(one), leads(two)] == [False, True]
            assert board(first) == board(second)
            assert {row[1] for row in board(first)} == {"agg-1", "sw-21"}
            until(lambda: len(told(pager)) == 2, 30, why=lambda: two.log)
    assert sorted(told(pager)) == ["agg-1", "sw-21"]
    text = " ".join(body["message"] for body in phone.bodies)
    assert [text.count(f"OUTAGE {root} ") for root in ("agg-1", "sw-21")] == [1, 1], text


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("COMMUNITY", COMMUNITY)
    monkeypatch.setenv("NOC", "json://127.0.0.1:1/")
    inventory(tmp_path)
    Watched(tmp_path).configure("notify: {people: {noc: {url: {env: NOC}, wait_s: 0}}}")
    return App.open(str(tmp_path / "netdiag.yaml"))


def telling(app: App) -> tuple[People, Notices]:
    """One process's view of what has to be told."""
    store, notices = app.database, Notices(app.database)
    weak = Redundancy(Cursors(store))
    windows = Windows(store)
    return People(Register(store), notices, windows, weak, None, "town"), notices  # type: ignore[arg-type]


async def test_two_who_decide_at_the_same_moment_send_one_message(app: App) -> None:
    now = datetime.now(UTC)
    (first, notices), (second, _) = telling(app), telling(app)
    (noc,) = read_notify(app.settings).people
    outage = Outage(
        id="", root="agg-1", state=OutageState.CONFIRMED, cause=Cause.UNKNOWN, subscribers=24,
        origin=Origin.INFERENCE, since=now,
    )  # fmt: skip
    made = Register(app.database).open(outage, "inference")
    notices.add("n-1", made.id, "noc", News.RAISED, now)
    # The first has read what waits, and sleeps; the second decides meanwhile.
    read, sent = first._notices.waiting, []

    def slowly(destination: str) -> object:
        waiting = read(destination)
        sent.append(second._decided(app, noc, now))
        return waiting

    first._notices.waiting = slowly  # type: ignore[method-assign,assignment]
    assert first._decided(app, noc, now) is None
    assert sent[0] is not None
    # Taken back by one who follows, it is not the sleeper's to send any more.
    (one,) = notices.of_message(sent[0]["message"])
    assert one.state is NoticeState.SENDING
    first._give_back(sent[0]["message"])
    assert await second.send(sent[0], [noc]) == {}
    assert [one.state for one in notices.of_outage(made.id)] == [NoticeState.DUE]
    app.database.close()
    app.inventory.close()


@pytest.mark.real
def test_the_server_lets_go_of_one_who_sleeps_in_a_transaction() -> None:
    with postgresql() as (engine, _):
        database = Database(engine.url.render_as_string(hide_password=False))
        with database.read() as connection:
            text = "SHOW idle_in_transaction_session_timeout"
            assert connection.exec_driver_sql(text).scalar() == "1min"
        database.close()
