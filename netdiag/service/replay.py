"""Saved diagnoses, judged again with today's rules. No network, no clock."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.fact import Fact, Facts
from netdiag.model.subscriber import Attachment
from netdiag.model.verdict import Diagnosis, ProbeRun
from netdiag.model.words import Outcome
from netdiag.probing.derive import complete
from netdiag.service.diagnose import judged_again
from netdiag.service.document import read_facts, read_side
from netdiag.settings import LANGUAGES, Settings


def replay(path: Path, content: Content, settings: Settings) -> Diagnosis:
    """The diagnosis that today's rules make of a saved file.

    Raises ContentError when the file is not a diagnosis saved with its facts.
    """
    document = read_document(path)
    try:
        return _judged(document, path, content, settings)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ContentError(
            f"{path.name}: is no diagnosis as --save writes it ({error}). Save it anew."
        ) from None


def _judged(
    document: dict[str, Any], path: Path, content: Content, settings: Settings
) -> Diagnosis:
    saved = read_facts(document, path.name)
    unknown = [name for name in saved if name not in content.vocabulary]
    facts = complete(
        Facts(r for r in saved.values() if r.name not in unknown and not _follows(r, content)),
        Facts(),
        content.vocabulary,
        tuple(document.get("path") or ()),
    )
    judged_by = replace(settings, demarcation=read_side(document))
    return judged_again(
        facts,
        (judged_by, content),
        subscriber=str(document.get("subscriber", "?")),
        attachment=_attachment(document.get("attachment")),
        started=_time(document, "started_at", path),
        finished=_time(document, "finished_at", path),
        probes=tuple(_probe(one) for one in document.get("probes", [])),
        language=_language(document, settings),
        timezone=document.get("timezone"),
        ticket=document.get("ticket"),
        path=tuple(document.get("path") or ()),
    )


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


def _language(document: dict[str, Any], settings: Settings) -> str:
    language = document.get("language")
    return str(language) if language in LANGUAGES else settings.language


def _probe(saved: dict[str, Any]) -> ProbeRun:
    return ProbeRun(**{**saved, "outcome": Outcome(saved["outcome"])})


def _time(document: dict[str, Any], key: str, path: Path) -> datetime:
    try:
        moment = datetime.fromisoformat(str(document[key]))
    except (KeyError, ValueError):
        raise ContentError(f"{path.name}: {key!r} is missing or no time. Save it anew.") from None
    if moment.tzinfo is None:
        raise ContentError(f"{path.name}: {key!r} has no offset. Save it anew.")
    return moment
