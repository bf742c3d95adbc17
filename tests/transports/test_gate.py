"""The gate: queue, pauses, breaker, single flight. And that our own queue is no dead device."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from netdiag.model.wire import (
    Answer,
    Deadline,
    Limits,
    NoAnswer,
    Ping,
    Question,
    RouterosCall,
    SnmpGet,
    SshCommand,
    Target,
)
from netdiag.model.words import AbsenceReason
from netdiag.transports import Gate
from netdiag.transports.gate_flights import Flights

OK = Answer(rows=({"n": 1},))
SILENT = NoAnswer(why=AbsenceReason.TIMED_OUT, detail="sw-1 is silent.")


class Wire:
    """A transport of a test: takes `seconds`, answers what it is told to."""

    def __init__(self, reply: Any = OK, seconds: float = 0.0) -> None:
        self.reply = reply
        self.seconds = seconds
        self.asked: list[tuple[str, Question]] = []
        self.starts: list[float] = []
        self.running = self.most = self.cancelled = 0
        self.closed = False

    async def ask(self, target: Target, question: Question, deadline: Deadline) -> Any:
        self.asked.append((target.device, question))
        self.starts.append(time.monotonic())
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            async with asyncio.timeout(deadline.remaining):
                await asyncio.sleep(self.seconds)
        except TimeoutError:
            return SILENT
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.running -= 1
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply

    async def close(self) -> None:
        self.closed = True


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def device(name: str = "sw-1", **limits: Any) -> Target:
    return Target(device=name, host="127.0.0.1", limits=Limits(**limits))


def ping(number: int) -> Ping:
    return Ping(address=f"192.0.2.{number}")


async def ask(gate: Gate, target: Target, number: int, seconds: float = 60.0) -> Answer | NoAnswer:
    return await gate.ask(target, ping(number), Deadline.after(seconds))


async def test_at_most_so_many_questions_at_once_per_device() -> None:
    wire = Wire(seconds=0.02)
    gate = Gate(wire)
    target = device(sessions=2)
    replies = await asyncio.gather(*(ask(gate, target, i) for i in range(8)))
    assert replies == [OK] * 8
    assert wire.most == 2


async def test_devices_do_not_wait_for_each_other() -> None:
    wire = Wire(seconds=0.05)
    gate = Gate(wire)
    await asyncio.gather(*(ask(gate, device(f"sw-{i}"), 1) for i in range(5)))
    assert wire.most == 5


async def test_questions_start_with_a_pause_between_them() -> None:
    wire = Wire()
    gate = Gate(wire)
    target = device(min_interval_s=0.05, sessions=3)
    begun = time.monotonic()
    await asyncio.gather(*(ask(gate, target, i) for i in range(4)))
    assert len(wire.starts) == 4
    early = [n for n, start in enumerate(sorted(wire.starts)) if start - begun < n * 0.05 - 0.001]
    assert not early
    await asyncio.sleep(0.06)
    await ask(gate, target, 9)
    assert wire.starts[-1] - wire.starts[-2] >= 0.05


async def test_time_in_the_queue_counts_and_a_full_queue_says_nothing_about_the_device() -> None:
    wire = Wire(seconds=0.3)
    gate = Gate(wire)
    target = device(breaker_failures=1)
    first, second = await asyncio.gather(ask(gate, target, 1), ask(gate, target, 2, seconds=0.1))
    assert first == OK
    assert isinstance(second, NoAnswer)
    assert second.why is AbsenceReason.NOT_ASKED
    assert "queue" in second.detail
    assert len(wire.asked) == 1
    wire.seconds = 0
    assert await ask(gate, target, 3) == OK  # the breaker did not count it


async def test_a_pause_longer_than_the_deadline_is_not_waited_for() -> None:
    gate = Gate(Wire())
    target = device(min_interval_s=600)
    await ask(gate, target, 1)
    async with asyncio.timeout(30):
        reply = await ask(gate, target, 2, seconds=60)
    assert isinstance(reply, NoAnswer)
    assert reply.why is AbsenceReason.NOT_ASKED


@pytest.mark.parametrize("why", [AbsenceReason.TIMED_OUT, AbsenceReason.NOT_REACHABLE])
async def test_a_silent_device_is_left_alone_for_a_while_and_then_tried_once(
    why: AbsenceReason,
) -> None:
    wire, clock = Wire(NoAnswer(why=why, detail="sw-1 is silent.")), Clock()
    gate = Gate(wire, clock)
    target = device(breaker_failures=3, breaker_s=60, sessions=5)
    for i in range(3):
        await ask(gate, target, i)
    refused = await ask(gate, target, 4)
    assert isinstance(refused, NoAnswer)
    assert refused.why is why
    assert "sw-1 is silent." in refused.detail
    assert "60 s" in refused.detail
    assert len(wire.asked) == 3

    clock.now += 61
    wire.seconds = 0.05
    await asyncio.gather(*(ask(gate, target, 10 + i) for i in range(4)))
    assert len(wire.asked) == 4  # one trial; the others were refused meanwhile
    clock.now += 30
    await ask(gate, target, 20)
    assert len(wire.asked) == 4  # the trial failed: open again

    clock.now += 31
    wire.reply = OK
    assert await ask(gate, target, 21) == OK
    assert await ask(gate, target, 22) == OK


@pytest.mark.parametrize(
    "why",
    [
        AbsenceReason.UNREADABLE,
        AbsenceReason.ACCESS_DENIED,
        AbsenceReason.NOT_SUPPORTED,
        AbsenceReason.NOT_ASKED,
    ],
)
async def test_only_silence_opens_the_breaker(why: AbsenceReason) -> None:
    wire = Wire(NoAnswer(why=why, detail="something else."))
    gate = Gate(wire)
    target = device(breaker_failures=2)
    for i in range(6):
        await ask(gate, target, i)
    assert len(wire.asked) == 6


async def test_failures_must_come_in_a_row() -> None:
    wire = Wire()
    gate = Gate(wire)
    target = device(breaker_failures=2)
    for i in range(8):
        wire.reply = SILENT if i % 2 else OK
        await ask(gate, target, i)
    assert len(wire.asked) == 8


async def test_what_was_not_asked_neither_counts_nor_forgives() -> None:
    wire = Wire(SILENT)
    gate = Gate(wire)
    target = device(breaker_failures=2)
    await ask(gate, target, 1)
    wire.reply = NoAnswer(why=AbsenceReason.NOT_ASKED, detail="no time.")
    await ask(gate, target, 2)
    wire.reply = SILENT
    await ask(gate, target, 3)
    await ask(gate, target, 4)
    assert len(wire.asked) == 3


async def test_a_cancelled_trial_leaves_room_for_the_next() -> None:
    wire, clock = Wire(SILENT), Clock()
    gate = Gate(wire, clock)
    target = device(breaker_failures=1)
    await ask(gate, target, 1)
    clock.now += 61
    wire.seconds = 5
    trial = asyncio.create_task(ask(gate, target, 2))
    await asyncio.sleep(0.01)
    trial.cancel()
    await asyncio.gather(trial, return_exceptions=True)
    wire.seconds, wire.reply = 0, OK
    assert await ask(gate, target, 3) == OK


async def test_the_same_question_is_asked_once() -> None:
    wire = Wire(seconds=0.05)
    gate = Gate(wire)
    replies = await asyncio.gather(*(ask(gate, device(), 1) for _ in range(5)))
    assert replies == [OK] * 5
    assert len(wire.asked) == 1
    await ask(gate, device(), 1)
    assert len(wire.asked) == 2  # later, it is asked anew


async def test_the_same_question_to_other_devices_or_with_other_options_is_another() -> None:
    wire = Wire(seconds=0.02)
    gate = Gate(wire)
    other = Target(device="sw-1", host="127.0.0.1", options={"snmp.version": "1"})
    await asyncio.gather(ask(gate, device(), 1), ask(gate, device("sw-2"), 1), ask(gate, other, 1))
    assert len(wire.asked) == 3


async def test_cancelling_one_who_waits_leaves_the_others_their_answer() -> None:
    wire = Wire(seconds=0.1)
    gate = Gate(wire)
    tasks = [asyncio.create_task(ask(gate, device(), 1)) for _ in range(3)]
    while not wire.asked:
        await asyncio.sleep(0)
    tasks[0].cancel()
    replies = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(replies[0], asyncio.CancelledError)
    assert replies[1:] == [OK, OK]
    assert len(wire.asked) == 1
    assert wire.cancelled == 0


async def test_cancelling_the_last_one_cancels_the_question() -> None:
    wire = Wire(seconds=5)
    gate = Gate(wire)
    tasks = [asyncio.create_task(ask(gate, device(), 1)) for _ in range(2)]
    await asyncio.sleep(0.02)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert wire.cancelled == 1
    assert wire.running == 0


async def test_a_patient_asker_does_not_inherit_the_impatience_of_the_first() -> None:
    wire = Wire(seconds=0.2)
    gate = Gate(wire)
    hasty, patient = await asyncio.gather(
        ask(gate, device(), 1, seconds=0.1), ask(gate, device(), 1, seconds=30)
    )
    assert hasty == SILENT
    assert patient == OK


async def test_who_joins_a_flight_in_the_moment_of_its_failure_asks_for_himself() -> None:
    called, failed = asyncio.Event(), asyncio.Event()

    async def wire(_target: Target, _question: Question, _deadline: Deadline) -> Answer | NoAnswer:
        if called.is_set():
            return OK
        called.set()
        await failed.wait()
        return SILENT

    flights = Flights(wire)
    hasty = asyncio.create_task(flights.ask(device(), ping(1), Deadline.after(0.1)))
    await called.wait()
    failed.set()  # the flight ends in the next turn of the loop, and lands in the one after it
    patient = asyncio.create_task(flights.ask(device(), ping(1), Deadline.after(1.0)))
    assert await hasty == SILENT
    assert await patient == OK


async def test_an_impatient_asker_does_not_wait_for_a_patient_one() -> None:
    wire = Wire(seconds=2)
    gate = Gate(wire)
    patient = asyncio.create_task(ask(gate, device(), 1))
    await asyncio.sleep(0.01)
    hasty = await ask(gate, device(), 1, seconds=0.1)
    assert isinstance(hasty, NoAnswer)
    assert not patient.done()
    assert await patient == OK


async def test_a_mistake_in_the_transport_reaches_whoever_asked_and_frees_the_queue() -> None:
    wire = Wire(RuntimeError("a bug"))
    gate = Gate(wire)
    for number in (1, 2):
        with pytest.raises(RuntimeError, match="a bug"):
            await ask(gate, device(), number)
    wire.reply = OK
    assert await ask(gate, device(), 3) == OK


async def test_nothing_is_remembered_of_devices_that_are_well() -> None:
    gate = Gate(Wire())
    for i in range(50):
        await ask(gate, device(f"sw-{i}"), 1)
    assert not gate._lanes
    assert not gate._flights._flights


async def test_closing_closes_what_is_behind() -> None:
    wire = Wire()
    await Gate(wire).close()
    assert wire.closed


async def test_an_answer_that_has_just_come_serves_the_next_who_asks_and_tells_its_age() -> None:
    wire, clock = Wire(), Clock()
    gate = Gate(wire, clock, remember_s=1.0)
    question = SnmpGet(oids={"oper": "1.3.6.1.2.1.2.2.1.8.7"})
    first = await gate.ask(device(breaker_failures=9), question, Deadline.after(1))
    clock.now += 0.6
    again = await gate.ask(device(breaker_failures=9), question, Deadline.after(1))
    assert isinstance(first, Answer)
    assert isinstance(again, Answer)
    assert (again.rows, round(again.age_s, 3), len(wire.asked)) == (first.rows, 0.6, 1)
    clock.now += 0.6
    fresh = await gate.ask(device(breaker_failures=9), question, Deadline.after(1))
    assert isinstance(fresh, Answer)
    assert (fresh.age_s, len(wire.asked)) == (0.0, 2)


async def test_silence_and_what_acts_on_the_device_are_not_remembered() -> None:
    for reply, question in (
        (SILENT, SnmpGet(oids={"oper": "1.3"})),
        (OK, RouterosCall(path="/interface/ethernet/cable-test")),
        (OK, SshCommand(command="cable-diag ports 7")),
    ):
        wire = Wire(reply)
        gate = Gate(wire, Clock(), remember_s=1.0)
        for _ in range(2):
            await gate.ask(device(breaker_failures=9), question, Deadline.after(1))
        assert len(wire.asked) == 2
