"""How far a sweep is, with its rate and the time left: in a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from netdiag.cli.options import Common
from netdiag.cli.words import translator

_WORDS = {"reach": "Who is there", "ask": "Devices"}


@contextmanager
def progress(common: Common) -> Iterator[Callable[[str, int, int], None]]:
    """A function (phase, done, total); silent in a pipe, a log or with --json."""
    if common.json or not sys.stderr.isatty():
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    say = translator(common.language)
    console = Console(stderr=True, no_color=not common.color)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(say(_WORDS["reach"]), total=1, rate="")

        def tell(phase: str, done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.0f}/s" if speed else ""
            bar.update(task, description=say(_WORDS[phase]), completed=done, total=total, rate=rate)

        yield tell
