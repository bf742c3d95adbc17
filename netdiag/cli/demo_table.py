"""The demo's table: fault switched on, verdict, what to say."""

from __future__ import annotations

import click

from netdiag.cli.answer import COLOURS
from netdiag.cli.options import Common
from netdiag.cli.words import isolate, line, translator
from netdiag.service.demo import Shown
from netdiag.service.diagnosis.document import sentences
from netdiag.service.diagnosis.values import percent


def show_demo(shown: list[Shown], common: Common) -> None:
    """A table in a terminal, lines in a pipe."""
    if common.fancy:
        _table(shown, common)
    else:
        for one in shown:
            for text in _lines(one, common.language):
                click.echo(line(text, common.language))
    right = sum(one.right for one in shown)
    told = f"{right} of {len(shown)} verdicts name the fault that was switched on."
    click.echo(line(translator(common.language)(told), common.language))


def _title(one: Shown, language: str) -> str:
    return one.content.rule(one.diagnosis.verdict.fault).title[language]


def _say(one: Shown, language: str) -> str:
    rule = one.content.rule(one.diagnosis.verdict.fault)
    return sentences(one.diagnosis, rule)[language]


def _took(one: Shown, language: str) -> str:
    took = (one.diagnosis.finished_at - one.diagnosis.started_at).total_seconds()
    return isolate(f"{took:.1f} s", language)


def _lines(one: Shown, language: str) -> list[str]:
    say, verdict = translator(language), one.diagnosis.verdict
    mark = "ok" if one.right else say(f"expected {one.expected}")
    on = isolate(one.switched_on or "", language) or say("nothing")
    return [
        f"{isolate(one.subscriber, language)}  {say(verdict.side).upper()}: "
        f"{_title(one, language)} ({say(verdict.grade)}, {_took(one, language)}) [{mark}]",
        f"        {say('Switched on')}: {on}; {say('Verdict')}: {isolate(verdict.fault, language)}",
        f"        {say('Say')}: {_say(one, language)}",
    ]


def _table(shown: list[Shown], common: Common) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    language, say = common.language, translator(common.language)
    table = Table(show_lines=True)
    for name in ("Subscriber", "Switched on", "Verdict", "Say", "Took"):
        table.add_column(say(name))
    for one in shown:
        verdict = one.diagnosis.verdict
        sure = isolate(percent(verdict.side_confidence), language)
        told = Text.assemble(
            (say(verdict.side).upper(), f"bold {COLOURS[verdict.side]}"),
            f"\n{_title(one, language)}\n{say(verdict.grade)}, {sure}",
            ("" if one.right else "\n" + say(f"expected {one.expected}"), "red"),
        )
        on = one.switched_on or say("nothing")
        table.add_row(one.subscriber, on, told, _say(one, language), _took(one, language))
    Console(no_color=not common.color).print(table)
