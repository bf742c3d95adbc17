"""The answer in a terminal: colour, a panel, tables."""

from __future__ import annotations

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from netdiag.cli.answer import COLOURS, SHOWN_MISSING, View
from netdiag.model.words import Outcome
from netdiag.service.document import sentences


def show_rich(view: View, *, color: bool) -> None:
    """Print one diagnosis."""
    console = Console(no_color=not color, highlight=False)
    console.print(_panel(view))
    for line in view.doubts():
        console.print(Text("  " + line, style="dim"))
    evidence = view.diagnosis.verdict.evidence
    if evidence.supports or evidence.contradicts:
        console.print(_evidence(view))
    if evidence.missing:
        console.print(_missing(view))
    console.print(_probes(view))


def _panel(view: View) -> Panel:
    diagnosis, say = view.diagnosis, view.say
    colour = COLOURS[diagnosis.verdict.side]
    spoken = diagnosis.language
    steps = view.rule.next_steps.get(view.language, view.rule.next_steps["en"])
    lines = [
        Text(view.headline(), style=f"bold {colour}"),
        Text(""),
        Text.assemble((f"{say('Say')}: ", "bold"), sentences(diagnosis, view.rule)[spoken]),
        Text.assemble((f"{say('Next step')}: ", "bold"), steps[0]),
        *(Text(f"   {n}. {step}") for n, step in enumerate(steps[1:], 2)),
        Text.assemble((f"{say('Route')}: ", "bold"), view.route()),
    ]
    at = diagnosis.attachment
    place = f" · {at.device}:{at.port}" if at else ""
    return Panel(Group(*lines), title=f"{diagnosis.subscriber}{place}", border_style=colour)


def _evidence(view: View) -> Table:
    say = view.say
    table = Table(title=say("Evidence"), title_justify="left", box=None, pad_edge=False)
    for name in ("", "Fact", "Source", "Age"):
        table.add_column(say(name) if name else "")
    evidence = view.diagnosis.verdict.evidence
    for mark, style, facts in (
        ("+", "green", evidence.supports),
        ("-", "red", evidence.contradicts),
    ):
        for fact in facts:
            sign = Text(mark, style=style)
            table.add_row(sign, Text(view.fact(fact)), Text(view.source(fact)), view.age(fact))
    return table


def _missing(view: View) -> Table:
    say = view.say
    table = Table(title=say("Not seen"), title_justify="left", box=None, pad_edge=False)
    for name in ("Fact", "Why"):
        table.add_column(say(name), style="dim")
    missing = view.diagnosis.verdict.evidence.missing
    for absence in missing[:SHOWN_MISSING]:
        label = view.content.vocabulary[absence.name].label
        why = f"{say(str(absence.why))}. {absence.detail}".rstrip(". ")
        table.add_row(Text(label.get(view.language, absence.name)), Text(why))
    if len(missing) > SHOWN_MISSING:
        table.caption = f"{say('and more; all with --json')}: {len(missing) - SHOWN_MISSING}"
        table.caption_justify = "left"
    return table


def _probes(view: View) -> Table:
    say = view.say
    table = Table(title=say("Probes"), title_justify="left", box=None, pad_edge=False)
    for name in ("Probe", "Device", "Outcome", "Time", "Why"):
        table.add_column(say(name), style="dim")
    skipped = 0
    for run in view.diagnosis.probes:
        if run.outcome is Outcome.SKIPPED:
            skipped += 1
            continue
        spent = f"{run.duration_s * 1000:.0f} ms"
        table.add_row(run.probe, run.device or "", say(str(run.outcome)), spent, run.why or "")
    table.caption = f"{skipped} {say('not needed or not possible; all with --json')}"
    table.caption_justify = "left"
    return table
