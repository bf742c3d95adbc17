"""The demo's table: fault switched on, verdict, what to say."""

from __future__ import annotations

import click

from netdiag.cli.answer import COLOURS
from netdiag.cli.options import Common
from netdiag.service.demo import Shown
from netdiag.service.document import sentences
from netdiag.service.values import percent


def show_demo(shown: list[Shown], common: Common) -> None:
    """A table in a terminal, lines in a pipe."""
    if common.fancy:
        _table(shown, common)
    else:
        for one in shown:
            for line in _lines(one):
                click.echo(line)
    right = sum(one.right for one in shown)
    click.echo(f"{right} of {len(shown)} verdicts name the fault that was switched on.")


def _title(one: Shown) -> str:
    return one.content.rule(one.diagnosis.verdict.fault).title["en"]


def _say(one: Shown) -> str:
    rule = one.content.rule(one.diagnosis.verdict.fault)
    return sentences(one.diagnosis, rule)["en"]


def _lines(one: Shown) -> list[str]:
    verdict = one.diagnosis.verdict
    mark = "ok" if one.right else f"expected {one.expected}"
    took = (one.diagnosis.finished_at - one.diagnosis.started_at).total_seconds()
    return [
        f"{one.subscriber}  {str(verdict.side).upper()}: {_title(one)} "
        f"({verdict.grade}, {took:.1f} s) [{mark}]",
        f"        switched on: {one.switched_on or 'nothing'}; verdict: {verdict.fault}",
        f"        say: {_say(one)}",
    ]


def _table(shown: list[Shown], common: Common) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=True)
    for name in ("Subscriber", "Switched on", "Verdict", "Say", "Took"):
        table.add_column(name)
    for one in shown:
        verdict = one.diagnosis.verdict
        took = (one.diagnosis.finished_at - one.diagnosis.started_at).total_seconds()
        told = Text.assemble(
            (str(verdict.side).upper(), f"bold {COLOURS[verdict.side]}"),
            f"\n{_title(one)}\n{verdict.grade}, {percent(verdict.side_confidence)}",
            ("" if one.right else f"\nexpected {one.expected}", "red"),
        )
        table.add_row(
            one.subscriber, one.switched_on or "nothing", told, _say(one), f"{took:.1f} s"
        )
    Console(no_color=not common.color).print(table)
