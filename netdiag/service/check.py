"""`netdiag check`: everything that was taught, with every rule's examples run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from netdiag.model.content import Content
from netdiag.model.fact import Fact, Facts, Source, Value
from netdiag.model.rule import Example, Rule
from netdiag.probing.derive import complete
from netdiag.probing.reach import OutOfReach, out_of_reach
from netdiag.triage.status import EXPECTED, stand

_SOURCE = Source(transport="example", probe="example", query="example")
_THEN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """An example that a rule does not answer as it says."""

    rule: Rule
    number: int
    example: Example
    got: str

    def __str__(self) -> str:
        return (
            f"{self.rule.origin}: example {self.number} of {self.rule.fault} expects "
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
