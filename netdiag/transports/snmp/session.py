"""One conversation with one agent: what a backend must be able to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from netdiag.model.wire import Deadline

VarBind = tuple[str, Any]


class Cursor(Protocol):
    """A walk through one column."""

    async def more(self) -> tuple[Sequence[VarBind], bool]:
        """The next instances below the column, and whether the column ends with them.

        Raises AgentError, Failure.
        """
        ...


class Session(Protocol):
    """Asks one request at a time; used by one task at a time."""

    heard: int  # usable replies so far

    def until(self, deadline: Deadline) -> None:
        """The deadline of the question that comes next."""
        ...

    async def get(self, oids: Sequence[str]) -> dict[str, Any]:
        """One GET. An object that does not exist is missing. Raises AgentError, Failure."""
        ...

    def walk(self, column: str, repetitions: int) -> Cursor:
        """Begin a walk: GETBULK with so many repetitions, or GETNEXT where settings say so."""
        ...

    def close(self) -> None:
        """Close the socket."""
        ...
