"""A request for a diagnosis, before it is carried out, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from netdiag.model.errors import NetdiagError
from netdiag.service.daemon.durable import Json, Urgency


class OverloadedError(NetdiagError):
    """More work waits than will be done in good time; `retry_after_s` says when to ask again."""

    def __init__(self, waiting: int, retry_after_s: int) -> None:
        super().__init__(f"{waiting} diagnoses are waiting. Ask again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


class AnotherBodyError(NetdiagError):
    """The same Idempotency-Key or delivery id came with another body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request for a diagnosis. `delivery` makes it the same request when it comes again."""

    key: str
    who: str
    source: str
    delivery: str
    raw: str = ""
    ticket: str | None = None
    symptom: str | None = None
    tell: bool = False
    urgency: Urgency = Urgency.OPERATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a request: a job, and the document when it is known already."""

    job: str
    document: Json | None = None
    again: bool = False
