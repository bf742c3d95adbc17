"""The verdict. Logic first (excluded, confirmed, open), points second (how sure)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from netdiag.model.content import Content
from netdiag.model.fact import Facts
from netdiag.model.kept import Kept
from netdiag.model.rule import Rule
from netdiag.model.verdict import Alternative, Verdict
from netdiag.model.words import Grade, Segment, Side
from netdiag.triage import points
from netdiag.triage.evidence import evidence
from netdiag.triage.status import Standing, Status, applicable, helpful, reads, stand

_SHOWN_SHARE = 0.01
_SHOWN_ALTERNATIVES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """All applicable faults over one set of facts: where each stands and what share it has."""

    standings: tuple[Standing, ...]  # by rank
    scores: dict[str, float]
    shares: dict[str, float]
    sides: dict[str, Side]
    helps: dict[str, tuple[str, ...]]  # unknown facts that would only move points

    @property
    def confirmed(self) -> list[Standing]:
        """Confirmed faults, nearest the core first."""
        return [s for s in self.standings if s.status is Status.CONFIRMED]

    @property
    def open(self) -> list[Standing]:
        """Open faults, nearest the core first."""
        return [s for s in self.standings if s.status is Status.OPEN and not s.rule.fallback]


Scored = tuple[Standing, float, tuple[str, ...]]


def survey(
    facts: Facts,
    content: Content,
    demarcation: Side = Side.PROVIDER,
    kept: Kept[Scored] | None = None,
) -> Field:
    """Where every applicable fault stands. `kept`: of an earlier call with this content."""
    kept = Kept[Scored]() if kept is None else kept

    def scored(rule: Rule) -> Scored:
        standing = stand(rule, facts)
        return standing, points.score_db(standing, facts, content.scale), helpful(standing, facts)

    rules = applicable(content.rules, facts)
    found = [kept.get(r.fault, facts.of(reads(r)), partial(scored, r)) for r in rules]
    standings = tuple(standing for standing, _, _ in found)
    named = [s for s in standings if not s.rule.fallback]
    scores = {s.rule.fault: score for s, score, _ in found if not s.rule.fallback}
    return Field(
        standings=standings,
        scores=scores,
        shares=points.posteriors(scores),
        sides={s.rule.fault: side_of(s.rule, demarcation) for s in named},
        helps={s.rule.fault: helps for s, _, helps in found},
    )


def judge(facts: Facts, content: Content, demarcation: Side = Side.PROVIDER) -> Verdict:
    """The one explained answer that these facts allow."""
    field = survey(facts, content, demarcation)
    confirmed = field.confirmed
    if confirmed:
        return _on_confirmed(confirmed[0], field, facts, content)
    return _on_points(field, facts, content)


def side_of(rule: Rule, demarcation: Side) -> Side:
    """Who has to act. Whose the drop is, is the operator's choice."""
    return demarcation if rule.by_demarcation and rule.segment is Segment.DROP else rule.side


def _on_confirmed(primary: Standing, field: Field, facts: Facts, content: Content) -> Verdict:
    nearer = in_the_way(primary, field)
    hardly = _hardly_excluded(primary, field)
    weak = primary.weak or bool(hardly)
    if not nearer and not weak:
        return _verdict(primary, Grade.CERTAIN, field, facts, content)
    side = field.sides[primary.rule.fault]
    doubtful = bool(nearer) or primary.weak
    if doubtful and side in content.scale.cost and _better_handed_over(field, content):
        return _undetermined(field, facts, content, handed_over=True)
    verdict = _verdict(primary, Grade.PROBABLE, field, facts, content, nearer)
    return replace(verdict, weak=weak, hardly_excluded=hardly)


def _hardly_excluded(primary: Standing, field: Field) -> tuple[str, ...]:
    """Faults nearer the core that only a rate of short breath excludes."""
    return tuple(
        s.rule.fault
        for s in field.standings
        if s.weak and s.status is Status.EXCLUDED and s.rule.rank < primary.rule.rank
    )


def in_the_way(primary: Standing, field: Field) -> list[Standing]:
    """Open faults that keep a confirmed one from being certain: those nearer the core; for
    "no fault" all that are open, for it may be said only when the others are excluded."""
    if field.sides[primary.rule.fault] is Side.NONE:
        return field.open
    return [s for s in field.open if s.rule.rank < primary.rule.rank]


def _on_points(field: Field, facts: Facts, content: Content) -> Verdict:
    leader = max(field.open, key=lambda s: field.scores[s.rule.fault], default=None)
    if leader is None or not _speaks(leader, facts, content):
        return _undetermined(field, facts, content)
    side = field.sides[leader.rule.fault]
    others = [
        score
        for s in field.open
        if field.sides[s.rule.fault] is not side
        for score in (field.scores[s.rule.fault],)
    ]
    lead = field.scores[leader.rule.fault] - max(others, default=content.scale.excluded_db)
    if lead < content.scale.lead_db or side not in content.scale.cost:
        return _undetermined(field, facts, content)
    if _better_handed_over(field, content):
        return _undetermined(field, facts, content, handed_over=True)
    nearer = [s for s in field.open if s.rule.rank < leader.rule.rank]
    return _verdict(leader, Grade.POSSIBLE, field, facts, content, nearer)


def _speaks(leader: Standing, facts: Facts, content: Content) -> bool:
    """Does the evidence itself, without the prior, carry the lead that a side needs?"""
    return points.evidence_db(leader.rule, facts, content.scale) >= content.scale.lead_db


def _better_handed_over(field: Field, content: Content) -> bool:
    """Would handing to an engineer cost less than any side that could be named?"""
    shares = points.per_side(field.shares, field.sides)
    costs = points.expected_costs(shares, content.scale)
    return min(costs, key=lambda side: costs[side]) is Side.UNDETERMINED


def _verdict(
    primary: Standing,
    grade: Grade,
    field: Field,
    facts: Facts,
    content: Content,
    nearer: list[Standing] | None = None,
) -> Verdict:
    rule = primary.rule
    side = field.sides[rule.fault]
    return Verdict(
        fault=rule.fault,
        side=side,
        segment=rule.segment,
        category=rule.category,
        severity=rule.severity,
        grade=grade,
        confidence=round(field.shares[rule.fault], 4),
        side_confidence=round(points.per_side(field.shares, field.sides)[side], 4),
        rule_revision=content.revision,
        evidence=evidence(primary, nearer or [], _rivals(field, side), facts),
        alternatives=_alternatives(field, rule.fault, facts),
        also=tuple(
            (s.rule.fault, field.sides[s.rule.fault])
            for s in field.confirmed
            if s.rule.fault != rule.fault and field.sides[s.rule.fault] is not Side.NONE
        ),
        look_alikes=rule.look_alikes,
        open_nearer=tuple(s.rule.fault for s in nearer or []),
    )


def _undetermined(
    field: Field, facts: Facts, content: Content, *, handed_over: bool = False
) -> Verdict:
    rule = next(r for r in content.rules if r.fallback)
    contenders = sorted(
        (s for s in field.standings if s.rule.fault in field.shares and _may_be(s)),
        key=lambda s: -field.shares[s.rule.fault],
    )
    fallback = Standing(rule=rule, status=Status.OPEN)
    return Verdict(
        fault=rule.fault,
        side=rule.side,
        segment=rule.segment,
        category=rule.category,
        severity=rule.severity,
        grade=Grade.POSSIBLE,
        confidence=0.0,
        side_confidence=0.0,
        rule_revision=content.revision,
        evidence=evidence(fallback, contenders[:5], contenders[:2], facts),
        alternatives=_alternatives(field, rule.fault, facts),
        handed_over=handed_over,
        leading=tuple(s.rule.fault for s in contenders[:3]),
    )


def _may_be(standing: Standing) -> bool:
    return standing.status is not Status.EXCLUDED


def _rivals(field: Field, side: Side) -> list[Standing]:
    """The strongest faults of other sides that are not excluded."""
    others = [s for s in field.standings if s.rule.fault in field.shares and _may_be(s)]
    others = [s for s in others if field.sides[s.rule.fault] not in (side, Side.NONE)]
    return sorted(others, key=lambda s: -field.shares[s.rule.fault])[:2]


def _alternatives(field: Field, fault: str, facts: Facts) -> tuple[Alternative, ...]:
    others = sorted(field.open, key=lambda s: -field.shares[s.rule.fault])
    return tuple(
        Alternative(
            fault=s.rule.fault,
            side=field.sides[s.rule.fault],
            confidence=round(field.shares[s.rule.fault], 4),
            open_because=tuple(f"{name}: {facts.absence(name).why}" for name in s.lacks),
        )
        for s in others
        if s.rule.fault != fault and field.shares[s.rule.fault] >= _SHOWN_SHARE
    )[:_SHOWN_ALTERNATIVES]
