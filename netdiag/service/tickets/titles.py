"""Headlines, titles and deadlines as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from netdiag.locale.words import listed
from netdiag.model.content import Content
from netdiag.model.words import Grade, Side
from netdiag.service.diagnosis.wording import when
from netdiag.service.tickets.phrases import GRADES, SIDES, phrase

Json = Mapping[str, Any]


def headline(document: Json, content: Content, language: str) -> str:
    """`Errors on the port — our side, certain`."""
    verdict = document["verdict"]
    rule = content.rule(verdict["fault"])
    title = rule.title.get(language) or rule.title["en"]
    side, grade = Side(verdict["side"]), Grade(verdict["grade"])
    return f"{title} — {listed((SIDES[side][language], GRADES[grade][language]), language)}"


def title_of(fault: str | None, content: Content, language: str) -> str:
    """A fault's title, or its code when today's rules have none such."""
    rule = next((one for one in content.rules if one.fault == fault), None)
    if rule is None:
        return fault or "?"
    return rule.title.get(language) or rule.title["en"]


def deadline(moment: str | datetime | None, language: str, zone: str) -> str:
    """A deadline as a person reads it."""
    if moment is None:
        return phrase("open_end", language)
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return when(at, language, zone)
