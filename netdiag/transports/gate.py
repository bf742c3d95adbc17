"""How gently a device is treated: a queue, a pause between questions, a breaker, one flight."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from netdiag.model.wire import Answer, Deadline, Limits, NoAnswer, Question, Target, Transport
from netdiag.model.words import AbsenceReason
from netdiag.transports.breaker import Breaker
from netdiag.transports.gate_flights import Flights

Reply = Answer | NoAnswer

# Not `timed_out`: that our queue was full must never read as "the device is silent".
_QUEUE_FULL = AbsenceReason.NOT_ASKED


class Turns(Protocol):
    """Several processes share the devices: one at a time asks each."""

    async def take(self, target: Target, deadline: Deadline) -> bool:
        """Wait for our turn; False: it did not come in time."""

    def give_back(self, target: Target) -> None:
        """We have no question there any more."""


class Gate:
    """Wraps one transport. Per device: at most `limits.sessions` questions at once, at least
    `limits.min_interval_s` between their starts, no questions while the breaker is open. Identical
    questions in flight are asked once, and for `remember_s` after. Time in the queue counts
    against the deadline. With `turns` all that holds over the processes that share them."""

    def __init__(
        self,
        transport: Transport,
        clock: Callable[[], float] = time.monotonic,
        remember_s: float = 0.0,
        turns: Turns | None = None,
    ) -> None:
        self._transport = transport
        self._turns = turns
        self._clock = clock
        self._lanes: dict[str, _Lane] = {}
        self._flights = Flights(self._queue, remember_s, clock)

    @property
    def resting(self) -> tuple[str, ...]:
        """Devices that are not asked just now, for they were silent too often."""
        return tuple(
            device for device, lane in self._lanes.items() if lane.breaker.refusal() is not None
        )

    async def ask(self, target: Target, question: Question, deadline: Deadline) -> Reply:
        """Put one question when it is its turn."""
        return await self._flights.ask(target, question, deadline)

    async def close(self) -> None:
        """Close the wrapped transport."""
        await self._transport.close()

    async def _queue(self, target: Target, question: Question, deadline: Deadline) -> Reply:
        lane = self._lane(target)
        lane.users += 1
        try:
            refusal = lane.breaker.refusal()
            if refusal is not None:
                return refusal
            try:
                async with asyncio.timeout(deadline.remaining):
                    await lane.slots.acquire()
            except TimeoutError:
                return _full(target)
            try:
                return await self._in_turn(lane, target, question, deadline)
            finally:
                lane.slots.release()
        finally:
            lane.users -= 1
            if lane.forgettable(self._clock()):
                self._lanes.pop(target.device, None)

    async def _in_turn(
        self, lane: _Lane, target: Target, question: Question, deadline: Deadline
    ) -> Reply:
        if self._turns is None:
            return await self._turn(lane, target, question, deadline)
        if not await self._turns.take(target, deadline):
            return _full(target)
        try:
            return await self._turn(lane, target, question, deadline)
        finally:
            self._turns.give_back(target)

    async def _turn(
        self, lane: _Lane, target: Target, question: Question, deadline: Deadline
    ) -> Reply:
        pause = lane.pause(self._clock())
        if pause and pause >= deadline.remaining:
            return _full(target)
        await asyncio.sleep(pause)
        refusal = lane.breaker.refusal()  # it may have opened while we stood in the queue
        if refusal is not None:
            return refusal
        lane.breaker.begin()
        try:
            reply = await self._transport.ask(target, question, deadline)
        except BaseException:
            lane.breaker.abandon()
            raise
        lane.breaker.learn(reply)
        return reply

    def _lane(self, target: Target) -> _Lane:
        lane = self._lanes.get(target.device)
        if lane is None or lane.limits != target.limits:
            lane = self._lanes[target.device] = _Lane(target.limits, self._clock)
        return lane


class _Lane:
    """The queue before one device."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self.limits = limits
        self.slots = asyncio.Semaphore(max(1, limits.sessions))
        self.breaker = Breaker(limits, clock)
        self.users = 0
        self._next_start = 0.0

    def pause(self, now: float) -> float:
        """Seconds until the next question may start; the start is taken."""
        start = max(now, self._next_start)
        self._next_start = start + self.limits.min_interval_s
        return start - now

    def forgettable(self, now: float) -> bool:
        """Nobody waits, and there is nothing to remember."""
        return not self.users and self.breaker.untouched and now >= self._next_start


def _full(target: Target) -> NoAnswer:
    return NoAnswer(
        why=_QUEUE_FULL,
        detail=f"{target.device} was not asked: its queue was full until the deadline. Raise its "
        "limits.sessions, lower limits.min_interval_s, or ask less at once.",
    )
