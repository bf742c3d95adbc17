"""Asking by itself: the few who tell most of a suspicion, and every device now and then.

A device that does not answer a ping is asked over SNMP before it counts as silent. Whoever could
not be asked says nothing; a subscriber's router that never answered pings says nothing by silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from netdiag.model.event import Event
from netdiag.model.subscriber import Device
from netdiag.model.wire import Answer, Deadline, NoAnswer, Ping, SnmpGet, Target
from netdiag.model.words import AbsenceReason
from netdiag.service.app import App
from netdiag.service.targets import of_device
from netdiag.service.watch.tree import Known

_PING = {"count": 2, "interval_s": 0.3, "timeout_s": 1.0}
_ONE_PING = {"count": 1, "timeout_s": 1.0}  # to a subscriber: a lost packet is what is looked for
_UPTIME = SnmpGet(oids={"uptime": "1.3.6.1.2.1.1.3.0"})
_DEADLINE_S = 4.0
_AT_ONCE = 32
_NOT_AGAIN = timedelta(seconds=5)  # nobody is asked more often than that
_UP_AGAIN = timedelta(minutes=8)  # a device that stays up says so so often
_DOWN_AGAIN = timedelta(minutes=5)  # one that stays down, after its first three silences
_FIRST_SILENCES = 3


class Prober:
    """Remembers whom it asked and who ever answered."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._asked: dict[str, datetime] = {}
        self._answered: set[str] = set()
        self._told: dict[str, tuple[str, datetime, int]] = {}

    async def ask(self, subjects: Iterable[str], app: App, known: Known) -> list[Event]:
        """Ask devices and subscribers by their ids, those asked just now left out."""
        now = datetime.now(UTC)
        fresh = [one for one in dict.fromkeys(subjects) if self.may_ask(one, now)]
        for one in fresh:
            self._asked[one] = now
        if len(self._asked) > 50_000:
            self._asked = {s: at for s, at in self._asked.items() if now - at < _NOT_AGAIN}
        found = await asyncio.gather(*(self._one(one, app, known) for one in fresh))
        return [event for event in found if event is not None]

    def may_ask(self, subject: str, now: datetime) -> bool:
        """Was it left in peace for a while?"""
        asked = self._asked.get(subject)
        return asked is None or now - asked >= _NOT_AGAIN

    async def round(
        self, devices: Sequence[Device], app: App, over_s: float, *, everything: bool
    ) -> AsyncIterator[list[Event]]:
        """Every device once, spread over that time, as they answer: all of it, or what is news."""
        pause = over_s / max(1, len(devices))
        found: list[Event] = []
        tasks = []

        async def one(device: Device) -> None:
            event = await self._device(device, app)
            if event is not None and (self._is_news(event) or everything):
                found.append(event)

        for device in devices:
            tasks.append(asyncio.create_task(one(device)))
            await asyncio.sleep(pause)
            if found:
                told = found[:]
                found.clear()
                yield told
        await asyncio.gather(*tasks)
        yield found

    async def device_is_up(self, device: str, app: App, known: Known) -> bool | None:
        """Does it answer? None when it could not be asked."""
        listed = known.devices.get(device)
        event = await self._device(listed, app) if listed is not None else None
        return None if event is None else event.state == "up"

    async def _one(self, subject: str, app: App, known: Known) -> Event | None:
        device = known.devices.get(subject)
        if device is not None:
            return await self._device(device, app)
        person = known.people.get(subject)
        if person is None or not person.ip:
            return None
        target = Target(
            device=person.ip, host=person.ip, platform="icmp", options=app.settings.options
        )
        up = await self._pinged(target, app, _ONE_PING)
        if up:
            self._answered.add(subject)
        elif subject not in self._answered:
            return None
        return None if up is None else _event(subject, up)

    async def _device(self, device: Device, app: App) -> Event | None:
        target = of_device(device, app.settings, app.content)
        up = await self._pinged(target, app)
        if up:
            self._answered.add(device.id)
        else:
            up = await self._polled(target, app, silent=up is False)
        return None if up is None else _event(device.id, up)

    async def _pinged(
        self, target: Target, app: App, how: Mapping[str, float] = _PING
    ) -> bool | None:
        async with self._slots:
            question = Ping(address=target.host, **how)  # type: ignore[arg-type]
            reply = await app.wires.ask("icmp", target, question, Deadline.after(_DEADLINE_S))
        if isinstance(reply, NoAnswer) or not reply.rows:
            return None
        received = reply.rows[0].get("received")
        return bool(received)

    async def _polled(self, target: Target, app: App, *, silent: bool) -> bool | None:
        """Over SNMP, after the ping: any answer is up. Silence counts with a silent ping, and where
        SNMP could not be asked only of a device that answers pings at other times."""
        why = AbsenceReason.NOT_ASKED
        if any(name.startswith("snmp.") for name in target.secrets):
            async with self._slots:
                reply = await app.wires.ask("snmp", target, _UPTIME, Deadline.after(_DEADLINE_S))
            if isinstance(reply, Answer) or reply.why is AbsenceReason.ACCESS_DENIED:
                return True  # somebody is there, if only to refuse
            why = reply.why
        gone = why in (AbsenceReason.TIMED_OUT, AbsenceReason.NOT_REACHABLE)
        return False if silent and (gone or target.device in self._answered) else None

    def _is_news(self, event: Event) -> bool:
        state, at, times = self._told.get(event.subject, ("", event.at, 0))
        if state == event.state:
            again = _UP_AGAIN if state == "up" else _DOWN_AGAIN
            often = state == "down" and times < _FIRST_SILENCES
            if not often and event.at - at < again:
                return False
            self._told[event.subject] = (state, event.at, times + 1)
            return True
        self._told[event.subject] = (event.state, event.at, 1)
        return True


def _event(subject: str, up: bool) -> Event:
    return Event(
        at=datetime.now(UTC),
        source="watch",
        subject=subject,
        kind="probe",
        state="up" if up else "down",
    )
