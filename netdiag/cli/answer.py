"""The answer for a person: one headline, one sentence to say, one next step; evidence below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import click

from netdiag.cli.options import Common
from netdiag.cli.words import Translate, isolate, translator
from netdiag.model.content import Content
from netdiag.model.fact import Fact
from netdiag.model.rule import Rule
from netdiag.model.verdict import Diagnosis, ProbeRun
from netdiag.model.words import Outcome, Side
from netdiag.service import wording
from netdiag.service.document import sentences

SHOWN_MISSING = 10
COLOURS = {
    Side.PROVIDER: "red",
    Side.SUBSCRIBER: "yellow",
    Side.ACCOUNT: "magenta",
    Side.NONE: "green",
    Side.UNDETERMINED: "cyan",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One diagnosis in one language."""

    diagnosis: Diagnosis
    content: Content
    language: str
    say: Translate

    @property
    def rule(self) -> Rule:
        """The rule of the verdict."""
        return self.content.rule(self.diagnosis.verdict.fault)

    def headline(self) -> str:
        """Side, fault, how sure."""
        verdict = self.diagnosis.verdict
        title = self.rule.title.get(self.language, self.rule.title["en"])
        side = self.say(str(verdict.side)).upper()
        if verdict.side is Side.UNDETERMINED and not verdict.confidence:
            return f"{side}: {title}"
        sure = f"{self.say(str(verdict.grade))}, {verdict.side_confidence:.0%}"
        return f"{side}: {title} ({isolate(sure, 'en')})"

    def route(self) -> str:
        """Who acts, and by when."""
        route = self.diagnosis.routing
        parts = [isolate(route.desk, self.language), isolate(route.priority, self.language)]
        if route.due_at:
            due = wording.when(route.due_at, self.language, self.diagnosis.timezone)
            parts.append(f"{self.say('by')} {due}")
        parts.append(self.say("visit") if route.visit else self.say("no visit"))
        return ", ".join(parts)

    def doubts(self) -> Iterator[str]:
        """Why it is not certain, and what it could also be."""
        verdict = self.diagnosis.verdict
        if verdict.open_nearer:
            names = ", ".join(self.title(f) for f in verdict.open_nearer[:4])
            yield f"{self.say('Not excluded')}: {names}"
        if verdict.weak:
            yield self.say("It rests on a short measurement; ask again in a minute to be sure.")
        if verdict.handed_over:
            yield self.say("Naming a side now would be a costly guess; an engineer decides.")
        if verdict.leading:
            names = ", ".join(self.title(f) for f in verdict.leading)
            yield f"{self.say('Most likely')}: {names}"
        if verdict.also:
            names = ", ".join(self.title(fault) for fault, _ in verdict.also)
            yield f"{self.say('Also found')}: {names}"
        if verdict.look_alikes:
            names = ", ".join(self.title(f) for f in verdict.look_alikes)
            yield f"{self.say('Looks the same')}: {names}"
        yield from self.diagnosis.notes

    def title(self, fault: str) -> str:
        """A fault's title in the language."""
        rule = self.content.rule(fault)
        return rule.title.get(self.language, rule.title["en"])

    def fact(self, fact: Fact) -> str:
        """One line of evidence."""
        return wording.evidence_text(fact, self.content.vocabulary, self.language)

    def source(self, fact: Fact) -> str:
        """Where a value comes from."""
        place = fact.source.device or self.say("database")
        return isolate(f"{place} · {fact.source.transport}", self.language)

    def age(self, fact: Fact) -> str:
        """How old a value was when the answer was given."""
        return age(self.diagnosis.finished_at, fact.measured_at, self.say)


def show(diagnosis: Diagnosis, content: Content, common: Common, *, language: str) -> None:
    """Print the answer: colour and tables in a terminal, plain text in a pipe."""
    view = View(diagnosis=diagnosis, content=content, language=language, say=translator(language))
    if common.fancy:
        from netdiag.cli.answer_rich import show_rich

        show_rich(view, color=common.color)
        return
    for line in plain(view):
        click.echo(line)


def plain(view: View) -> Iterator[str]:
    """The answer as lines of plain text."""
    diagnosis, say = view.diagnosis, view.say
    spoken = diagnosis.language
    yield view.headline()
    yield f"{say('Say')} ({spoken}): {sentences(diagnosis, view.rule)[spoken]}"
    steps = view.rule.next_steps.get(view.language, view.rule.next_steps["en"])
    for number, step in enumerate(steps, 1):
        yield f"{say('Next step')}: {step}" if number == 1 else f"  {number}. {step}"
    yield f"{say('Route')}: {view.route()}"
    yield from view.doubts()
    yield from _plain_evidence(view)
    yield ""
    yield say("Probes") + ":"
    for run in diagnosis.probes:
        yield "  " + probe_line(run, say)


def _plain_evidence(view: View) -> Iterator[str]:
    evidence = view.diagnosis.verdict.evidence
    for title, facts in (("Evidence", evidence.supports), ("Against", evidence.contradicts)):
        if facts:
            yield ""
            yield view.say(title) + ":"
        for fact in facts:
            yield f"  {view.fact(fact)}  [{view.source(fact)}, {view.age(fact)}]"
    if evidence.missing:
        yield ""
        yield view.say("Not seen") + ":"
    for absence in evidence.missing[:SHOWN_MISSING]:
        label = view.content.vocabulary[absence.name].label
        text = label.get(view.language, absence.name)
        yield f"  {text}: {view.say(str(absence.why))}. {absence.detail}".rstrip(". ")
    if len(evidence.missing) > SHOWN_MISSING:
        yield f"  {view.say('and more; all with --json')}: {len(evidence.missing) - SHOWN_MISSING}"


def probe_line(run: ProbeRun, say: Translate) -> str:
    """One probe: name, device, outcome, time."""
    place = f" {run.device}" if run.device else ""
    if run.outcome is Outcome.SKIPPED:
        return f"{run.probe}{place}: {say('skipped')} ({run.why})"
    why = f" ({run.why})" if run.why else ""
    return f"{run.probe}{place}: {say(str(run.outcome))}, {run.duration_s * 1000:.0f} ms{why}"


def age(now: datetime, then: datetime, say: Translate) -> str:
    """`now`, `40 s ago`, `12 min ago`."""
    seconds = max(0.0, (now - then).total_seconds())
    if seconds < 10:
        return say("now")
    if seconds < 120:
        return f"{seconds:.0f} {say('s ago')}"
    return f"{seconds / 60:.0f} {say('min ago')}"
