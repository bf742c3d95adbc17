"""A finding as people and machines read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from netdiag.model.content import Content
from netdiag.model.fact import Value
from netdiag.model.sweep import Finding, FindingRule

Json = dict[str, Any]
_SLOT = re.compile(r"\{([^}]*)\}")


def document(finding: Finding, content: Content, language: str = "en") -> Json:
    """One finding for `--json` and the API. A rule that is no longer there leaves its name."""
    rule = next((one for one in content.findings if one.id == finding.rule), None)
    types = content.vocabulary.types
    return {
        "id": finding.id,
        "rule": finding.rule,
        "title": rule.title[language] if rule else finding.rule,
        "state": finding.state,
        "severity": finding.severity,
        "device": finding.device,
        "port": finding.port or None,
        "site": finding.site or None,
        "subscribers": finding.hurt,
        "sure": finding.sure,
        "rank": finding.rank,
        "since": finding.since.isoformat(),
        "seen_at": finding.seen_at.isoformat(),
        "closed_at": finding.closed_at and finding.closed_at.isoformat(),
        "evidence": [
            {
                "fact": name,
                "label": types[name].label[language] if name in types else name,
                "value": value,
                "unit": types[name].unit if name in types else "",
            }
            for name, value in finding.evidence.items()
        ],
        "say": filled(rule.say[language], finding.evidence) if rule else "",
        "do": filled(rule.do[language], finding.evidence) if rule else "",
        "fault": rule.fault if rule else None,
        "desk": desk_of(rule, content),
        "ticket": finding.ticket,
    }


def desk_of(rule: FindingRule | None, content: Content) -> str | None:
    """The desk that takes the work."""
    route = content.routes.get(rule.desk) if rule else None
    return route.desk if route else None


def filled(text: str, evidence: Mapping[str, Value]) -> str:
    """The sentence with its numbers; what is not known is a question mark."""

    def value(found: re.Match[str]) -> str:
        told = evidence.get(found[1])
        if told is None:
            return "?"
        return f"{told:g}" if isinstance(told, float) else str(told)

    return _SLOT.sub(value, text)
