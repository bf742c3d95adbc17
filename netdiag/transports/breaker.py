"""A circuit breaker over answers. Libraries for it (pybreaker, purgatory) count exceptions;
here a failure is a value, and only silence counts."""

from __future__ import annotations

import time
from collections.abc import Callable

from netdiag.model.wire import Answer, Limits, NoAnswer
from netdiag.model.words import AbsenceReason

_SILENCE = (AbsenceReason.TIMED_OUT, AbsenceReason.NOT_REACHABLE)


class Breaker:
    """Opens after `breaker_failures` silent answers in a row, for `breaker_s`; then one question
    goes through as a trial. `breaker_failures` 0: never opens."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._last: NoAnswer | None = None
        self._trial = False

    @property
    def untouched(self) -> bool:
        """No failure is remembered."""
        return not self._failures

    def refusal(self) -> NoAnswer | None:
        """What to answer at once instead of asking, or None when the device may be asked."""
        if not self._is_open() or self._last is None:
            return None
        left = self._open_until - self._clock()
        if left <= 0 and not self._trial:
            return None
        again = f"not asked again for {left:.0f} s" if left > 0 else "being tried again just now"
        return NoAnswer(
            why=self._last.why,
            detail=f"{self._last.detail} ({again}, after {self._failures} failures in a row.)",
        )

    def begin(self) -> None:
        """A question goes out."""
        self._trial = self._is_open()

    def abandon(self) -> None:
        """The question was cancelled: nothing was learnt."""
        self._trial = False

    def learn(self, reply: Answer | NoAnswer) -> None:
        """What became of the question."""
        self._trial = False
        if isinstance(reply, NoAnswer) and reply.why in _SILENCE:
            self._failures += 1
            self._last = reply
            self._open_until = self._clock() + self._limits.breaker_s
        elif not isinstance(reply, NoAnswer) or reply.why is not AbsenceReason.NOT_ASKED:
            self._failures = 0

    def _is_open(self) -> bool:
        return 0 < self._limits.breaker_failures <= self._failures
