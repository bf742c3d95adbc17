"""Keys of netdiag.yaml that all kinds of ticket systems share."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from netdiag.content.reader import Reader, fail
from netdiag.model.ticket import TicketState
from netdiag.routing.desks.common import FIELDS, LANGUAGES, PRIORITIES, Common


def read_common(
    name: str,
    reader: Reader,
    *,
    language: str,
    states: Mapping[TicketState, str],
    meanings: Mapping[str, TicketState],
    priorities: Mapping[str, str],
) -> Common:
    """The keys that all kinds share; what is given goes over the usual of the kind."""
    own = reader.text("language", language)
    if own not in LANGUAGES:
        raise fail(reader.where("language"), f"'language' is one of {', '.join(LANGUAGES)}.")
    return Common(
        name=name,
        kind=reader.text("kind"),
        language=own,
        me=reader.text("me", "netdiag"),
        queues=reader.texts_by_key("queues"),
        priorities={**priorities, **_among(reader, "priorities", PRIORITIES)},
        fields=_among(reader, "fields", FIELDS),
        states={**states, **_states(reader)},
        meanings={**meanings, **_meanings(reader)},
        poll_s=_poll(reader),
    )


def read_url(reader: Reader, key: str = "url") -> str:
    """An address of HTTP; ContentError with its line when it is none."""
    text = reader.text(key)
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        raise fail(reader.where(key), f"{key!r} begins with http:// or https:// and names a host.")
    return text


def _among(reader: Reader, key: str, known: tuple[str, ...]) -> dict[str, str]:
    given = reader.texts_by_key(key)
    for word in given:
        if word not in known:
            raise fail(reader.where(key), f"{key!r} has {', '.join(known)}, not {word!r}.")
    return given


def _states(reader: Reader) -> dict[TicketState, str]:
    settable = ("open", "resolved", "closed")
    return {TicketState(ours): its for ours, its in _among(reader, "states", settable).items()}


def _meanings(reader: Reader) -> dict[str, TicketState]:
    given = reader.texts_by_key("statuses")
    for ours in given.values():
        if ours not in ("open", "resolved", "closed", "merged", "gone"):
            raise fail(
                reader.where("statuses"),
                f"a status means open, resolved, closed, merged or gone, not {ours!r}.",
            )
    return {its.casefold(): TicketState(ours) for its, ours in given.items()}


def _poll(reader: Reader) -> float | None:
    if not reader.has("poll_s"):
        return None
    seconds = reader.number("poll_s")
    if not 1 <= seconds <= 86_400:
        raise fail(reader.where("poll_s"), "'poll_s' is from 1 to 86400 seconds.")
    return seconds
