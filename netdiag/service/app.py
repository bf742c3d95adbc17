"""Put the parts together for one process: settings, content, inventory, wires, store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from netdiag.content.load import load as load_content
from netdiag.inventory.inventory import Inventory
from netdiag.model.content import Content
from netdiag.model.errors import NetdiagError, UnknownSubscriberError
from netdiag.model.subscriber import Subscriber
from netdiag.model.verdict import Diagnosis
from netdiag.model.wire import Transport
from netdiag.service.daemon.settings import open_database
from netdiag.service.diagnosis.diagnose import Diagnoser, Request
from netdiag.service.diagnosis.routing import Router
from netdiag.service.locate.search import Parts
from netdiag.service.patience import close_in_time, look_up
from netdiag.service.setup import load_settings, open_inventory
from netdiag.service.touch.touch import Toucher
from netdiag.service.watch.log_transport import LogTransport
from netdiag.service.wires import Wires
from netdiag.settings import Settings
from netdiag.store.history import History
from netdiag.store.journal import Journal
from netdiag.store.log_lines import LogLines
from netdiag.store.readings import Readings


class App:
    """netdiag over one configuration. Use as an async context manager, so that all is closed."""

    def __init__(
        self,
        settings: Settings,
        content: Content,
        inventory: Inventory,
        wrap: Callable[[str, Transport], Transport] | None = None,
        remember_s: float = 0.0,
    ) -> None:
        self.settings = settings
        self.content = content
        self.inventory = inventory
        self.router = Router.open(settings, content)
        self.database = open_database(settings)
        self.readings = Readings(self.database)
        self.journal = Journal(self.database)
        received = LogTransport(LogLines(self.database))
        transports: dict[str, Transport] = {"log": wrap("log", received) if wrap else received}
        self.wires = Wires(settings.billing, wrap, transports, remember_s=remember_s)
        self.toucher = Toucher(
            wires=self.wires,
            journal=self.journal,
            config=str(settings.path) if settings.path else None,
        )
        self.parts = Parts(
            settings=settings, content=content, inventory=inventory, ask=self.wires.ask
        )
        self.diagnoser = Diagnoser(
            settings=settings,
            content=content,
            inventory=inventory,
            readings=self.readings,
            ask=self.wires.ask,
            router=self.router,
            history=History(self.database),
            touch=self.toucher,
        )

    @classmethod
    def open(
        cls,
        config: str | None,
        wrap: Callable[[str, Transport], Transport] | None = None,
        remember_s: float = 0.0,
    ) -> App:
        """Load everything that the configuration names; for `remember_s` an answer of a device
        serves all who ask the same. Raises ContentError with the place."""
        settings = load_settings(config)
        content = load_content(settings.content)
        inventory = open_inventory(settings)
        try:
            return cls(settings, content, inventory, wrap, remember_s)
        except NetdiagError:
            inventory.close()
            raise

    async def __aenter__(self) -> App:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.toucher.finish()
        await self.wires.close()
        self.database.close()
        await close_in_time(self.inventory)

    async def diagnose(self, key: str, request: Request) -> Diagnosis:
        """Find the subscriber and diagnose him.

        Raises UnknownSubscriberError when there is none, or more than one, by that key, and
        InventoryUnavailableError when the inventory does not answer before the deadline.
        """
        left = await self._undo_what_was_left()
        deadline = self.diagnoser.deadline(request)
        subscriber, notes = await look_up(partial(self.find, key), self.inventory, deadline)
        diagnosis = await self.diagnoser.diagnose(subscriber, request, deadline)
        trouble = (self.readings.trouble,) if self.readings.trouble else ()
        notes = (*left, *notes, *self.inventory.unavailable(), *trouble)
        return replace(diagnosis, notes=tuple(dict.fromkeys(notes)))

    async def _undo_what_was_left(self) -> tuple[str, ...]:
        """A test that another run did not live to undo is undone before anything is asked."""
        from netdiag.service.touch.restore import restore

        try:
            found = await restore(self)
        except NetdiagError:
            return ()  # the store's trouble is told elsewhere
        return tuple(
            f"{one.line.what} on {one.line.device}:{one.line.port} had been interrupted: {one.text}"
            for one in found
            if not one.under_way
        )

    def find(self, key: str) -> tuple[Subscriber, tuple[str, ...]]:
        """The one subscriber of a key (id, login, phone, IP, MAC or device:port), and notes on
        sources that could not be asked."""
        found = self.inventory.find(key)
        if found.subscriber is not None:
            return found.subscriber, found.notes
        if found.ambiguous:
            ids = ", ".join(s.id for s in found.subscribers[:10])
            raise UnknownSubscriberError(f"{key!r} fits several subscribers: {ids}. Ask by id.")
        if found.attachment is not None:
            return Subscriber(id=key, attachment=found.attachment), found.notes
        device = self.inventory.device(key)
        if device is not None:
            raise UnknownSubscriberError(
                f"{device.id!r} is a device, not a subscriber. Ask about one of its ports: netdiag "
                f"diagnose {device.id}:PORT; or about all who are behind it: netdiag impact "
                f"{device.id}."
            )
        raise UnknownSubscriberError(
            f"There is no subscriber {key!r} in the inventory. Search by id, login, phone, IP, "
            "MAC or device:port; `netdiag check` shows what the inventory holds."
        )
