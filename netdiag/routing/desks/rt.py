"""Request Tracker 5 over its REST 2 interface.

Facts of RT 5.0.3, seen on the real thing: a PUT answers 200 also when it did nothing of what was
asked, and only texts in the user's language say so, hence every change is read back. A search never
shows a deleted or merged ticket. A comment on a ticket that is not there is 400, on a deleted one
201. Times are UTC; 1970-01-01 means never.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from netdiag.content.reader import Reader
from netdiag.content.yaml import Tree
from netdiag.model.secret import Secret
from netdiag.model.ticket import TicketState
from netdiag.routing.desks.common import Common
from netdiag.routing.desks.desk import (
    Ability,
    Change,
    Done,
    Draft,
    Event,
    GoneError,
    History,
    RefusedError,
    Seen,
    event_text,
    subject_of,
)
from netdiag.routing.desks.http import Line
from netdiag.routing.desks.read_common import read_common, read_url
from netdiag.routing.desks.rt_history import Transactions
from netdiag.routing.desks.rt_session import Session

_ALL = frozenset(Ability)
_READ = "Status,Queue,Priority,Due,Subject,CustomFields,LastUpdatedBy,Requestor,Created"
_STATES = {
    TicketState.OPEN: "open",
    TicketState.RESOLVED: "resolved",
    TicketState.CLOSED: "resolved",
}
_MEANINGS = {
    "new": TicketState.OPEN,
    "open": TicketState.OPEN,
    "stalled": TicketState.OPEN,
    "resolved": TicketState.RESOLVED,
    "rejected": TicketState.CLOSED,
    "deleted": TicketState.GONE,
}
_PRIORITIES = {"P1": "100", "P2": "80", "P3": "50", "P4": "20", "P5": "0"}
_NOT_TEXT = 262_144  # an attachment longer than this is not what a customer typed


def read(name: str, reader: Reader, language: str, secret: Callable[[Tree], Secret]) -> Desk:
    """`{kind: rt, url: https://rt.example.net, token: {credential: NAME}, …}`."""
    common = read_common(
        name,
        reader,
        language=language,
        states=_STATES,
        meanings=_MEANINGS,
        priorities=_PRIORITIES,
    )
    return Desk(common, read_url(reader), secret(reader.need("token")))


class Desk:
    """One Request Tracker."""

    abilities = _ALL

    def __init__(self, common: Common, url: str, token: Secret) -> None:
        self.common = common
        self._line = Line(
            f"{url.rstrip('/')}/REST/2.0",
            headers={"authorization": f"token {token.reveal()}"},
            name=common.name,
        )
        self._session = Session(self._line, url)
        self._transactions = Transactions(self._ask, common.me)

    @staticmethod
    def event(payload: Mapping[str, Any]) -> Event | None:
        """The call of the scrip in config/rt."""
        ticket = event_text(payload.get("ticket"))
        if ticket is None:
            return None
        return Event(
            ticket=ticket,
            kind=event_text(payload.get("event")) or "changed",
            by=event_text(payload.get("by")),
            subscriber=event_text(payload.get("subscriber")),
        )

    async def read(self, ticket: str) -> Seen:
        """One search tells all of a live ticket; the others need a second question."""
        found = await self._search(f"id = {_number(ticket)}", fields=_READ, most=1)
        if found:
            return self._seen(found[0])
        item = await self._ask("GET", f"/ticket/{_number(ticket)}")
        own = str(item["id"])
        if own != ticket:
            seen = await self.read(own)
            return replace(seen, id=ticket, state=TicketState.MERGED, merged_into=own)
        if self.common.meaning(item["Status"]) is TicketState.GONE:
            raise GoneError(f"{self.common.name}: ticket {ticket} was deleted.")
        return self._seen(item)

    async def text(self, ticket: str, most: int) -> str:
        """The first text that is not too long for one."""
        params = {"fields": "ContentType,ContentLength", "per_page": "20"}
        path = f"/ticket/{_number(ticket)}/attachments"
        listed = await self._ask("GET", path, params=params)
        for item in listed["items"]:
            length = int(item.get("ContentLength") or 0)
            if item["ContentType"] == "text/plain" and 0 < length <= _NOT_TEXT:
                whole = await self._ask("GET", f"/attachment/{item['id']}")
                return _decoded(whole.get("Content") or "")[:most]
        return ""

    async def create(self, draft: Draft, mark: str, *, again: bool) -> Done:
        """The mark stands in the subject, where a search finds it."""
        if again:
            found = await self._search(f"Subject LIKE '{mark}'", fields="Subject", most=1)
            if found:
                return Done(id=str(found[0]["id"]))
        body: dict[str, Any] = {
            "Queue": draft.queue or "General",
            "Subject": f"{draft.subject} [{mark}]",
            "Content": draft.text,
            "ContentType": "text/plain",
            "CustomFields": dict(draft.fields),
        }
        body |= {"Priority": int(draft.priority)} if draft.priority else {}
        body |= {"Due": _rt_time(draft.due_at)} if draft.due_at else {}
        body |= {"Requestor": draft.requestor} if draft.requestor else {}
        made = await self._ask("POST", "/ticket", body=body)
        ticket = str(made["id"])
        seen = await self.read(ticket)
        return Done(id=ticket, refused=_not_taken(seen.fields, draft.fields))

    async def note(
        self, ticket: str, text: str, mark: str, *, answer: str | None = None, again: bool
    ) -> Done:
        """A comment, or a reply to the requestor. The mark stands in its subject."""
        path = f"/ticket/{_number(ticket)}"
        if again:
            params = {"fields": "Subject", "per_page": "100", "orderby": "id", "order": "DESC"}
            listed = await self._ask("GET", f"{path}/attachments", params=params)
            if any(mark in str(item.get("Subject")) for item in listed["items"]):
                return Done(id=mark)
        kind = "correspond" if answer else "comment"
        body = {"Subject": subject_of(answer, mark), "Content": text, "ContentType": "text/plain"}
        try:
            await self._ask("POST", f"{path}/{kind}", body=body)
        except RefusedError:
            await self.read(ticket)  # GoneError, when that is why
            raise
        return Done(id=mark)

    async def change(self, ticket: str, change: Change, mark: str) -> Done:
        """All in one PUT, then read back."""
        body: dict[str, Any] = {"CustomFields": dict(change.fields)} if change.fields else {}
        body |= {"Queue": change.queue} if change.queue else {}
        body |= {"Priority": int(change.priority)} if change.priority else {}
        body |= {"Due": _rt_time(change.due_at)} if change.due_at else {}
        body |= {"Status": self.common.states[change.state]} if change.state else {}
        body |= {"AddMemberOf": _number(change.parent)} if change.parent else {}
        said = await self._ask("PUT", f"/ticket/{_number(ticket)}", body=body)
        seen = await self.read(ticket)
        refused = dict(_not_taken(seen.fields, change.fields))
        wanted = {"queue": change.queue, "priority": change.priority}
        now = {"queue": seen.queue, "priority": seen.priority}
        refused |= {
            n: f"is {now[n]!r}" for n, value in wanted.items() if value not in (None, now[n])
        }
        if change.due_at and _due(seen.due_at) != _due(change.due_at):
            refused["due"] = f"is {_due(seen.due_at)}"
        if change.parent and not await self._search(
            f"id = {ticket} AND MemberOf = {change.parent}", fields="Subject", most=1
        ):
            refused["parent"] = f"it does not hang below {change.parent}"
        if change.state and self.common.meaning(body["Status"]) is not seen.state:
            refused["state"] = f"is {seen.status!r}"
        told = "; ".join(map(str, said)) if isinstance(said, list) else ""
        return Done(id=ticket, refused={n: f"{why} ({told})" for n, why in refused.items()})

    async def history(self, ticket: str, after: int | None) -> History:
        """Out of its transactions."""
        return await self._transactions.of(_number(ticket), after)

    async def changed(self, since: datetime) -> list[tuple[str, str]]:
        """By its transactions."""
        return await self._transactions.changed(since)

    async def close(self) -> None:
        """Close its connections."""
        await self._line.close()

    async def _ask(self, method: str, path: str, **more: Any) -> Any:
        await self._session.ready()
        return await self._line.ask(method, path, **more)

    async def _search(self, query: str, *, fields: str, most: int) -> list[dict[str, Any]]:
        params = {
            "query": query,
            "fields": fields,
            "fields[Queue]": "Name",
            "fields[Requestor]": "EmailAddress",
            "per_page": str(most),
        }
        found = await self._ask("GET", "/tickets", params=params)
        items: list[dict[str, Any]] = found["items"]
        return items

    def _seen(self, item: Mapping[str, Any]) -> Seen:
        fields = {one["name"]: ", ".join(one["values"]) for one in item.get("CustomFields") or ()}
        people = item.get("Requestor") or ()
        return Seen(
            id=str(item["id"]),
            state=self.common.meaning(item["Status"]),
            status=item["Status"],
            subject=item.get("Subject") or "",
            queue=(item.get("Queue") or {}).get("Name"),
            priority=str(item.get("Priority")),
            due_at=_moment(item.get("Due")),
            fields=fields,
            requestors=tuple(str(one.get("EmailAddress") or one["id"]) for one in people),
            changed_by=(item.get("LastUpdatedBy") or {}).get("id"),
            created_at=_moment(item.get("Created")),
        )


def _number(ticket: str) -> str:
    """Only digits go into a path or a search."""
    if not re.fullmatch(r"[0-9]{1,12}", ticket):
        raise RefusedError(f"{ticket[:50]!r} is no ticket number of Request Tracker.")
    return ticket


def _not_taken(now: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    return {
        name: f"is {now[name]!r}" if name in now else "there is no such custom field"
        for name, value in wanted.items()
        if now.get(name) != value
    }


def _due(moment: datetime | None) -> str:
    return _rt_time(moment) if moment else "never"


def _rt_time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _moment(text: str | None) -> datetime | None:
    if not text or text.startswith("1970-"):
        return None
    return datetime.fromisoformat(text)


def _decoded(content: str) -> str:
    try:
        return base64.b64decode(content).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return content
