"""All sources together: who is asked, who is down, what was said about it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from netdiag.inventory.records import CannotTellError, SourceDownError
from netdiag.inventory.source import Source
from netdiag.model.errors import InventoryUnavailableError

T = TypeVar("T")

_LEFT_ALONE_S = 5.0  # a source that is down is not waited for again within one diagnosis


class Pool:
    """The sources in the order of the configuration."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = tuple(sources)
        self._down: dict[int, tuple[float, str]] = {}
        self._waiting: dict[int, str] = {}

    @property
    def sources(self) -> tuple[Source, ...]:
        """All of them."""
        return self._sources

    @property
    def unavailable(self) -> tuple[str, ...]:
        """Sentences of the sources whose last question failed."""
        return tuple(sentence for _, sentence in self._down.values())

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """Names of the sources that were asked and have not answered yet."""
        return tuple(dict.fromkeys(self._waiting.values()))

    def asking(self) -> Asking:
        """A question to all sources."""
        return Asking(self)

    def ask(self, source: Source, question: Callable[[Source], T]) -> T:
        """Ask one source; one that failed a moment ago fails again at once."""
        until, sentence = self._down.get(id(source), (0.0, ""))
        if time.monotonic() < until:
            raise SourceDownError(sentence)
        self._waiting[threading.get_ident()] = source.name
        try:
            answer = question(source)
        except CannotTellError:
            raise
        except SourceDownError as error:
            self._down[id(source)] = (time.monotonic() + _LEFT_ALONE_S, str(error))
            raise
        finally:
            self._waiting.pop(threading.get_ident(), None)
        self._down.pop(id(source), None)
        return answer

    def forgive(self) -> None:
        """Ask sources again that were down."""
        self._down.clear()


class Asking:
    """One question, and what failed while it was asked."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._failed: dict[str, str] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """Why some source did not answer."""
        return tuple(self._failed.values())

    def each(self, question: Callable[[Source], T]) -> list[tuple[Source, T]]:
        """Answers of all sources that could be asked, in their order."""
        answers: list[tuple[Source, T]] = []
        for source in self._pool.sources:
            answer = self.one(source, question)
            if answer is not None:
                answers.append((source, answer))
        return answers

    def one(self, source: Source, question: Callable[[Source], T]) -> T | None:
        """The answer of one source, or None when it is down."""
        try:
            return self._pool.ask(source, question)
        except SourceDownError as error:
            self._failed[source.name] = str(error)
            return None

    def must_know(self) -> None:
        """Nobody knew: that is an answer only when everybody could be asked.

        Raises InventoryUnavailableError with the sentences of those that could not.
        """
        if self._failed:
            raise InventoryUnavailableError(" ".join(self._failed.values()))
