"""The answer for a person: one headline, one sentence to say, one next step; evidence below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from netdiag.cli.options import Common
from netdiag.cli.runs import runs_by_place, slowest
from netdiag.cli.words import Translate, foreign, isolate, line, listed, translator
from netdiag.model.content import Content
from netdiag.model.fact import Absence, Fact
from netdiag.model.rule import Rule
from netdiag.model.verdict import Diagnosis, ProbeRun
from netdiag.model.words import AbsenceReason, Outcome, Side
from netdiag.service.diagnosis import wording
from netdiag.service.diagnosis.document import sentences
from netdiag.service.diagnosis.values import age, fact_text, percent

SHOWN_MISSING = 10
_WHYS = {str(why) for why in AbsenceReason}
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
    all_probes: bool = False

    @property
    def rule(self) -> Rule:
        """The rule of the verdict."""
        return self.content.rule(self.diagnosis.verdict.fault)

    def headline(self) -> str:
        """Side, fault, how sure: one line."""
        verdict = self.diagnosis.verdict
        side = self.say(str(verdict.side)).upper()
        title = self.title(verdict.fault)
        if verdict.side is Side.UNDETERMINED:
            return f"{side}: {title}"
        return f"{side}: {title} ({self.say(str(verdict.grade))})"

    def sure(self) -> str:
        """How probable side and fault are; empty where there is nothing to weigh."""
        verdict = self.diagnosis.verdict
        if not verdict.confidence:
            return ""
        side, fault = percent(verdict.side_confidence), percent(verdict.confidence)
        parts = (
            f"{self.say('side')} {isolate(side, self.language)}",
            f"{self.say('this cause')} {isolate(fault, self.language)}",
        )
        return listed(parts, self.language)

    def spoken(self) -> str:
        """The sentence for the customer, in his language."""
        text = sentences(self.diagnosis, self.rule)[self.diagnosis.language]
        return foreign(text, self.language)

    def steps(self) -> tuple[str, ...]:
        """What to do, first things first."""
        steps = self.rule.next_steps.get(self.language, self.rule.next_steps["en"])
        return tuple(steps)

    def route(self) -> str:
        """Who acts, and by when."""
        route = self.diagnosis.routing
        parts = [isolate(route.desk, self.language), isolate(route.priority, self.language)]
        if route.due_at:
            due = wording.when(route.due_at, self.language, self.diagnosis.timezone)
            parts.append(f"{self.say('by')} {due}")
        paid = "visit, paid by the customer" if route.paid else "visit"
        parts.append(self.say(paid if route.visit else "no visit"))
        return listed(parts, self.language)

    def place(self) -> str:
        """The subscriber and where he is connected."""
        at = self.diagnosis.attachment
        found = [isolate(self.diagnosis.subscriber, self.language)]
        if at and at.device and f"{at.device}:{at.port}" != self.diagnosis.subscriber:
            found.append(isolate(f"{at.device}:{at.port}", self.language))
        return listed(found, self.language)

    def doubts(self) -> Iterator[str]:
        """Why it is not certain, and what it could also be."""
        verdict = self.diagnosis.verdict
        if verdict.leading:
            yield f"{self.say('Most likely')}: {self.titles(verdict.leading)}"
        if verdict.open_nearer:
            yield f"{self.say('Not excluded')}: {self.titles(verdict.open_nearer[:4])}"
        if verdict.look_alikes:
            yield f"{self.say('Looks the same')}: {self.titles(verdict.look_alikes)}"
        if verdict.also:
            yield f"{self.say('Also found')}: {self.titles(fault for fault, _ in verdict.also)}"
        if verdict.hardly_excluded:
            hardly = self.titles(verdict.hardly_excluded[:4])
            yield f"{self.say('Excluded only by a short measurement')}: {hardly}"
        if verdict.weak:
            yield self.say("It rests on a short measurement; ask again in a minute to be sure.")
        if verdict.handed_over:
            yield self.say("Naming a side now would be a costly guess; an engineer decides.")
        for note in self.diagnosis.notes:
            yield f"{self.say('Note')}: {foreign(self.say(note), self.language)}"

    def titles(self, faults: Iterator[str] | tuple[str, ...]) -> str:
        """Several faults' titles in one line."""
        return listed((self.title(fault) for fault in faults), self.language)

    def title(self, fault: str) -> str:
        """A fault's title in the language."""
        rule = self.content.rule(fault)
        return rule.title.get(self.language, rule.title["en"])

    def fact(self, fact: Fact) -> str:
        """One line of evidence."""
        return fact_text(fact, self.content.vocabulary, self.language)

    def source(self, fact: Fact) -> str:
        """Where a value comes from: the device or the database, and how it was asked."""
        place = fact.source.device or self.say("database")
        how = self.say(fact.source.transport)
        return f"{foreign(place, self.language)} · {foreign(how, self.language)}"

    def age(self, fact: Fact) -> str:
        """How old a value was when the answer was given."""
        return age(self.diagnosis.finished_at, fact.measured_at, self.say)

    def unseen(self, absence: Absence) -> tuple[str, str]:
        """What is missing, and why."""
        told = [self.say(str(absence.why)), self.why(absence.detail)]
        if absence.why is AbsenceReason.NOT_SUPPORTED and absence.detail:
            told = told[1:]  # the detail says who does not support it: the device, or netdiag
        return self.label(absence.name), ": ".join(filter(None, told))

    def label(self, name: str) -> str:
        """What people call a fact."""
        return self.content.vocabulary[name].label.get(self.language, name)

    def why(self, reason: str | None) -> str:
        """A reason in the language; a fact's name in it becomes its label."""
        if not reason:
            return ""
        head, colon, rest = reason.partition(": ")
        if colon and head in _WHYS:
            return f"{self.say(head)}: {self.why(rest)}"
        name = head.removeprefix("needs ")
        if head != name and name in self.content.vocabulary:
            needs = self.say(f"needs {isolate(self.label(name), self.language)}")
            return ": ".join(filter(None, (needs, self.why(rest))))
        name, _, rest = reason.partition(" ")
        if rest == "is not known" and name in self.content.vocabulary:
            reason = f"{self.label(name)} {rest}"
        return foreign(self.say(reason).rstrip(". "), self.language)


def show(diagnosis: Diagnosis, content: Content, common: Common, *, language: str) -> None:
    """Print the answer: colour and tables in a terminal, plain text in a pipe."""
    view = View(
        diagnosis=diagnosis,
        content=content,
        language=language,
        say=translator(language),
        all_probes=bool(common.verbose),
    )
    if common.fancy:
        from netdiag.cli.answer_rich import show_rich

        show_rich(view, color=common.color)
        return
    for text in plain(view):
        click.echo(line(text, language))


def plain(view: View) -> Iterator[str]:
    """The answer as lines of plain text."""
    say = view.say
    yield view.headline()
    yield f"{say('Say')} ({isolate(view.diagnosis.language, view.language)}): {view.spoken()}"
    for number, step in enumerate(view.steps(), 1):
        yield f"{say('Next step')}: {step}" if number == 1 else f"  {number}. {step}"
    yield f"{say('Route')}: {view.route()}"
    yield f"{say('Where')}: {view.place()}"
    if view.sure():
        yield f"{say('How sure')}: {view.sure()}"
    yield from view.doubts()
    yield from _plain_evidence(view)
    yield ""
    yield from _plain_probes(view)


def _plain_evidence(view: View) -> Iterator[str]:
    evidence = view.diagnosis.verdict.evidence
    for title, facts in (("Evidence", evidence.supports), ("Against", evidence.contradicts)):
        if facts:
            yield ""
            yield view.say(title) + ":"
        for fact in facts:
            origin = listed((view.source(fact), view.age(fact)), view.language)
            yield f"  {view.fact(fact)}  [{origin}]"
    if evidence.missing:
        yield ""
        yield view.say("Not seen") + ":"
    for absence in evidence.missing[:SHOWN_MISSING]:
        yield "  {} - {}".format(*view.unseen(absence))
    if len(evidence.missing) > SHOWN_MISSING:
        yield f"  {more_unseen(view)}"


def more_unseen(view: View) -> str:
    """How many facts more were not seen."""
    count = len(view.diagnosis.verdict.evidence.missing) - SHOWN_MISSING
    return f"{view.say('and more; all with --json')}: {count}"


def _plain_probes(view: View) -> Iterator[str]:
    yield f"{view.say('Probes')}: {slowest(view.diagnosis.probes, view.say, view.language)}"
    if view.all_probes:
        for run in view.diagnosis.probes:
            yield f"  {probe_line(run, view)}"
        return
    for place, runs in runs_by_place(view.diagnosis.probes, view.say, view.language):
        yield f"  {place}: {runs}"


def probe_line(run: ProbeRun, view: View) -> str:
    """One probe: name, device, outcome, time."""
    name = f"{run.probe} {run.device}" if run.device else run.probe
    why = view.why(run.why)
    told = f"{isolate(name, view.language)}: {view.say(str(run.outcome))}"
    if run.outcome is not Outcome.SKIPPED:
        told += f", {isolate(f'{run.duration_s * 1000:.0f} ms', view.language)}"
    return f"{told} ({why})" if why else told
