"""What is news: the findings of this sweep against those that stand open. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from netdiag.model.condition import Truth
from netdiag.model.sweep import Finding, FindingRule, Hit

_PRIOR = 4.0  # a rule without votes is trusted as if four of four had been right
_MUTED_BELOW = 0.4  # of its votes useful, at least this many:
_VOTES = 6
_NOT_TOLD = timedelta(days=30)  # of nobody being able to tell; then it is found anew, if it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """How often technicians called findings of a rule useful, and nonsense."""

    useful: int = 0
    nonsense: int = 0

    @property
    def trust(self) -> float:
        """Factor on the rank, at most 1."""
        return (self.useful + _PRIOR) / (self.useful + self.nonsense + _PRIOR)

    @property
    def muted(self) -> bool:
        """Was it wrong so often that its findings are kept, but are no news?"""
        votes = self.useful + self.nonsense
        return votes >= _VOTES and self.useful / votes < _MUTED_BELOW


@dataclass(slots=True)
class Changes:
    """What a sweep changes in the register. `again` are known ones that were seen or missed."""

    new: list[Finding] = field(default_factory=list)
    again: list[Finding] = field(default_factory=list)
    gone: list[Finding] = field(default_factory=list)


def settle(
    known: Iterable[Finding],
    hits: Iterable[Hit],
    *,
    rules: Mapping[str, FindingRule],
    stands: Callable[[Finding], Truth],
    site_of: Callable[[str], str],
    hurt: Callable[[Hit], int | None],
    votes: Mapping[str, Votes],
    now: datetime,
) -> Changes:
    """`known`: open ones of the devices that were visited, and those called nonsense, which do
    not come again. `stands` says of an open one without a hit whether its rule still holds."""
    by_key = {finding.key: finding for finding in known}
    changes = Changes()
    for hit in hits:
        rule = rules[hit.rule]
        old = by_key.pop((hit.rule, hit.device, hit.index), None)
        if old is None:
            changes.new.append(_made(hit, rule, site_of(hit.device), hurt(hit), votes, now))
        elif old.state == "open":
            changes.again.append(
                replace(
                    old,
                    seen=old.seen + 1,
                    missed=0,
                    seen_at=now,
                    sure=hit.sure,
                    evidence=dict(hit.evidence),
                    port=hit.port or old.port,
                    rank=_rank(rule, hit.sure, old.hurt, votes),
                )
            )
    for old in by_key.values():
        if old.state == "open":
            _without(old, rules.get(old.rule), stands, now, changes)
    return changes


def _without(
    old: Finding,
    rule: FindingRule | None,
    stands: Callable[[Finding], Truth],
    now: datetime,
    changes: Changes,
) -> None:
    """No hit: over when its rule was false often enough; not when nobody could tell, but for a
    month."""
    if rule is None:
        changes.gone.append(replace(old, state="closed", closed_at=now))
        return
    over = now - old.seen_at > _NOT_TOLD
    if stands(old) is not Truth.FALSE and not over:
        return
    missed = old.missed + 1
    if missed >= rule.patience or over:
        changes.gone.append(replace(old, state="closed", closed_at=now, missed=missed))
    else:
        changes.again.append(replace(old, missed=missed))


def _made(
    hit: Hit,
    rule: FindingRule,
    site: str,
    hurt: int | None,
    votes: Mapping[str, Votes],
    now: datetime,
) -> Finding:
    return Finding(
        rule=rule.id,
        device=hit.device,
        place=hit.index,
        port=hit.port,
        site=site,
        since=now,
        seen_at=now,
        sure=hit.sure,
        hurt=hurt,
        rank=_rank(rule, hit.sure, hurt, votes),
        severity=str(rule.severity),
        evidence=dict(hit.evidence),
    )


def _rank(rule: FindingRule, sure: float, hurt: int | None, votes: Mapping[str, Votes]) -> float:
    """Customers in trouble, so to say. Not knowing how many counts as one."""
    trust = votes.get(rule.id, Votes()).trust
    return round(max(1, hurt or 0) * rule.weight * sure * trust, 3)


def gathered(
    hits: list[Hit],
    rules: Mapping[str, FindingRule],
    site_of: Callable[[str], str],
    visited: Mapping[str, int],
) -> list[Hit]:
    """Where so many devices of a site have the same, it is one finding of the site: its power,
    its air. `visited`: how many devices of each site could be judged."""
    by_site: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        if rules[hit.rule].together and not hit.index:
            by_site.setdefault((hit.rule, site_of(hit.device)), []).append(hit)
    left = list(hits)
    for (name, site), same in by_site.items():
        enough = max(2.0, rules[name].together * visited.get(site, 0))
        if site and len(same) >= enough and len(same) > 1:
            left = [hit for hit in left if hit not in same]
            first = same[0]
            left.append(
                Hit(
                    rule=name,
                    device=f"site:{site}",
                    index="",
                    port="",
                    sure=first.sure,
                    evidence={
                        **first.evidence,
                        "device.sys_name": ", ".join(hit.device for hit in same[:20]),
                    },
                )
            )
    return left
