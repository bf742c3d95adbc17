"""Any system that speaks HTTP: signed webhooks in and out (Standard Webhooks).

Out: one POST per act, `{"act": "create|note|answer|change", …}`; `webhook-id` and
`idempotency-key` stay the same when it is sent again, so a receiver that honours them takes each
act once. To `create` it answers `{"ticket": ID}`. In: `{"ticket": ID, "event"?, "by"?,
"subscriber"?, "symptom"?, "text"?, "requestor"?, "queue"?, "state"?, "priority"?}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from standardwebhooks.webhooks import Webhook

from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Tree
from netdiag.model.secret import Secret
from netdiag.model.ticket import TicketState
from netdiag.routing.desks.common import PRIORITIES, Common
from netdiag.routing.desks.desk import (
    Ability,
    Change,
    Done,
    Draft,
    Event,
    RefusedError,
    event_moves,
    event_text,
)
from netdiag.routing.desks.http import Line
from netdiag.routing.desks.read_common import read_common, read_url
from netdiag.routing.desks.silent import Silent

_STATES = {state: str(state) for state in TicketState}
_MEANINGS = {str(state): state for state in TicketState}
_MOST_TEXT = 65_536


def read(name: str, reader: Reader, language: str, secret: Callable[[Tree], Secret]) -> Desk:
    """`{kind: webhook, url: https://desk.example.net/netdiag, secret: {credential: NAME}, …}`."""
    common = read_common(
        name,
        reader,
        language=language,
        states=_STATES,
        meanings=_MEANINGS,
        priorities={word: word for word in PRIORITIES},
    )
    url, key = read_url(reader), secret(reader.need("secret"))
    try:
        Webhook(key.reveal())
    except ValueError:
        raise fail(reader.where("secret"), "'secret' is whsec_ and base64.") from None
    return Desk(common, url, key)


class Desk(Silent):
    """One receiver. It cannot be read: what it wants to tell stands in its events."""

    abilities = frozenset(Ability) - {Ability.READ, Ability.POLL, Ability.HISTORY}

    def __init__(self, common: Common, url: str, secret: Secret) -> None:
        self.common = common
        self._webhook = Webhook(secret.reveal())
        self._url = url
        self._line = Line(url, name=common.name)

    @staticmethod
    def event(payload: Mapping[str, Any]) -> Event | None:
        """See the head of this file."""
        return flat_event(payload)

    async def create(self, draft: Draft, mark: str, *, again: bool) -> Done:
        """The answer names the ticket."""
        due = draft.due_at and draft.due_at.isoformat()
        values = {one.name: getattr(draft, one.name) for one in fields(draft)} | {"due_at": due}
        made = await self._send("create", mark, values)
        ticket = event_text(made.get("ticket")) if isinstance(made, dict) else None
        if ticket is None:
            raise RefusedError(
                f'{self.common.name} answered "create" without {{"ticket": ID}}: nobody would find '
                "that ticket again."
            )
        return Done(id=ticket)

    async def note(
        self, ticket: str, text: str, mark: str, *, answer: str | None = None, again: bool
    ) -> Done:
        """For colleagues (`note`) or for the customer (`answer`)."""
        act = "answer" if answer else "note"
        await self._send(act, mark, {"ticket": ticket, "text": text})
        return Done(id=mark)

    async def change(self, ticket: str, change: Change, mark: str) -> Done:
        """Only what is to be set is named."""
        values: dict[str, Any] = {
            "queue": change.queue,
            "priority": change.priority,
            "due_at": change.due_at and change.due_at.isoformat(),
            "fields": dict(change.fields) or None,
            "state": change.state and self.common.states[change.state],
            "parent": change.parent,
        }
        given = {name: value for name, value in values.items() if value is not None}
        await self._send("change", mark, {"ticket": ticket} | given)
        return Done(id=ticket)

    async def close(self) -> None:
        """Close its connections."""
        await self._line.close()

    async def _send(self, act: str, mark: str, values: Mapping[str, Any]) -> Any:
        now = datetime.now(UTC)
        body = json.dumps({"act": act} | dict(values), ensure_ascii=False)
        headers = {
            "webhook-id": mark,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(mark, now, body),
            "idempotency-key": mark,
        }
        return await self._line.ask(
            "POST", self._url, content=body.encode(), headers=headers, any_text=True
        )


def flat_event(payload: Mapping[str, Any]) -> Event | None:
    """An event whose keys stand side by side; None when it names no ticket."""
    ticket = event_text(payload.get("ticket"))
    if ticket is None:
        return None
    text = payload.get("text")
    names = ("by", "subscriber", "symptom", "requestor", "queue", "state", "priority")
    given: dict[str, Any] = {name: event_text(payload.get(name)) for name in names}
    return Event(
        ticket=ticket,
        kind=event_text(payload.get("event")) or "changed",
        text=text[:_MOST_TEXT] if isinstance(text, str) else None,
        moves=event_moves(payload.get("moves")),
        **given,
    )
