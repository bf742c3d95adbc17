"""`netdiag check`: everything that was taught, with every rule's examples run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from netdiag.model.condition import Truth
from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source, Value
from netdiag.model.rule import Example, Expect, Rule
from netdiag.model.sweep import FindingRule
from netdiag.probing.derive import complete
from netdiag.probing.reach import OutOfReach, out_of_reach
from netdiag.sweeping.judge import stand as stand_of_finding
from netdiag.triage.status import EXPECTED, stand

_SOURCE = Source(transport="example", probe="example", query="example")
_THEN = datetime(2026, 1, 1, tzinfo=UTC)
_STANDS = {
    Truth.TRUE: Expect.MATCH,
    Truth.FALSE: Expect.NO_MATCH,
    Truth.UNKNOWN: Expect.UNKNOWN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """An example that a rule does not answer as it says."""

    rule: Rule | FindingRule
    number: int
    example: Example
    got: str

    def __str__(self) -> str:
        name = self.rule.fault if isinstance(self.rule, Rule) else self.rule.id
        return (
            f"{self.rule.origin}: example {self.number} of {name} expects "
            f"{self.example.expect}, but the rule is {self.got}. Mend the rule or the example."
        )


def examples_that_fail(content: Content) -> Iterator[Mismatch]:
    """Every example whose rule answers otherwise."""
    for rule in content.rules:
        for number, example in enumerate(rule.examples, 1):
            facts = example_facts(example.facts, content)
            got = stand(rule, facts).status
            if got is not EXPECTED[example.expect]:
                yield Mismatch(rule=rule, number=number, example=example, got=got)
    yield from _findings_that_fail(content)


def _findings_that_fail(content: Content) -> Iterator[Mismatch]:
    for rule in content.findings:
        for number, example in enumerate(rule.examples, 1):
            facts = Facts(
                Fact(name=name, value=value, source=_SOURCE, measured_at=_THEN)
                for name, value in example.facts.items()
            )
            got = _STANDS[stand_of_finding(rule, facts)]
            if got is not example.expect:
                yield Mismatch(rule=rule, number=number, example=example, got=got)


def rules_out_of_reach(content: Content) -> Iterator[OutOfReach]:
    """Every rule that no probe of any platform could ever confirm, with the facts it lacks."""
    return out_of_reach(content)


def example_facts(values: Mapping[str, Value], content: Content) -> Facts:
    """Facts of an example, with all that follows from them."""
    read = Facts(
        Fact(name=name, value=value, source=_SOURCE, measured_at=_THEN)
        for name, value in values.items()
    )
    return complete(read, Facts(), content.vocabulary)
