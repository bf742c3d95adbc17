"""A sign of life on stderr while something takes time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from netdiag.cli.options import Common
from netdiag.cli.words import line, translator


@contextmanager
def waiting(text: str, common: Common) -> Iterator[None]:
    """A spinner in a terminal, nothing in a pipe or with --json."""
    if common.json or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True, no_color=not common.color).status(
        line(translator(common.language)(text), common.language)
    ):
        yield
