"""A source that is read as a whole and compiled into an index: files, lists over HTTP, NetBox."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from netdiag.inventory.keys import PhoneRule
from netdiag.inventory.records import Part, RawRow, SourceDownError


class Sink(Protocol):
    """Takes the rows of a feed. It checks them and notes what is wrong with them."""

    def add(self, part: Part, raw: RawRow) -> None:
        """One row."""
        ...

    def note(self, place: str, text: str) -> None:
        """Something wrong at that place."""
        ...


class Feed(Protocol):
    """Where an index comes from."""

    @property
    def name(self) -> str:
        """Name of the source, for people."""
        ...

    @property
    def kind(self) -> str:
        """csv, yaml, http or netbox."""
        ...

    @property
    def where(self) -> str:
        """Path or address, for people."""
        ...

    @property
    def phone(self) -> PhoneRule:
        """How phones are compared."""
        ...

    @property
    def mapping(self) -> str:
        """Everything that decides how rows are read; another text, another index."""
        ...

    @property
    def refresh_s(self) -> float | None:
        """Age at which the content is read again; None: when the stamp changes."""
        ...

    def stamp(self) -> str:
        """Identity of the present content. Raises SourceDownError when there is none."""
        ...

    def read(self, sink: Sink) -> None:
        """Hand over every row. Raises SourceDownError when the content cannot be read at all."""
        ...


def file_stamp(path: Path) -> str:
    """Size and time of a file; SourceDownError when it is not there."""
    try:
        status = path.stat()
    except OSError as error:
        raise SourceDownError(
            f"The inventory file {path} cannot be read: {error.strerror}. "
            "Put it back or correct its path in 'inventory'."
        ) from None
    return f"{status.st_size}:{status.st_mtime_ns}"


def file_bytes(path: Path) -> bytes:
    """Content of a file; SourceDownError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceDownError(
            f"The inventory file {path} cannot be read: {error.strerror}. "
            "Check that it is a file and that netdiag may read it."
        ) from None
