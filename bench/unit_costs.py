"""Unit costs for `bench.capacity`: CPU of an event and of a durable flow, bytes of what is kept.

CPU is that of this process, all its threads; bytes are what a SQLite file grows by, with indexes.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from bench.agents import Range, agents, free_port
from bench.agents.switch import switch
from bench.diagnose import lab
from bench.hostile import configured, staged
from bench.storm import site
from netdiag.model.event import Event
from netdiag.model.ticket import Case, Happened, TicketEvent
from netdiag.service.app import App
from netdiag.service.daemon.durable import Durable, Json, step
from netdiag.service.diagnosis.diagnose import Request
from netdiag.service.diagnosis.document import to_document
from netdiag.service.sweep.policy import Policy
from netdiag.service.sweep.run import Sweeper
from netdiag.service.sweep.stops import Scope
from netdiag.service.watch.inference import Inference
from netdiag.store.database import Database
from netdiag.store.diagnoses import Diagnoses
from netdiag.store.events import Events
from netdiag.store.letters import Letters
from netdiag.store.sweeps import Sweeps
from netdiag.store.tickets import Tickets

_EVENTS, _BATCH = 30_000, 1000
_FLOWS = 300
_COPIES = 40
_SWITCHES, _PORTS, _DAYS = 20, 24, 3
_WAY = (Happened.RECEIVED, Happened.DIAGNOSED, Happened.ROUTED, Happened.RESOLVED, Happened.CLOSED)
_NOTE = "x" * 1200  # an internal note with its evidence


def measured() -> dict[str, float]:
    """By the names of `capacity.Costs`."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        return {
            **_events(folder),
            "flow_cpu_s": asyncio.run(_flow(folder)),
            "diagnosis_bytes": asyncio.run(_diagnosis(folder)),
            "device_day_bytes": asyncio.run(_days(folder)),
            "ticket_bytes": _grown(folder / "tickets.db", _tickets, _COPIES * 10),
        }


def _events(folder: Path) -> dict[str, float]:
    """Sessions of 6,000 subscribers that end and begin: taken in by the thousand and judged."""
    config = site(folder, 1, 1)
    os.environ["STORM"] = "x"
    app = App.open(str(config))
    inference = Inference(app.database, lambda: app, 30.0)
    asyncio.run(inference.turn())  # the tree is built
    before, began = _size(app.database), time.process_time()
    register, now = Events(app.database), datetime.now(UTC)
    for start in range(0, _EVENTS, _BATCH):
        register.add((_session(number, now) for number in range(start, start + _BATCH)), now)
        asyncio.run(inference.turn())
    cpu = time.process_time() - began
    grown = _size(app.database) - before
    asyncio.run(app.__aexit__())
    return {"event_cpu_s": round(cpu / _EVENTS, 6), "event_bytes": round(grown / _EVENTS)}


def _session(number: int, now: datetime) -> Event:
    who = number // 2 * 7 % 6000
    return Event(
        at=now + timedelta(milliseconds=number),
        source="radius",
        subject=f"s-{who // 24}-{who % 24 + 1}",
        kind="session",
        state="up" if number % 2 else "down",
        detail={"cause": "User-Request"},
        key=f"session-{number}",
    )


async def _flow(folder: Path) -> float:
    """Three steps whose results are 2 kB of JSON, from the queue to the end."""
    database = Database(f"sqlite:///{folder}/flows.db")
    database.engine()
    durable = Durable(database, executor="unit", sites=("unit",))
    durable.open()

    async def act() -> Json:
        return {"told": "x" * 2000}

    async def flow(_: Json) -> Json:
        for name in ("find", "ask", "tell"):
            await step(name, act)
        return {}

    durable.register("unit", flow)
    await durable.start()
    keys = [f"unit-{number}" for number in range(_FLOWS + 1)]
    await durable.enqueue("unit", keys[0], {}, site="unit")
    await durable.result(keys[0], 60)
    began = time.process_time()
    for key in keys[1:]:
        await durable.enqueue("unit", key, {}, site="unit")
    for key in keys[1:]:
        await durable.result(key, 120)
    cpu = time.process_time() - began
    await durable.stop()
    return round(cpu / _FLOWS, 4)


async def _diagnosis(folder: Path) -> float:
    """Documents with every fact, of the lab's subscribers."""
    (folder / "lab").mkdir()
    with lab(str(folder / "lab")) as config:
        async with App.open(str(config)) as app:
            people = [f"1002{number:02d}" for number in range(1, 11)]
            found = await asyncio.gather(*(app.diagnose(one, Request()) for one in people))
            documents = [to_document(one, app.content, facts=True) for one in found]

    def keep(database: Database) -> None:
        for number in range(_COPIES):
            for one in documents:
                told = one | {"id": f"dx-{uuid4().hex}", "subscriber": f"{number:06d}"}
                Diagnoses(database).keep(told, "bench")

    return _grown(folder / "diagnoses.db", keep, _COPIES * len(documents))


async def _days(folder: Path) -> float:
    """Days of switches of 24 ports with traffic on all of them: what is kept of one."""
    (folder / "sweep").mkdir()
    port, moment = free_port(), time.time() - (_DAYS + 1) * 86_400
    cast = staged(_SWITCHES, healthy=True)
    config = configured(folder / "sweep", cast, port)
    ranges = [
        Range(first=f"127.39.0.{n + 1}", last=f"127.39.0.{n + 1}", table=n)
        for n in range(_SWITCHES)
    ]  # fmt: skip
    ranges.append(Range(first="127.39.200.1", last="127.39.200.1"))
    sizes: list[int] = []
    async with App.open(str(config)) as app:
        for hours in range(0, _DAYS * 24, 4):
            when = moment + hours * 3600
            tables = [
                switch(_PORTS, 4_000_000 + hours * 3600, seed=seed) for seed in range(_SWITCHES)
            ]
            with agents(folder, port, tables, ranges):
                await Sweeper(app, Policy(), clock=lambda when=when: when).run(Scope())  # type: ignore[misc]
        names = [name for name, _, _ in cast]
        since = datetime.fromtimestamp(moment, UTC).date()
        for days in Sweeps(app.database).days(names, since).values():
            sizes += [len(told) for told in list(days.values())[1:]]
    overhead = 60  # key, row and index, of a SQLite page half used
    return round(sum(sizes) / max(1, len(sizes))) + overhead


def _tickets(database: Database) -> None:
    """Each with five events of its life, and two notes with their answer."""
    tickets, letters, now = Tickets(database), Letters(database), datetime.now(UTC)
    for number in range(_COPIES * 10):
        case, _ = tickets.take_in(
            Case(system="rt", external_id=str(number), changed_at=now, opened_at=now)
        )
        life = [
            TicketEvent(at=now, kind=kind, who="netdiag", key=str(kind), detail={"queue": "noc"})
            for kind in _WAY
        ]
        tickets.keep(case, *life)
        for act in ("note", "change"):
            key = f"{number}-{act}"
            work = {"body": _NOTE, "ticket": number}
            letters.begin(key, system="rt", external_id=str(number), act=act, work=work, now=now)
            letters.done(key, "ok", now)


def _grown(path: Path, act: Callable[[Database], None], count: int) -> float:
    database = Database(f"sqlite:///{path}")
    database.engine()
    before = _size(database)
    act(database)
    grown = _size(database) - before
    database.close()
    return round(grown / count)


def _size(database: Database) -> int:
    with database.read() as connection:
        query = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        return int(connection.exec_driver_sql(query).scalar_one())
