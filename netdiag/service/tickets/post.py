"""Acts on ticket systems, each written down before it is done: a crash in between does none twice,
and what could not be sent is kept for a person."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from netdiag.model.errors import NetdiagError
from netdiag.routing.desks.config import Connected
from netdiag.routing.desks.desk import Ability, Change, Done, Draft, History, Seen, mark_of
from netdiag.store.letters import Letters

Json = dict[str, Any]


class UnknownDeskError(NetdiagError):
    """netdiag.yaml has no such ticket system any more."""


class Post:
    """Acts by (event, act). `work` is what has to be done again to send a dead letter once more."""

    def __init__(self, letters: Letters, desks: Callable[[], Mapping[str, Connected]]) -> None:
        self.letters = letters
        self._desks = desks

    def connected(self, system: str) -> Connected:
        """The ticket system of that name."""
        found = self._desks().get(system)
        if found is None:
            raise UnknownDeskError(f"netdiag.yaml has no ticket system {system!r} any more.")
        return found

    def can(self, system: str, ability: Ability) -> bool:
        """Does that system let us?"""
        return ability in self.connected(system).desk.abilities

    async def read(self, system: str, ticket: str) -> Seen:
        """The ticket of now."""
        return await self.connected(system).desk.read(ticket)

    async def history(self, system: str, ticket: str, after: int | None) -> History:
        """What people did to it behind that number."""
        return await self.connected(system).desk.history(ticket, after)

    async def text(self, system: str, ticket: str, most: int) -> str:
        """What the customer wrote."""
        if not self.can(system, Ability.READ):
            return ""
        return await self.connected(system).desk.text(ticket, most)

    async def note(
        self,
        work: Json,
        act: str,
        text: str,
        *,
        ticket: str | None = None,
        answer: str | None = None,
    ) -> bool:
        """Add a text to the ticket of `work`, or to another one; with `answer`, its subject, one
        that the customer gets. False: that system takes none."""
        system = work["system"]
        if not self.can(system, Ability.ANSWER if answer else Ability.NOTE):
            return False
        desk = self.connected(system).desk
        about = ticket or work["ticket"]
        key = f"{work['key']}:{act}"

        async def send(again: bool) -> Done:
            return await desk.note(about, text, mark_of(key), answer=answer, again=again)

        await self._once(key, system, about, act, work, send)
        return True

    async def change(
        self, work: Json, act: str, change: Change, *, ticket: str | None = None
    ) -> Mapping[str, str]:
        """Set what the change names, as far as that system can; what was refused, and why."""
        system, about = work["system"], ticket or work["ticket"]
        desk = self.connected(system).desk
        possible = _possible(change, desk.abilities)
        if possible == Change():
            return {}
        refused: dict[str, str] = {}
        key = f"{work['key']}:{act}"

        async def send(again: bool) -> Done:
            done = await desk.change(about, possible, mark_of(key))
            refused.update(done.refused)
            return done

        await self._once(key, system, about, act, work, send)
        return refused

    async def create(self, work: Json, act: str, draft: Draft) -> str | None:
        """Make a ticket; its id there. None: that system lets nobody."""
        system = work["system"]
        if not self.can(system, Ability.CREATE):
            return None
        desk = self.connected(system).desk
        key = f"{work['key']}:{act}"

        async def send(again: bool) -> Done:
            return await desk.create(draft, mark_of(key), again=again)

        return await self._once(key, system, "", act, work, send)

    async def bury(self, work: Json, why: str) -> None:
        """Nothing more is tried by itself: what was begun and not done is a dead letter."""
        now = datetime.now(UTC)
        await asyncio.to_thread(self.letters.bury, work, why, now)

    async def _once(
        self,
        key: str,
        system: str,
        ticket: str,
        act: str,
        work: Json,
        send: Callable[[bool], Awaitable[Done]],
    ) -> str:
        begun = await asyncio.to_thread(
            self.letters.begin,
            key,
            system=system,
            external_id=ticket,
            act=act,
            work=work,
            now=datetime.now(UTC),
        )
        if begun.result is not None:
            return begun.result
        try:
            done = await send(begun.perhaps_there)
        except NetdiagError as error:
            moment = datetime.now(UTC)
            await asyncio.to_thread(self.letters.failed, key, str(error), moment, dead=False)
            raise
        now = datetime.now(UTC)
        await asyncio.to_thread(self.letters.done, key, done.id, now)
        if done.refused:
            why = "; ".join(f"{name}: {text}" for name, text in done.refused.items())
            await asyncio.to_thread(self.letters.failed, key, f"not taken: {why}", now, dead=True)
        return done.id


def _possible(change: Change, abilities: frozenset[Ability]) -> Change:
    sets, state = Ability.CHANGE in abilities, Ability.STATE in abilities
    return Change(
        queue=change.queue if sets else None,
        priority=change.priority if sets else None,
        due_at=change.due_at if sets else None,
        fields=change.fields if sets else {},
        state=change.state if state else None,
        parent=change.parent if Ability.LINK in abilities else None,
    )
