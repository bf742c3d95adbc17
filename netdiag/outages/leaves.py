"""What is known of every leaf, whatever the order in which it was told.

Kept per leaf: the last moment it was seen alive, the last start and end of its session, and the
troubles told after it was last seen alive. All of these are maxima and sets, so late, doubled and
out-of-order observations lead to the same state. From it follows one code per leaf, the only thing
that scoring reads: `UNKNOWN`, `UP` (in session), `OLD` (down since before the window), the bin in
which it was last seen alive, or a negative number that stands for a `Down`.
"""

from __future__ import annotations

from array import array
from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from netdiag.outages.answers import Answers
from netdiag.outages.contacts import Contacts
from netdiag.outages.downs import down_of
from netdiag.outages.model import BIN_S, WINDOW, Down
from netdiag.outages.observation import Kind, Observation, State
from netdiag.outages.terms import LEFT
from netdiag.outages.tree import AccessTree

UNKNOWN, UP, OLD, MUTE = 0, 1, 2, 3
LAST_WORD = MUTE  # greater codes are bins
_REPEATED = 12  # bins within which a state is told again
_WORDS = (Kind.VERDICT, Kind.CONTACT)
_ALIKE = 4  # troubles of one kind kept per leaf


class Leaves:
    """Evidence by leaf, and how many of a kind are behind each node."""

    def __init__(self, tree: AccessTree) -> None:
        self.tree = tree
        size, nodes = len(tree.leaf_ids), len(tree)
        self.alive = array("d", bytes(8 * size))
        self.started = array("d", bytes(8 * size))
        self.ended = array("d", bytes(8 * size))
        self.code = array("i", (UNKNOWN if p else MUTE for p in _persons(tree)))
        self.first = array("d", bytes(8 * size))  # moment first heard of; negative when down then
        self.began = Counter[bool]()  # of how many the first word was "up", and of how many not
        self.claim = array("i", bytes(4 * size))  # the outage that explains it, 0 none
        self.told: dict[int, list[tuple[float, str]]] = {}
        self.polled: set[int] = set()  # leaves whose source repeats itself
        self.in_session = array("i", bytes(4 * nodes))
        self.seen = array("i", bytes(4 * nodes))
        self.gasped = array("i", bytes(4 * nodes))
        self.gaspers: set[int] = set()
        self.fresh: dict[int, int] = {}  # node -> leaves behind it that count as down
        self.of_bin: dict[int, set[int]] = {}  # bin -> leaves that went down then
        self.ends: dict[int, set[int]] = {}  # bin -> leaves whose session ended then
        self.ends_moved: set[int] = set()  # bins of them that have changed
        self.turned: set[int] = set()  # leaves that went down since somebody looked
        self.touched: set[int] = set()  # leaves whose code changed since nodes were scored
        self.returned: list[tuple[int, int]] = []  # leaf and the outage that had explained it
        self.downs: dict[int, Down] = {}
        self._codes: dict[Down, int] = {}
        self.newest = 0
        self.rate: Callable[[int, int], int] = lambda node, at: 0  # `Hazard.steps`
        self.lossy: dict[int, set[int]] = {}  # bin -> who did not answer
        self.answers = Answers(size)
        self.contacts = Contacts(tree)
        self.excused: dict[int, int] = {}  # who was out with an outage -> bin in which he was back
        self.down_devices: set[int] = set()  # leaves of resources that count as down

    def observe(self, one: Observation) -> bool:
        """Take one in; False when nobody of that id is in the tree."""
        leaf = self.tree.leaf.get(one.subject)
        if leaf is None:
            return False
        if one.kind in _WORDS:
            self.contacts.observe(leaf, one)
        if one.state is State.UP:
            if one.kind is Kind.PROBE:
                self.answers.note(leaf, int(one.t // BIN_S))
            if self.code[leaf] == UP and one.kind is Kind.PROBE and self.tree.is_person(leaf):
                if one.t > self.alive[leaf]:  # by far the commonest: all is well as before
                    self.alive[leaf] = one.t
                return True
            self._first(leaf, one)
            self._up(leaf, one)
        elif one.state is State.DOWN:
            self._first(leaf, one)
            self._down(leaf, one)
        elif one.kind is Kind.SESSION and one.t > self.alive[leaf]:
            # Nobody can tell whether the session is up any more.
            self._note(leaf, one.t, "?")
        return True

    def recode(self, leaf: int) -> None:
        """Work out the leaf's code from what is known of it."""
        told = self.told.get(leaf)
        in_session = self.started[leaf] >= self.ended[leaf] and self.started[leaf] > 0
        down = None
        if told:
            down = down_of(
                told,
                alive=self.alive[leaf],
                in_session=in_session,
                person=self.tree.is_person(leaf),
                polled=leaf in self.polled,
                rate=partial(self.rate, self.tree.leaf_node[leaf]),
                call=self.contacts.worth(leaf) if any(w == "C" for _, w in told) else 0.0,
            )
        if down is not None:
            self.set_down(leaf, down)
        elif in_session and not any(word == "?" for _, word in told or ()):
            self._set(leaf, UP)
        else:
            alive = self.alive[leaf]
            mute = MUTE if told or not self.tree.is_person(leaf) else UNKNOWN
            self._set(leaf, max(LAST_WORD + 1, int(alive // BIN_S)) if alive else mute)

    def weigh_calls(self, now: int) -> None:
        """Calls may be worth something else since others were found well."""
        for leaf in self.contacts.turn(now):
            down = self.downs.get(self.code[leaf])
            if leaf in self.told and (down is None or down.how != LEFT):
                self.recode(leaf)

    def changes_only(self) -> float:
        """Share of subscribers of whom the first word was that they are down: near 1 where the
        sources tell changes only, near the share of those switched off where they tell states, 0
        where nobody tells of subscribers."""
        return self.began[False] / (self.began.total() + 3)

    def ended_in(self, at: int) -> Iterator[int]:
        """Whose session ended in that bin: heard of before, and no mere repetition of a state."""
        before = [self.ends[b] for b in range(at - _REPEATED, at) if b in self.ends]
        for leaf in self.ends.get(at, ()):
            heard = abs(self.first[leaf]) < at * BIN_S
            if heard and not any(leaf in some for some in before):
                yield leaf

    def moved_ends(self) -> list[int]:
        """Bins whose ends have to be counted anew; asked for once."""
        near = {b for at in self.ends_moved for b in range(at, at + _REPEATED + 1)}
        self.ends_moved.clear()
        return sorted(near & set(self.ends))

    def forget_ends(self, before: int) -> None:
        """Drop what is learned; what repeats may still refer to the bins just before."""
        for at in [b for b in self.ends if b < before - _REPEATED]:
            del self.ends[at]

    def can_drop(self, node: int) -> float:
        """How many behind a node have something to lose: those in session, and a share of those
        never heard of where the sources tell changes only."""
        share = self.changes_only()
        unheard = max(0, self.tree.subscribers(node) - self.seen[node]) if share > 0.5 else 0
        return self.in_session[node] + share * unheard

    def expire(self, now: int) -> None:
        """What went down before the window tells nothing about when."""
        for at in [b for b in self.of_bin if b < now - WINDOW]:
            for leaf in self.of_bin.pop(at):
                code = self.code[leaf]
                if code < 0 and self.downs[code].at == at:
                    self._set(leaf, OLD)
        for code in [c for c, down in self.downs.items() if down.at < now - 2 * WINDOW]:
            del self._codes[self.downs.pop(code)]

    def set_down(self, leaf: int, down: Down) -> None:
        """Count the leaf as down, unless an outage that is old or healing explains it."""
        if self.claim[leaf] < 0:
            self._set(leaf, OLD)
            return
        code = self._codes.get(down)
        if code is None:
            self.newest -= 1
            code = self._codes[down] = self.newest
            self.downs[code] = down
        self.of_bin.setdefault(down.at, set()).add(leaf)
        self._set(leaf, code)

    def silence(self, leaf: int) -> None:
        """The leaf is explained: it counts for nothing until it comes back."""
        if self.code[leaf] < 0:
            self._set(leaf, OLD)

    def has_gasped(self, leaf: int) -> None:
        """This one says so when it loses power."""
        if leaf not in self.gaspers:
            self.gaspers.add(leaf)
            self._count(self.gasped, leaf, 1)

    def put(self, leaf: int, alive: float, started: float, ended: float, first: float) -> None:
        """Take over what was known of a leaf before a restart."""
        if first:
            self.first[leaf] = first
            self.began[first > 0] += 1
        if alive:
            self._count(self.seen, leaf, 1)
        self.alive[leaf], self.started[leaf], self.ended[leaf] = alive, started, ended
        self.recode(leaf)

    def is_alive(self, leaf: int) -> bool:
        """In session or seen alive after the last trouble."""
        return self.code[leaf] == UP or self.code[leaf] > LAST_WORD

    def _first(self, leaf: int, one: Observation) -> None:
        """Remember the first word on a subscriber's state."""
        if one.kind not in (Kind.SESSION, Kind.PROBE) or not self.tree.is_person(leaf):
            return
        known = self.first[leaf]
        up = one.state is State.UP
        if known and (abs(known) < one.t or (abs(known) == one.t and known > 0)):
            return
        if known:
            self.began[known > 0] -= 1
        self.began[up] += 1
        self.first[leaf] = one.t if up else -one.t

    def _up(self, leaf: int, one: Observation) -> None:
        if not self.alive[leaf]:
            self._count(self.seen, leaf, 1)
        if one.kind is Kind.SESSION and one.t > self.started[leaf]:
            self.started[leaf] = one.t
        if one.kind is Kind.PROBE and not self.tree.is_person(leaf):
            self._repeats(leaf, one.t, State.UP)
        if one.t <= self.alive[leaf]:
            if one.kind is Kind.SESSION:
                self.recode(leaf)
            return
        self.alive[leaf] = one.t
        told = self.told.get(leaf)
        if told:
            left = [entry for entry in told if entry[0] > one.t]
            if left:
                self.told[leaf] = left
            else:
                del self.told[leaf]
        elif self.code[leaf] == UP:
            return
        self.recode(leaf)

    def _down(self, leaf: int, one: Observation) -> None:
        if one.kind is Kind.SESSION:
            self.ended[leaf] = max(self.ended[leaf], one.t)
            if self.tree.is_person(leaf):
                at = int(one.t // BIN_S)
                self.ends.setdefault(at, set()).add(leaf)
                self.ends_moved.add(at)
        if one.kind is Kind.POWER:
            self.has_gasped(leaf)
        if one.kind is Kind.PROBE:
            if self.tree.is_person(leaf):
                self.lossy.setdefault(int(one.t // BIN_S), set()).add(leaf)
            else:
                self._repeats(leaf, one.t, State.DOWN)
        if one.t > self.alive[leaf]:
            self._note(leaf, one.t, _word(one))
        elif one.kind is Kind.SESSION:
            self.recode(leaf)

    def _repeats(self, leaf: int, t: float, state: State) -> None:
        last = self.alive[leaf]
        if state is State.UP and last and 0 < abs(t - last) < 900:
            self.polled.add(leaf)
        if state is State.DOWN and any(
            word == "P" and 0 < abs(t - at) < 900 for at, word in self.told.get(leaf, ())
        ):
            self.polled.add(leaf)

    def _note(self, leaf: int, t: float, word: str) -> None:
        told = self.told.setdefault(leaf, [])
        if (t, word) not in told:
            insort(told, (t, word))
            alike = [entry for entry in told if entry[1] == word]
            if len(alike) > _ALIKE:  # the first ones tell when it began, the last that it lasts
                told.remove(alike[-2])
            self.recode(leaf)

    def _set(self, leaf: int, code: int) -> None:
        old = self.code[leaf]
        if old == code:
            return
        self.code[leaf] = code
        if old <= UP or code <= UP:  # from one sign of life to the next changes no score
            self.touched.add(leaf)
        if (old == UP) != (code == UP):
            self._count(self.in_session, leaf, 1 if code == UP else -1)
        if (old < 0) != (code < 0):
            self._count_fresh(leaf, 1 if code < 0 else -1)
            if not self.tree.is_person(leaf):
                (self.down_devices.add if code < 0 else self.down_devices.discard)(leaf)
        if code < 0:
            self.turned.add(leaf)
        elif self.claim[leaf] and self.is_alive(leaf):
            self.returned.append((leaf, abs(self.claim[leaf])))
            self.claim[leaf] = 0

    def _count(self, counts: array[int], leaf: int, by: int) -> None:
        node, up = self.tree.leaf_node[leaf], self.tree.up
        while node >= 0:
            counts[node] += by
            node = up[node]

    def _count_fresh(self, leaf: int, by: int) -> None:
        node, up, fresh = self.tree.leaf_node[leaf], self.tree.up, self.fresh
        while node >= 0:
            left = fresh.get(node, 0) + by
            if left:
                fresh[node] = left
            else:
                del fresh[node]
            node = up[node]


def _persons(tree: AccessTree) -> Iterator[bool]:
    return (tree.is_person(leaf) for leaf in range(len(tree.leaf_ids)))


def _word(one: Observation) -> str:
    """One letter per kind of trouble; `downs.py` reads them."""
    if one.kind is Kind.VERDICT:
        if one.side in ("subscriber", "account"):
            return "E"
        near = one.segment in ("core", "aggregation", "access")
        return "V" if one.side == "provider" and near else "v"
    return {
        Kind.PROBE: "P",
        Kind.SESSION: "S",
        Kind.TRAP: "T",
        Kind.CONTACT: "C",
        Kind.POWER: "G",
    }[one.kind]
