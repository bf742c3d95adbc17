"""Single flight: who asks what is being asked already waits for the same answer, and who asks
again within a moment gets the answer that has just come, with its age."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from time import monotonic

from netdiag.model.wire import (
    Answer,
    Deadline,
    DnsLookup,
    NoAnswer,
    Ping,
    Question,
    RouterosCall,
    SnmpColumns,
    SnmpGet,
    SnmpSheet,
    SqlQuery,
    Target,
)
from netdiag.model.words import AbsenceReason

Reply = Answer | NoAnswer
Ask = Callable[[Target, Question, Deadline], Awaitable[Reply]]


@dataclass(slots=True, eq=False)
class _Flight:
    target: Target
    question: Question
    deadline: Deadline
    task: asyncio.Future[Reply]
    waiters: int = 0
    landed_at: float = 0.0


class Flights:
    """Questions on their way, by device. Cancelling one of several waiters leaves the others
    their answer; cancelling the last one cancels the question. For `remember_s` seconds an answer
    to a question that only reads serves those who ask the same."""

    def __init__(
        self, ask: Ask, remember_s: float = 0.0, clock: Callable[[], float] = monotonic
    ) -> None:
        self._ask = ask
        self._remember_s = remember_s
        self._clock = clock
        self._flights: dict[str, list[_Flight]] = {}
        self._landed: dict[str, list[_Flight]] = {}

    async def ask(self, target: Target, question: Question, deadline: Deadline) -> Reply:
        """The answer, of our own flight or of one that is under way."""
        just_come = self._remembered(target, question)
        if just_come is not None:
            return just_come
        while True:
            flight = self._under_way(target, question)
            joined = flight is not None
            if flight is None:
                flight = self._take_off(target, question, deadline)
            reply = await self._wait(flight, deadline if joined else None)
            # Another's deadline may have been shorter: its silence is not yet ours.
            impatient = isinstance(reply, NoAnswer) and flight.deadline.at < deadline.at
            if not (joined and impatient and _for_want_of_time(reply) and deadline.remaining):
                return reply
            await asyncio.sleep(0)  # a finished flight lands when the loop turns, not before

    def _under_way(self, target: Target, question: Question) -> _Flight | None:
        for flight in self._flights.get(target.device, ()):
            if flight.question == question and flight.target == target:
                return flight
        return None

    def _take_off(self, target: Target, question: Question, deadline: Deadline) -> _Flight:
        task = asyncio.ensure_future(self._ask(target, question, deadline))
        flight = _Flight(target, question, deadline, task)
        self._flights.setdefault(target.device, []).append(flight)
        task.add_done_callback(lambda _: self._land(flight))  # before any waiter wakes
        return flight

    def _land(self, flight: _Flight) -> None:
        flights = self._flights.get(flight.target.device, [])
        if flight in flights:
            flights.remove(flight)
        if not flights:
            self._flights.pop(flight.target.device, None)
        if self._remember_s > 0 and _reads(flight.question) and _answered(flight.task):
            flight.landed_at = self._clock()
            self._landed.setdefault(flight.target.device, []).append(flight)

    def _remembered(self, target: Target, question: Question) -> Answer | None:
        if target.device not in self._landed:
            return None
        now = self._clock()
        fresh = [f for f in self._landed[target.device] if now - f.landed_at < self._remember_s]
        if fresh:
            self._landed[target.device] = fresh
        else:
            del self._landed[target.device]
        for flight in reversed(fresh):
            if flight.question == question and flight.target == target:
                reply = flight.task.result()
                return (
                    replace(reply, age_s=now - flight.landed_at, duration_s=0.0)
                    if isinstance(reply, Answer)
                    else None
                )
        return None

    async def _wait(self, flight: _Flight, deadline: Deadline | None) -> Reply:
        task = flight.task
        flight.waiters += 1
        try:
            async with asyncio.timeout(deadline.remaining if deadline else None):
                return await asyncio.shield(task)
        except TimeoutError:
            return NoAnswer(
                why=AbsenceReason.NOT_ASKED,
                detail=f"{flight.target.device}: the same question was under way, and its answer "
                "did not come in time.",
            )
        finally:
            flight.waiters -= 1
            if not flight.waiters and not task.done():
                self._land(flight)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


def _reads(question: Question) -> bool:
    """Does asking it change nothing, so that one answer serves two who ask?"""
    if isinstance(question, RouterosCall):
        return question.path.endswith("/print")
    return isinstance(question, SnmpGet | SnmpColumns | SnmpSheet | SqlQuery | DnsLookup | Ping)


def _answered(task: asyncio.Future[Reply]) -> bool:
    return (
        task.done()
        and not task.cancelled()
        and task.exception() is None
        and isinstance(task.result(), Answer)
    )


def _for_want_of_time(reply: Reply) -> bool:
    return isinstance(reply, NoAnswer) and reply.why in (
        AbsenceReason.TIMED_OUT,
        AbsenceReason.NOT_ASKED,
    )
