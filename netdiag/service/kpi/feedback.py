"""What technicians found, on its way into the store: closing codes of files and of tickets."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from netdiag.kpi.closed import read_closed
from netdiag.kpi.codes import Codes, read_codes
from netdiag.model.content import Content
from netdiag.model.errors import ContentError
from netdiag.model.finding import Finding
from netdiag.settings import Settings
from netdiag.store.feedback import Feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of the rows of a file."""

    new: int
    known: int  # these rows were imported before
    told_nothing: Mapping[str, int] = field(default_factory=Counter)


def codes_of(settings: Settings, content: Content, given: Path | None = None) -> Codes:
    """The operator's codes. ContentError when there are none, or with what is wrong in them."""
    path = given or settings.feedback
    if path is None:
        raise ContentError(
            "There is no list of closing codes. Name one with `feedback: feedback.yaml` in "
            "netdiag.yaml, or with --codes; config/feedback.yaml shows how."
        )
    return read_codes(path, [rule.fault for rule in content.rules], settings.timezone)


def import_closed(
    path: Path, codes: Codes, store: Feedback, who_is: Callable[[str], str]
) -> Imported:
    """Keep all findings of a CSV file, or none: ContentError has each mistake with its line. The
    same rows again change nothing. `who_is`: a key of a subscriber to his id."""
    try:
        text = path.read_text(encoding=codes.encoding)
    except OSError as error:
        raise ContentError(f"{path}: cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ContentError(
            f"{path}: is not {codes.encoding} text. Mend 'encoding' in the feedback file."
        ) from None
    closed = read_closed(text.removeprefix("\ufeff"), path.name, codes)
    ids = {one.subscriber for one in closed.findings if one.subscriber}
    known = {key: who_is(key) for key in ids} | {"": ""}
    findings = [replace(one, subscriber=known[one.subscriber]) for one in closed.findings]
    new = store.add_new(findings)
    return Imported(new=new, known=len(findings) - new, told_nothing=closed.told_nothing)


def finding_of_ticket(
    codes: Codes,
    *,
    system: str,
    ticket: str,
    fields: Mapping[str, str],
    subscriber: str,
    diagnosis: str | None,
    at: datetime,
    who: str,
) -> Finding | None:
    """The finding in the field of a ticket that is declared for its system; None: the field is
    empty, not declared, or its code tells nothing."""
    code = fields.get(codes.fields.get(system, ""), "").strip()
    meaning = codes.meaning(code) if code else None
    if meaning is None or not meaning.tells:
        return None
    told = (system, ticket, diagnosis or "", code)
    return Finding(
        at=at,
        who=who[:100],
        subscriber=subscriber,
        ticket=ticket,
        diagnosis=diagnosis,
        fault=meaning.fault,
        side=meaning.side,
        code=code[:200],
        key=hashlib.sha256("\x1f".join(told).encode()).hexdigest(),
    )
