"""The daemon: accepted work, durable flows, the register of outages, reload without a stop."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from netdiag.listeners.log_meaning import as_events
from netdiag.model.errors import NetdiagError
from netdiag.model.logged import Logged
from netdiag.model.outage import Outage
from netdiag.model.subscriber import Subscriber
from netdiag.model.verdict import Diagnosis
from netdiag.notify.webhook import Sender
from netdiag.service.app import App
from netdiag.service.daemon.asked import AnotherBodyError, Asked, Taken
from netdiag.service.daemon.backlog import Backlog
from netdiag.service.daemon.company import Company
from netdiag.service.daemon.durable import Durable, Json
from netdiag.service.daemon.jobs import Jobs
from netdiag.service.daemon.metrics import Metrics
from netdiag.service.daemon.settings import ServeSettings
from netdiag.service.daemon.taken_up import take_up
from netdiag.service.diagnosis.diagnose import Request
from netdiag.service.diagnosis.document import to_document
from netdiag.service.flows.chores import NIGHTLY, forgetting
from netdiag.service.flows.diagnosis import DiagnosisFlow
from netdiag.service.outages.answer_known import known_document, outage_of
from netdiag.service.outages.believed import believed
from netdiag.service.sweep.scheduled import Scheduled
from netdiag.service.tickets.desk import TicketDesk, line_of
from netdiag.service.tickets.settings import TicketSettings
from netdiag.service.watch.evidence import from_contact, from_diagnosis
from netdiag.service.watch.listen_settings import SyslogSettings
from netdiag.service.watch.log_keeper import LogKeeper
from netdiag.service.watch.watching import Watching
from netdiag.store.database import Database, StoreError
from netdiag.store.diagnoses import Diagnoses
from netdiag.store.events import Events
from netdiag.store.feedback import Feedback
from netdiag.store.inbox import Inbox
from netdiag.store.log_lines import LogLines
from netdiag.store.outages import Register
from netdiag.store.tokens import Tokens

_LONGEST_RUN_S = 330.0  # no diagnosis takes longer: deadline_s is at most 300
_closing: set[asyncio.Future[None]] = set()


class Daemon:
    """Everything that `netdiag serve` joins. `app` is replaced whole on reload.

    With `only` it is a worker of these sites: it carries out their work and accepts none, and it
    has no schedules, listeners or API of its own.
    """

    def __init__(
        self,
        app: App,
        serve: ServeSettings,
        database: Database,
        only: tuple[str, ...] = (),
        tickets: TicketSettings | None = None,
    ) -> None:
        self.app = app
        self.sites = only or (serve.site,)
        self.is_worker = bool(only)
        self.serve = serve
        self.database = database
        self.diagnoses = Diagnoses(database)
        self.inbox = Inbox(database)
        self.outages = Register(database)
        self.tokens = Tokens(database)
        self.feedback = Feedback(database)
        self.events = Events(database)
        self._under_way: dict[tuple[str | float | None, ...], asyncio.Task[Diagnosis]] = {}
        self.metrics = Metrics()
        lines = () if only else (line_of(serve.site),)
        self.durable = Durable(database, executor=serve.executor, sites=(*self.sites, *lines))
        self.desk = TicketDesk(self, tickets or TicketSettings())
        self.backlog = Backlog(lambda: self.serve, self._unfinished)
        self._counting: asyncio.Task[None] | None = None
        self.logs = _log_keeper(self, serve.syslog) if serve.syslog else None
        self.watching = Watching(database, self.durable, serve.site, serve.executor)
        self.company = Company(self)
        self.sweeps = Scheduled(
            self.durable, serve, lambda: self.app, lambda told: self.desk.propose(told)
        )
        self._sender = Sender(serve.receiver.url, serve.receiver.secret) if serve.receiver else None

    async def start(self) -> None:
        """Open the store and the engine, and take up what a crash left."""
        await asyncio.to_thread(self.database.engine)
        await self.company.join()
        self.durable.open()
        tell = self._tell if self._sender else None
        self.durable.register(
            "diagnosis", DiagnosisFlow(diagnose=self._diagnose, ended=self.backlog.ended, tell=tell)
        )
        self.watching.register(lambda: self.app)
        self.sweeps.register()
        if self._sender:
            self.watching.hooks["receiver"] = self._tell
        chore = forgetting(self.database, lambda: self.jobs, lambda: self.serve.retention)
        self.durable.register_chore("forget", chore)
        self.desk.register()
        await self.durable.start(at_once=self.serve.at_once)
        self.jobs = Jobs(self.database)
        self.company.begin()
        if self.is_worker:
            return
        self._counting = asyncio.create_task(self.backlog.keep_right())
        if self.logs is not None:
            await self.logs.start()
        await self.durable.schedule("forget-nightly", NIGHTLY, "forget", site=self.serve.site)
        await self.sweeps.begin()
        await take_up(self)
        await self.watching.start()
        self.desk.start()

    async def stop(self) -> None:
        """Finish what is under way, keep the rest for the next start."""
        if self._counting is not None:
            self._counting.cancel()
        if self.logs is not None:
            await self.logs.stop()
        await self.watching.stop()
        await self.desk.stop()
        await self.durable.stop()
        await self.company.leave()
        await self.app.__aexit__()
        self.jobs.close()
        if self._sender:
            await self._sender.close()
        self.database.close()

    async def replace_app(self, fresh: App, serve: ServeSettings, tickets: TicketSettings) -> None:
        """From now on new work uses the fresh configuration; the old closes when it is idle. Raises
        StoreError: then all is as before."""
        self.company.share(fresh)
        old, before = self.app, self.serve
        self.app, self.serve = fresh, serve
        try:
            if not self.is_worker:
                await self.watching.configure(fresh)
                await self.sweeps.begin()
        except NetdiagError:
            self.app, self.serve = old, before
            await self.watching.configure(old)
            raise
        await self.desk.replace(tickets)
        asyncio.get_running_loop().call_later(_LONGEST_RUN_S, lambda: _close_later(old))

    async def find(self, key: str) -> Subscriber:
        """The subscriber of a key. Raises UnknownSubscriberError."""
        subscriber, _ = await asyncio.to_thread(self.app.find, key)
        return subscriber

    async def accept(self, asked: Asked) -> Taken:
        """Accept a request once; a repeated one gives the same job.

        Raises UnknownSubscriberError, OverloadedError, AnotherBodyError, StoreError.
        """
        subscriber = await self.find(asked.key)
        await self.backlog.admit()
        job = f"dx-{uuid.uuid4().hex}"
        taken = await asyncio.to_thread(
            self.inbox.accept,
            asked.source,
            asked.delivery,
            raw=asked.raw,
            body=json.dumps(asdict(asked) | {"raw": ""}),
            work=job,
            now=datetime.now(UTC),
        )
        if taken.again and not taken.same:
            raise AnotherBodyError("This Idempotency-Key was used before with another body.")
        job = taken.work or job
        if taken.again:
            return await self._again(subscriber, asked, job)
        try:
            return Taken(job=job, document=await self._taken_in(subscriber, asked, job))
        except StoreError:
            await asyncio.to_thread(self.inbox.give_back, asked.source, asked.delivery)
            raise

    async def _taken_in(self, subscriber: Subscriber, asked: Asked, job: str) -> Json | None:
        """Begun; the document, when it is known already. Raises StoreError."""
        if asked.ticket:
            said = from_contact(subscriber.id, asked.source, asked.delivery, datetime.now(UTC))
            await self.watching.evidence.take([said])
        known = await self._known(subscriber, asked, job)
        if known is None or (asked.tell and self._sender):  # the receiver is told all the same
            await self.begin(subscriber, asked, job)
        return known

    async def _again(self, subscriber: Subscriber, asked: Asked, job: str) -> Taken:
        """Taken before; if it never got to the engine (full disk, crash), it does now."""
        document = await self.document(job)
        if document is None and await self.jobs.get(job) is None:
            await self.begin(subscriber, asked, job)
        return Taken(job=job, document=document, again=True)

    async def document(self, job: str, wait_s: float = 0.0) -> Json | None:
        """The document of a diagnosis, waiting so long for it."""
        found = await asyncio.to_thread(self.diagnoses.get, job)
        if found is not None or wait_s <= 0:
            return found
        if await self.durable.result(job, wait_s) is None:
            return None
        return await asyncio.to_thread(self.diagnoses.get, job)

    async def diagnosed(
        self,
        job: str,
        key: str,
        *,
        ticket: str | None,
        symptom: str | None,
        who: str,
        not_before: str | None = None,
        deadline_s: float | None = None,
    ) -> Json:
        """The document of a diagnosis that is carried out here and now, as part of other durable
        work; asked again under the same `job` it is the same. A known outage needs no probe.
        `not_before` (RFC 3339): of a repair; what was read before it is left out."""
        found = await asyncio.to_thread(self.diagnoses.get, job)
        if found is not None:
            return found
        subscriber = await self.find(key)
        asked = Asked(key=key, who=who, source="", delivery="", ticket=ticket, symptom=symptom)
        known = await self._known(subscriber, asked, job)
        if known is not None:
            return known
        values: Json = {"id": job, "key": subscriber.id, "ticket": ticket, "who": who}
        values |= {"symptom": symptom, "not_before": not_before, "tell": False}
        values |= {"deadline_s": deadline_s}
        site = await asyncio.to_thread(self.company.site_of, subscriber)
        if site in self.sites:
            await self._diagnose(values)
        else:
            await self.jobs.enqueue("diagnosis", job, values, site=site)
        return await self._kept_by(site, job)

    async def _kept_by(self, site: str, job: str) -> Json:
        """The document, once it is there. Raises StoreError when no worker of that site makes it
        in good time."""
        for _ in range(int(_LONGEST_RUN_S)):
            found = await asyncio.to_thread(self.diagnoses.get, job)
            if found is not None:
                return found
            await asyncio.sleep(1.0)
        raise StoreError(f"diagnosis {job} was not made by site {site}. Is its worker alive?")

    async def status_of(self, key: str) -> Json:
        """Open outage and last verdict of a subscriber, for the voice menu. No probe is sent."""
        subscriber = await self.find(key)
        outage = await asyncio.to_thread(self._outage_of, subscriber)
        last = await asyncio.to_thread(self.diagnoses.last_of, subscriber.id)
        return {"subscriber": subscriber, "outage": outage, "last": last[0] if last else None}

    def trouble(self) -> tuple[str, ...]:
        """Why work would not be carried out just now; empty when it would."""
        full = self.backlog.full
        return (f"{self.backlog.waiting} diagnoses are waiting",) if full else ()

    async def _known(self, subscriber: Subscriber, asked: Asked, job: str) -> Json | None:
        outage = await asyncio.to_thread(self._outage_of, subscriber)
        if outage is None:
            return None
        document = await asyncio.to_thread(
            known_document,
            subscriber,
            outage,
            self.app.content,
            self.app.settings,
            self.app.inventory,
            datetime.now(UTC),
            asked.ticket,
            self.app.router,
        )
        document["id"] = job
        await asyncio.to_thread(self.diagnoses.keep, document, asked.who)
        self.metrics.answered_known()
        return document

    def _outage_of(self, subscriber: Subscriber) -> Outage | None:
        """Blocking: the inventory may be a slow database."""
        return outage_of(subscriber, self.app.inventory, believed(self.outages))

    async def begin(self, subscriber: Subscriber, asked: Asked, job: str) -> None:
        """Enqueue accepted work; the same job again is the same work. Raises StoreError."""
        site = await asyncio.to_thread(self.company.site_of, subscriber)
        await self.durable.enqueue(
            "diagnosis",
            job,
            {
                "id": job,
                "key": subscriber.id,
                "ticket": asked.ticket,
                "symptom": asked.symptom,
                "who": asked.who,
                "tell": asked.tell,
            },
            site=site,
            urgency=asked.urgency,
        )
        if site in self.sites:
            self.backlog.begun()

    async def _diagnose(self, argument: Json) -> Json:
        """The step: repeated after a crash it finds what it kept, or diagnoses again."""
        job = argument["id"]
        known = await asyncio.to_thread(self.diagnoses.get, job)
        if known is None:
            app = self.app
            diagnosis = await self._joined(app, argument)
            mine = replace(diagnosis, id=job, ticket=argument["ticket"])
            known = to_document(mine, app.content, facts=True)
            await asyncio.to_thread(self.diagnoses.keep, known, argument["who"])
            await self.watching.evidence.take(from_diagnosis(known))
            self.metrics.diagnosed(known)
        return summary_of(known)

    async def _joined(self, app: App, argument: Json) -> Diagnosis:
        """Several who ask for the same subscriber at once share one diagnosis."""
        since = argument.get("not_before")
        deadline_s = argument.get("deadline_s")
        key = (argument["key"], argument["symptom"], since, deadline_s)
        task = self._under_way.get(key)
        if task is None:
            request = Request(
                symptom=argument["symptom"],
                who=argument["who"],
                not_before=datetime.fromisoformat(since) if since else None,
                deadline_s=deadline_s,
            )
            task = asyncio.create_task(app.diagnose(argument["key"], request))
            self._under_way[key] = task
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        return await asyncio.shield(task)

    async def _unfinished(self, most: int) -> int:
        return await self.jobs.count("diagnosis", self.sites, most)

    async def _tell(self, key: str, summary: Json) -> Json:
        if self._sender is None:
            return {}
        return {"status": await self._sender.send(key, summary, datetime.now(UTC))}


def _log_keeper(daemon: Daemon, syslog: SyslogSettings) -> LogKeeper:
    """Receives the logs of devices; what their lines say of up and down is evidence of outages."""

    async def told(lines: list[Logged]) -> None:
        await daemon.watching.evidence.take(as_events(lines, daemon.app.content.logs))

    return LogKeeper(
        settings=syslog,
        lines=LogLines(daemon.database),
        receiver=daemon.serve.executor,
        devices=lambda: daemon.app.inventory.devices(),
        told=told,
    )


def _close_later(app: App) -> None:
    task = asyncio.ensure_future(app.__aexit__())
    _closing.add(task)
    task.add_done_callback(_closing.discard)


def summary_of(document: Mapping[str, Any]) -> Json:
    """What a receiver is told: the document without the facts."""
    return {name: value for name, value in document.items() if name != "facts"}
