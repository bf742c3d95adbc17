"""What could not be done: a sentence on stderr and an exit code of the contract."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from netdiag.cli.words import line, translator
from netdiag.model.errors import ContentError, NetdiagError, UnknownSubscriberError

USAGE, UNKNOWN, FAILED = 2, 3, 4


def code_of(error: NetdiagError) -> int:
    """2 for what the user wrote, 3 for a subscriber or place that is not known, else 4."""
    if isinstance(error, UnknownSubscriberError):
        return UNKNOWN
    if isinstance(error, ContentError):
        return USAGE
    return FAILED


@contextmanager
def whoever_reads() -> Iterator[None]:
    """The reader of the pipe may leave early (`| head`); that changes no verdict."""
    try:
        yield
    except BrokenPipeError:
        quiet_stdout()


def quiet_stdout() -> None:
    """Nothing more goes out: Python would complain once more at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(text: str, language: str = "en") -> None:
    """Sentences on stderr, each line marked as ours."""
    say = translator(language)
    for one in say(text).splitlines() or [""]:
        sys.stderr.write(line(f"netdiag: {say(one)}", language) + "\n")
