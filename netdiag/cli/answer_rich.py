"""The answer in a terminal: colour, a panel, tables."""

from __future__ import annotations

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from netdiag.cli.answer import COLOURS, SHOWN_MISSING, View, more_unseen
from netdiag.cli.runs import asked, runs_by_place, slowest
from netdiag.cli.words import isolate, line


def show_rich(view: View, *, color: bool) -> None:
    """Print one diagnosis."""
    console = Console(no_color=not color, highlight=False)
    style = f"bold {COLOURS[view.diagnosis.verdict.side]}"
    console.print(Text(line(view.headline(), view.language), style=style))
    console.print(_panel(view))
    for text in view.doubts():
        name, _, rest = line(text, view.language).partition(": ")
        told = Text.assemble((f"{name}: ", "bold"), rest) if rest else Text(name)
        console.print(Padding(told, (0, 2)))
    evidence = view.diagnosis.verdict.evidence
    if evidence.supports or evidence.contradicts:
        console.print(_evidence(view))
    if evidence.missing:
        console.print(_missing(view))
    console.print(_every_probe(view) if view.all_probes else _probes(view))


def _panel(view: View) -> Panel:
    say, spoken = view.say, view.diagnosis.language
    colour = COLOURS[view.diagnosis.verdict.side]
    steps = view.steps()

    def told(name: str, text: str) -> Text:
        return Text.assemble((line(f"{name}: ", view.language), "bold"), text)

    lines = [
        told(f"{say('Say')} ({isolate(spoken, view.language)})", view.spoken()),
        told(say("Next step"), steps[0]),
        *(Text(line(f"   {n}. {step}", view.language)) for n, step in enumerate(steps[1:], 2)),
        told(say("Route"), view.route()),
    ]
    if view.sure():
        lines.append(told(say("How sure"), view.sure()))
    return Panel(Group(*lines), title=Text(view.place()), title_align="left", border_style=colour)


def _evidence(view: View) -> Table:
    table = _table(view, "Evidence", ("", "Fact", "Source", "Age"))
    evidence = view.diagnosis.verdict.evidence
    for mark, style, facts in (
        ("+", "green", evidence.supports),
        ("-", "red", evidence.contradicts),
    ):
        for fact in facts:
            told = Text(line(view.fact(fact), view.language))
            sign = Text(mark, style=style)
            table.add_row(sign, told, Text(view.source(fact)), view.age(fact))
    return table


def _missing(view: View) -> Table:
    table = _table(view, "Not seen", ("Fact", "Why"))
    missing = view.diagnosis.verdict.evidence.missing
    for absence in missing[:SHOWN_MISSING]:
        table.add_row(*(Text(line(text, view.language)) for text in view.unseen(absence)))
    if len(missing) > SHOWN_MISSING:
        table.caption = more_unseen(view)
    return table


def _probes(view: View) -> Table:
    """Device by device: the verdict above stays on the screen."""
    table = _table(view, "Probes", ("Device", "Probes"), heads=False)
    for place, runs in runs_by_place(view.diagnosis.probes, view.say, view.language):
        table.add_row(Text(place, style="dim", no_wrap=True), Text(runs, style="dim"))
    table.caption = slowest(view.diagnosis.probes, view.say, view.language)
    return table


def _every_probe(view: View) -> Table:
    say = view.say
    table = _table(view, "Probes", ("Probe", "Device", "Outcome", "Time", "Why"))
    went_out = asked(view.diagnosis.probes)
    for run in view.diagnosis.probes:
        spent = f"{run.duration_s * 1000:.0f} ms" if run in went_out else ""
        why = Text(view.why(run.why))
        table.add_row(run.probe, run.device or "", say(str(run.outcome)), spent, why)
    table.caption = slowest(view.diagnosis.probes, view.say, view.language)
    return table


def _table(view: View, title: str, columns: tuple[str, ...], *, heads: bool = True) -> Table:
    table = Table(
        title=Text(line(view.say(title), view.language), style="bold"),
        title_justify="left",
        caption_justify="left",
        box=None,
        pad_edge=False,
        show_header=heads,
    )
    for name in columns:
        table.add_column(view.say(name) if name else "", header_style="dim")
    return table
