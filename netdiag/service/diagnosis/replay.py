"""Saved diagnoses, judged again with today's rules. No network, no clock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.fact import Fact, Facts
from netdiag.model.subscriber import Attachment
from netdiag.model.verdict import Diagnosis, ProbeRun
from netdiag.model.words import AccessKind, Outcome, Side
from netdiag.probing.derive import complete
from netdiag.service.diagnosis.diagnose import judged_again
from netdiag.service.diagnosis.document import read_facts, read_lessons, read_side
from netdiag.service.diagnosis.routing import Router
from netdiag.settings import LANGUAGES, Settings

_RUN_KEYS = tuple(field.name for field in fields(ProbeRun))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saved:
    """What a file of --save holds, read and checked."""

    facts: Facts
    demarcation: Side
    lessons: dict[str, float]
    subscriber: str
    attachment: Attachment | None
    started: datetime
    finished: datetime
    probes: tuple[ProbeRun, ...]
    language: str | None
    timezone: str | None
    ticket: str | None
    path: tuple[str, ...]
    notes: tuple[str, ...]
    tariff: str | None
    site: str | None
    access: AccessKind | None


def replay(
    path: Path, content: Content, settings: Settings, router: Router | None = None
) -> Diagnosis:
    """The diagnosis that today's rules make of a saved file.

    Raises ContentError when the file is not a diagnosis saved with its facts.
    """
    document = read_document(path)
    try:
        saved = _read(document, path, content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ContentError(
            f"{path.name}: is no diagnosis as --save writes it ({error}). Save it anew."
        ) from None
    return _judged(saved, content, settings, router)


def _read(document: dict[str, Any], path: Path, content: Content) -> _Saved:
    return _Saved(
        facts=read_facts(document, path.name),
        demarcation=read_side(document),
        lessons=read_lessons(document, content),
        subscriber=str(document.get("subscriber", "?")),
        attachment=_attachment(document.get("attachment")),
        started=_time(document, "started_at", path),
        finished=_time(document, "finished_at", path),
        probes=tuple(_probe(one) for one in document.get("probes", [])),
        language=_text(document, "language"),
        timezone=_text(document, "timezone"),
        ticket=_text(document, "ticket"),
        path=_texts(document, "path"),
        notes=_texts(document, "notes"),
        tariff=_text(document, "tariff"),
        site=_text(document, "site"),
        access=AccessKind(document["access"]) if document.get("access") else None,
    )


def _judged(
    saved: _Saved, content: Content, settings: Settings, router: Router | None
) -> Diagnosis:
    strange = [name for name in saved.facts if name not in content.vocabulary]
    facts = _worked_out(saved.facts.without(strange), content, saved.path)
    content = content.relearned(saved.lessons)
    return judged_again(
        facts,
        (replace(settings, demarcation=saved.demarcation), content),
        subscriber=saved.subscriber,
        attachment=saved.attachment,
        started=saved.started,
        finished=saved.finished,
        probes=saved.probes,
        language=saved.language if saved.language in LANGUAGES else settings.language,
        timezone=saved.timezone,
        ticket=saved.ticket,
        path=saved.path,
        tariff=saved.tariff,
        site=saved.site,
        access=saved.access,
        router=router,
        notes=tuple(dict.fromkeys((*saved.notes, *_not_judged(saved.facts, strange)))),
    )


def facts_again(document: dict[str, Any], content: Content, shown: str) -> Facts:
    """The facts of a saved diagnosis as today's rules read them. Raises ContentError."""
    saved = read_facts(document, shown)
    strange = [name for name in saved if name not in content.vocabulary]
    path = tuple(str(one) for one in document.get("path") or ())
    return _worked_out(saved.without(strange), content, path)


def _worked_out(facts: Facts, content: Content, path: tuple[str, ...]) -> Facts:
    """What follows from other facts is worked out anew."""
    own = (reading for reading in facts.values() if not _follows(reading, content))
    return complete(Facts(own), Facts(), content.vocabulary, path)


def _not_judged(facts: Facts, strange: list[str]) -> Iterator[str]:
    """What this version has no word for is said, never dropped in silence."""
    names = ", ".join(sorted(name for name in strange if facts.fact(name)))
    if names:
        yield f"This version does not know these saved facts and left them out: {names}"


def read_document(path: Path) -> dict[str, Any]:
    """The JSON of a saved diagnosis; ContentError when it is none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContentError(f"{path}: cannot be read: {error.strerror}.") from None
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", 1)
        raise ContentError(f"{path}:{line}: is not JSON. Give a file of --save.") from None
    if not isinstance(document, dict):
        raise ContentError(f"{path}:1: is not a diagnosis. Give a file of --save.")
    return document


def _follows(reading: object, content: Content) -> bool:
    """A fact that follows from others by cases is worked out anew."""
    if not isinstance(reading, Fact) or reading.source.transport != "derived":
        return False
    return bool(content.vocabulary[reading.name].cases)


def _attachment(saved: dict[str, Any] | None) -> Attachment | None:
    if not saved:
        return None
    moment = saved.get("valid_from")
    return Attachment(
        device=saved.get("device"),
        port=saved.get("port"),
        vlan=saved.get("vlan"),
        bng=saved.get("bng"),
        source=saved.get("source") or "saved",
        valid_from=datetime.fromisoformat(moment) if moment else None,
    )


def _text(document: dict[str, Any], key: str) -> str | None:
    value = document.get(key)
    if not isinstance(value, str | None):
        raise ValueError(f"{key!r} is no text")
    return value


def _texts(document: dict[str, Any], key: str) -> tuple[str, ...]:
    values = document.get(key) or []
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise ValueError(f"{key!r} is no list of texts")
    return tuple(values)


def _probe(saved: dict[str, Any]) -> ProbeRun:
    """A newer version may have added keys."""
    known = {key: saved[key] for key in _RUN_KEYS if key in saved}
    return ProbeRun(**{**known, "outcome": Outcome(saved["outcome"])})


def _time(document: dict[str, Any], key: str, path: Path) -> datetime:
    try:
        moment = datetime.fromisoformat(str(document[key]))
    except (KeyError, ValueError):
        raise ContentError(f"{path.name}: {key!r} is missing or no time. Save it anew.") from None
    if moment.tzinfo is None:
        raise ContentError(f"{path.name}: {key!r} has no offset. Save it anew.")
    return moment
