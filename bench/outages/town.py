"""The generated network at work: who is up, and what its sources tell of it, step by step."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from random import Random

from bench.outages.plan import BEGINS, DAY, Fault, habits, office_hours
from bench.outages.world import World
from netdiag.outages.observation import Kind, Observation, State

STEP = 30.0
_OFF, _ON, _STOP, _START, _FAULT, _MENDED, _POLL = range(7)
SESSIONS, PINGED = 0.7, 0.7  # shares with a session, and that answer a ping
_SWEEP = 300.0
_LOSS = 0.006


class Town:
    """Yields per step the observations that arrive in it.

    `keepalive` is the longest time in which a dead session is noticed. `dirt` scales missing,
    late and lost observations (1: 3 % missing, 5 % late, 2 % of session ends lost).
    """

    def __init__(
        self,
        world: World,
        rng: Random,
        plan: Iterable[Fault],
        *,
        hours: float,
        keepalive: tuple[float, float] = (0.0, 180.0),
        dirt: float = 1.0,
        offices: int = 8,
    ) -> None:
        self.world, self.rng, self.hours = world, rng, hours
        self._keepalive, self._dirt, self._late = keepalive, dirt, 0.05 * dirt
        size = len(world.home)
        self._names = [f"u{number}" for number in range(size)]
        self._powered = bytearray(b"\x01" * size)
        self._session = bytearray(rng.random() < SESSIONS for _ in range(size))
        self._answers = bytearray(rng.random() < PINGED for _ in range(size))
        self._up = bytearray(size)
        self._cut = array("b", bytes(size))
        self._grey = array("b", bytes(size))
        self._dead = array("b", bytes(len(world.names)))
        self._fails: dict[int, int] = {}
        self._todo: dict[int, list[tuple[float, int, int]]] = {}
        self._mail: dict[int, list[tuple[float, Observation]]] = {}
        self.plan = list(plan)
        self._asks = Random(rng.random())
        self._place = {name: node for node, name in enumerate(world.names)}
        self._polls = set(world.polled)
        self._hit: dict[int, list[int]] = {}
        self._live(offices)
        for number, fault in enumerate(self.plan):
            self._do(fault.begins, _FAULT, number)
            self._do(fault.ends, _MENDED, number)

    def history(self, days: int = 7) -> Iterator[tuple[float, str]]:
        """When sessions ended on the days before, for those who learn: moment and subscriber."""
        rng = Random(self.rng.random())
        sample = max(1, len(self._names) // 100_000)
        for number in range(0, len(self._names), sample):
            if not self._session[number]:
                continue
            office = self._office.get(number)
            for _ in range(days):
                spans = office_hours(rng, office, 0) if office else habits(rng, 0)
                for off, _ in spans:
                    yield off % DAY, self._names[number]

    def steps(self) -> Iterator[tuple[float, list[Observation]]]:
        """The end of each step, in seconds since the first midnight, and what arrived in it."""
        first = int(BEGINS // STEP)
        for step in range(first, first + int(self.hours * 3600 / STEP)):
            for at, what, whom in sorted(self._todo.pop(step, ())):
                self._act(at, what, whom)
            self._ask(step)
            arrived = sorted(self._mail.pop(step, ()), key=lambda entry: entry[0])
            yield (step + 1) * STEP, [one for _, one in arrived]

    def _live(self, offices: int) -> None:
        rng, world = self.rng, self.world
        switches = [n for n, kind in enumerate(world.kinds) if kind in ("access", "pon")]
        self._office: dict[int, float] = {}
        for node in rng.sample(switches, min(offices, len(switches) // 10)):
            closes = rng.choice((17.0, 18.0, 18.0, 19.0))
            self._office.update(dict.fromkeys(range(world.lo[node], world.hi[node]), closes))
        last = BEGINS + self.hours * 3600
        for number in range(len(self._names)):
            closes_at = self._office.get(number)
            days = last / DAY
            spans = office_hours(rng, closes_at, days) if closes_at else habits(rng, days)
            for off, on in spans:
                if off < BEGINS <= on:
                    self._powered[number] = 0
                if BEGINS <= off < last:
                    self._do(off, _OFF, number)
                if BEGINS <= on < last:
                    self._do(on, _ON, number)
            if self._session[number] and self._powered[number]:
                self._do(BEGINS + rng.uniform(0, STEP), _START, number)
        for _ in range(round(2 * self.hours / 24)):  # a firmware that restarts some routers
            begins = BEGINS + rng.uniform(3600, max(3601.0, self.hours * 3600 - 3600))
            for number in rng.sample(range(len(self._names)), len(self._names) // 30):
                off = begins + rng.uniform(0, 600)
                self._do(off, _OFF, number)
                self._do(off + rng.uniform(60, 180), _ON, number)

    def _do(self, at: float, what: int, whom: int) -> None:
        self._todo.setdefault(int(at // STEP), []).append((at, what, whom))

    def _now_or(self, at: float, what: int, whom: int, step: int) -> None:
        """Something that follows within the step itself."""
        if int(at // STEP) <= step:
            self._act(at, what, whom)
        else:
            self._do(at, what, whom)

    def _act(self, at: float, what: int, whom: int) -> None:
        step = int(at // STEP)
        if what == _STOP:
            if self._up[whom] and (not self._powered[whom] or self._cut[whom]):
                self._up[whom] = 0
                if self.rng.random() >= 0.02 * self._dirt:
                    self._tell(at, self._names[whom], Kind.SESSION, State.DOWN)
        elif what == _START:
            if self._session[whom] and self._powered[whom] and not self._cut[whom]:
                self._up[whom] = 1
                self._tell(at, self._names[whom], Kind.SESSION, State.UP)
        elif what == _OFF:
            self._powered[whom] = 0
            self._silent(at, whom, step, power=True)
        elif what == _ON:
            self._powered[whom] = 1
            self._now_or(at + self.rng.uniform(30, 120), _START, whom, step)
        elif what == _POLL:
            self._poll_again(at, whom)
        else:
            self._fault(at, self.plan[whom], whom, what == _FAULT, step)

    def _silent(self, at: float, whom: int, step: int, power: bool) -> None:
        """His session is noticed to be dead some time later; an ONU may have gasped."""
        rng = self.rng
        if self.world.gasps and rng.random() < (0.8 if power else 0.01):
            self._tell(at + rng.uniform(0, 1), self._names[whom], Kind.POWER, State.DOWN)
        if self._up[whom]:
            self._now_or(at + rng.uniform(*self._keepalive), _STOP, whom, step)

    def _fault(self, at: float, fault: Fault, number: int, begins: bool, step: int) -> None:
        world, rng, by = self.world, self.rng, 1 if begins else -1
        if fault.how in ("node", "power", "management"):
            self._devices(fault, by)
        if fault.how == "management":
            return
        if begins:
            if fault.how == "node" and fault.node in world.polled and rng.random() < 0.5:
                self._tell(at + 1, world.names[fault.node], Kind.TRAP, State.DOWN)
            share = {"partial": 0.5, "power": 0.92}.get(fault.how, 1.0)
            behind = range(world.lo[fault.node], world.hi[fault.node])
            self._hit[number] = [i for i in behind if share == 1 or rng.random() < share]
        for whom in self._hit[number]:
            if fault.how == "grey":
                self._grey[whom] += by
                continue
            self._cut[whom] += by
            if begins:
                self._silent(at, whom, step, power=fault.how == "power")
            elif not self._cut[whom]:
                self._now_or(at + rng.uniform(10, 150), _START, whom, step)

    def _devices(self, fault: Fault, by: int) -> None:
        world = self.world
        for node in world.polled:
            if world.lo[fault.node] <= world.lo[node] < world.hi[fault.node] and (
                fault.node in world.path(node)
            ):
                self._dead[node] += by

    def _ask(self, step: int) -> None:
        """A sweep of pings and one of the devices, each within five minutes."""
        slots = int(_SWEEP / STEP)
        answers = self._answers
        for number in range(step % slots, len(self._names), slots):
            if answers[number]:
                self._ping((step + self.rng.random()) * STEP, number, self.rng)
        polled = self.world.polled
        for place in range(step % slots, len(polled), slots):
            self._poll_again((step + self.rng.random()) * STEP, polled[place])

    def asked(self, now: float, subjects: Iterable[str]) -> None:
        """Directed questions put at `now`, one packet to each subscriber. Who never answers a ping
        says nothing. With a noise of their own: the stream beside them stays what it is."""
        rng = self._asks
        for subject in dict.fromkeys(subjects):
            place, at = self._place.get(subject), now + rng.uniform(0, 2)
            if place is not None and place in self._polls:
                self._poll(at, place, rng)
            elif place is None and self._answers[number := int(subject[1:])]:
                self._ping(at, number, rng)

    def _ping(self, at: float, number: int, rng: Random) -> None:
        good = self._powered[number] and not self._cut[number]
        if self._grey[number] and good:
            good = rng.random() < 0.5
        elif good and rng.random() < _LOSS:
            good = False
        if rng.random() >= 0.03 * self._dirt:
            state = State.UP if good else State.DOWN
            self._tell(at, self._names[number], Kind.PROBE, state, rng)

    def _poll(self, at: float, node: int, rng: Random) -> bool:
        good = not self._dead[node] and rng.random() >= 0.005
        name = self.world.names[node]
        self._tell(at, name, Kind.PROBE, State.UP if good else State.DOWN, rng)
        return good

    def _poll_again(self, at: float, node: int) -> None:
        """A device that did not answer is asked again after a minute, three times in all."""
        fails = 0 if self._poll(at, node, self.rng) else self._fails.get(node, 0) + 1
        self._fails[node] = fails
        if 0 < fails < 3:
            self._do(at + 60, _POLL, node)

    def _tell(
        self, at: float, subject: str, kind: Kind, state: State, rng: Random | None = None
    ) -> None:
        arrives, rng = at + 1, rng or self.rng
        if rng.random() < self._late:
            arrives += rng.uniform(30, 180)
        mail = self._mail.get(int(arrives // STEP))
        if mail is None:
            mail = self._mail[int(arrives // STEP)] = []
        mail.append((arrives, Observation(at, subject, kind, state)))
