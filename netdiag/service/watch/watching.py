"""What the daemon does by itself: takes evidence in, watches the register, tells of outages."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from netdiag.listeners.meaning import Patterns
from netdiag.listeners.traps import Heard, Sender, TrapListener
from netdiag.model.errors import NetdiagError
from netdiag.notify.alertmanager import Alertmanager
from netdiag.service.app import App
from netdiag.service.daemon.durable import Durable
from netdiag.service.daemon.kept_alive import kept_alive
from netdiag.service.flows.notice import NoticeFlow
from netdiag.service.flows.outage import Hook, OutageFlow
from netdiag.service.outages.answer_known import outage_document
from netdiag.service.outages.place import place_of
from netdiag.service.watch.evidence import Evidence, from_traps
from netdiag.service.watch.inference import Inference
from netdiag.service.watch.leading import Leading
from netdiag.service.watch.loops import Loops
from netdiag.service.watch.news import NewsDesk
from netdiag.service.watch.notify_settings import NotifySettings, read_notify
from netdiag.service.watch.sessions import Sessions
from netdiag.service.watch.settings import WatchSettings, read_watch
from netdiag.service.watch.tell_alertmanager import Alerts
from netdiag.service.watch.tell_people import People
from netdiag.service.watch.trap_senders import senders
from netdiag.service.watch.weakened import Redundancy
from netdiag.store.cursors import Cursors
from netdiag.store.database import Database
from netdiag.store.events import Events
from netdiag.store.maintenance import Windows
from netdiag.store.notices import Notices
from netdiag.store.outages import Register

Json = dict[str, Any]
_LOOK_S = 1.0
_DEVICES_S = 300.0
_AGAIN_S = 5.0
_log = logging.getLogger(__name__)


class Watching:
    """Loops of one daemon. `hooks` are told of every change of an outage, durably, each by its
    name; they are added before `start`."""

    def __init__(self, database: Database, durable: Durable, site: str, holder: str) -> None:
        self.evidence = Evidence(Events(database))
        self.windows = Windows(database)
        self.notices = Notices(database)
        self.hooks: dict[str, Hook] = {}
        self.traps: TrapListener | None = None
        self.loops: Loops | None = None
        self._database = database
        self._register = Register(database)
        self._cursors = Cursors(database)
        self._durable = durable
        self._site = site
        self.leading = Leading(database, holder, self._lead, self._follow)
        self.redundancy = Redundancy(self._cursors)
        self._news = self._news_desk()
        self._people = People(
            self._register, self.notices, self.windows, self.redundancy, durable, site
        )
        self._manager: Alertmanager | None = None
        self._alerts: Alerts | None = None
        self._senders: dict[str, Sender] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._led: list[asyncio.Task[None]] = []
        self._changed = asyncio.Event()
        self.notify = NotifySettings()
        self.watch = WatchSettings()

    def register(self, app: Callable[[], App]) -> None:
        """Make the flows known; before the engine starts."""
        self._app = app
        # A worker of the same site sends messages too, and starts nothing else of this.
        self.notify, self.watch = read_notify(app().settings), read_watch(app().settings)

        async def send(work: Json) -> Json:
            return await self._people.send(work, self.notify.people)

        self._durable.register(
            "outage", OutageFlow(describe=self._described, hooks=lambda: self.hooks)
        )
        self._durable.register("notice", NoticeFlow(send=send, ended=self._people.ended))

    async def start(self) -> None:
        """Begin; after the engine started. Raises ContentError, ListenError."""
        await self.configure(self._app())
        if self.watch.traps is not None:
            await self._listen()
        self._tasks.append(self._repeat("devices", self._know_devices, _DEVICES_S))
        await self.leading.start()

    async def _lead(self) -> None:
        """What only one of the processes of a store does."""
        await self._people.recover()
        self._news = self._news_desk()
        self._led = [self._repeat("news", self._look, _LOOK_S)]
        if self._alerts is not None:
            self._led.append(kept_alive("alerts", self._keep_alerting))
        sessions = Sessions(self.evidence, self._cursors)
        if self.watch.accounting_s:
            every = self.watch.accounting_s
            look = self._repeat("radacct", lambda: sessions.accounting(self._app()), every)
            self._led.append(look)
        if self.watch.sessions_s:
            every = self.watch.sessions_s
            look = self._repeat("sessions", lambda: sessions.routers(self._app()), every)
            self._led.append(look)
        if self.watch.infer:
            self._infer()

    async def stop(self) -> None:
        """End all loops."""
        if self.traps is not None:
            await self.traps.close()
        await self.leading.stop()
        await _ended(self._tasks)
        if self._manager is not None:
            await self._manager.close()

    async def _follow(self) -> None:
        """Another leads, or nobody needs to. What was known is kept only when the lead is given
        back: who lost it may not write over what the next one knows."""
        await _ended(self._led)
        if self.loops is not None:
            await self.loops.stop(keep=self.leading.may_keep)
            self.loops = None

    async def configure(self, app: App) -> None:
        """Take new settings; listeners keep their addresses until the next start."""
        self.notify, self.watch = read_notify(app.settings), read_watch(app.settings)
        manager = self.notify.alertmanager
        if self._manager is not None:
            await self._manager.close()
            self._manager = None
        if manager is not None:
            self._manager = Alertmanager(manager.urls, manager.bearer)
            self._alerts = Alerts(
                self._register, self.windows, self.redundancy, self._cursors, self._manager,
                self.leading.may_go_on,
            )  # fmt: skip
        if self.traps is not None:
            self.traps.patterns = Patterns(app.content.traps)

    async def _listen(self) -> None:
        traps = self.watch.traps
        if traps is None:
            return

        async def take(heard: list[Heard]) -> None:
            name = self.loops.ports.get if self.loops else _no_name
            await self.evidence.take(from_traps(heard, name))

        await self._know_devices()
        patterns = Patterns(self._app().content.traps)
        self.traps = TrapListener(
            patterns, lambda address: self._senders.get(address), take, users=traps.users
        )
        self.traps.open(traps.host, traps.port)

    def _infer(self) -> None:
        may = self.leading.may_go_on
        inference = Inference(
            self._database, self._app, self.watch.hold_s, lambda: self.leading.may_keep
        )
        self.loops = Loops(inference, self.evidence, self._app, self._look, may)
        loops, tick_s, round_s = self.loops, self.watch.tick_s, self.watch.round_s
        self._led.append(kept_alive("inference", lambda: loops.infer(tick_s)))
        self._led.append(kept_alive("learning", loops.learn))
        if round_s:
            self._led.append(kept_alive("ways", loops.ask_after_ways))
            self._led.append(kept_alive("round", lambda: loops.go_round(round_s)))

    async def _know_devices(self) -> None:
        app = self._app()
        more = self.watch.traps.communities if self.watch.traps else ()

        def looked_up() -> dict[str, Sender]:
            return senders(app.inventory.devices(), app.settings.credentials, more)

        self._senders = await asyncio.to_thread(looked_up)

    def _news_desk(self) -> NewsDesk:
        """With no memory of its own: another may have read on meanwhile."""
        return NewsDesk(self._register, self._cursors, self.notices, self._durable, self._site)

    async def _look(self) -> None:
        if not self.leading.may_go_on():
            return
        if await self._news.look(self.notify.people):
            self._changed.set()
        if await self._people.weakened(self.notify.people):
            self._changed.set()
        await self._people.look(self._app(), self.notify.people)

    async def _keep_alerting(self) -> None:
        """At every change, and again while something fires."""
        while True:
            self._changed.clear()
            pause = _AGAIN_S
            try:
                manager = self.notify.alertmanager
                if self._alerts is not None and manager and self.leading.may_go_on():
                    await self._alerts.send(self._app(), self.notify)
                    pause = manager.repeat_s
            except NetdiagError as error:
                _log.warning("%s", error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), pause)

    async def _described(self, argument: Json) -> Json:
        """What a hook is told: the outage as it was then known, and what changed."""
        outage = await asyncio.to_thread(self._register.get, argument["outage"])
        if outage is None:
            return argument | {"type": "outage"}
        app = self._app()
        place = await asyncio.to_thread(place_of, outage.root, app.inventory)
        return {
            "type": f"outage.{argument['change']}",
            "change": argument["change"],
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "outage": outage_document(outage, app.settings.timezone),
            "place": {
                "root_device": place.device,
                "parent_device": place.parent,
                "scope": place.scope,
                "site": place.site,
            },
        }

    @staticmethod
    def _repeat(
        name: str, act: Callable[[], Awaitable[None]], every_s: float
    ) -> asyncio.Task[None]:
        async def loop() -> None:
            told = ""
            while True:
                try:
                    await act()
                    told = ""
                except NetdiagError as error:
                    if str(error) != told:
                        _log.warning("%s: %s", name, error)
                    told = str(error)
                await asyncio.sleep(every_s)

        return kept_alive(name, loop)


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    tasks.clear()


def _no_name(_device: str, _index: int) -> str:
    return ""
