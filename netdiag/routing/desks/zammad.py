"""Zammad over its REST API (docs.zammad.org).

`expand=true` gives names in place of numbers. A link names the source by its number and the target
by its id. An article's `subject` carries netdiag's mark. Times are UTC, RFC 3339. Tickets that were
merged keep their id and stand in the state `merged`, with no word of where they went.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
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

_STATES = {
    TicketState.OPEN: "open",
    TicketState.RESOLVED: "closed",
    TicketState.CLOSED: "closed",
}
_MEANINGS = {
    "new": TicketState.OPEN,
    "open": TicketState.OPEN,
    "pending reminder": TicketState.OPEN,
    "pending close": TicketState.OPEN,
    "closed": TicketState.RESOLVED,
    "merged": TicketState.MERGED,
    "removed": TicketState.GONE,
}
_PRIORITIES = {"P1": "3 high", "P2": "3 high", "P3": "2 normal", "P4": "2 normal", "P5": "1 low"}
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,99}")
_PAGE = 100
_PAGES = 50  # of changed tickets, in one look
_TAG = re.compile(r"<[^>]{0,2000}>")


def read(name: str, reader: Reader, language: str, secret: Callable[[Tree], Secret]) -> Desk:
    """`{kind: zammad, url: …, token: …, customer: netdiag@example.net, …}`. Fields are names of
    object attributes of tickets."""
    common = read_common(
        name,
        reader,
        language=language,
        states=_STATES,
        meanings=_MEANINGS,
        priorities=_PRIORITIES,
    )
    customer = reader.text("customer")
    return Desk(common, read_url(reader), secret(reader.need("token")), customer)


class Desk:
    """One Zammad. `customer`: for whom tickets that nobody asked for are opened."""

    abilities = frozenset(Ability) - {Ability.HISTORY}

    def __init__(self, common: Common, url: str, token: Secret, customer: str) -> None:
        self.common = common
        self._customer = customer
        self._line = Line(
            f"{url.rstrip('/')}/api/v1",
            headers={"authorization": f"Token token={token.reveal()}"},
            name=common.name,
        )

    @staticmethod
    def event(payload: Mapping[str, Any]) -> Event | None:
        """A trigger's webhook: `ticket` and `article` as they are; a custom payload may be flat."""
        inner, article = payload.get("ticket"), payload.get("article")
        if not isinstance(inner, Mapping):
            ticket = event_text(inner)
            return None if ticket is None else Event(ticket=ticket)
        ticket = event_text(inner.get("id"))
        if ticket is None:
            return None
        by, kind = _author(article if isinstance(article, Mapping) else {})
        return Event(ticket=ticket, kind=kind, by=by)

    async def read(self, ticket: str) -> Seen:
        """The ticket with names."""
        path = f"/tickets/{_number(ticket)}"
        item = await self._line.ask("GET", path, params={"expand": "true"})
        state = self.common.meaning(str(item["state"]))
        if state is TicketState.GONE:
            raise GoneError(f"{self.common.name}: ticket {ticket} was removed.")
        known = {"id", "state", "title", "group", "priority", "customer", "updated_by"}
        fields = {k: str(v) for k, v in item.items() if isinstance(v, str) and k not in known}
        return Seen(
            id=str(item["id"]),
            state=state,
            status=str(item["state"]),
            subject=str(item.get("title") or ""),
            queue=item.get("group"),
            priority=item.get("priority"),
            fields=fields,
            requestors=(str(item["customer"]),) if item.get("customer") else (),
            changed_by=item.get("updated_by"),
            created_at=datetime.fromisoformat(item["created_at"]),
        )

    async def text(self, ticket: str, most: int) -> str:
        """The first article, without its mark-up."""
        articles = await self._articles(ticket)
        if not articles:
            return ""
        body = str(articles[0].get("body") or "")[: most * 4]
        if articles[0].get("content_type") == "text/html":
            body = html.unescape(_TAG.sub(" ", body))
        return body[:most]

    async def create(self, draft: Draft, mark: str, *, again: bool) -> Done:
        """The mark stands in the title, where a search finds it."""
        if again:
            params = {"query": f'title:"{mark}"', "limit": "5", "expand": "true"}
            found = await self._line.ask("GET", "/tickets/search", params=params)
            made = next((one for one in found or () if mark in str(one.get("title"))), None)
            if made is not None:
                return Done(id=str(made["id"]))
        body: dict[str, Any] = {
            "title": f"{draft.subject} [{mark}]"[:250],
            "group": draft.queue or "Users",
            "customer": draft.requestor or self._customer,
            "article": _article(draft.text, mark, internal=True),
        }
        body |= {"priority": draft.priority} if draft.priority else {}
        body |= _attributes(draft.fields)
        ticket = await self._line.ask("POST", "/tickets", body=body)
        return Done(id=str(ticket["id"]))

    async def note(
        self, ticket: str, text: str, mark: str, *, answer: str | None = None, again: bool
    ) -> Done:
        """An internal note; for the customer a mail to him."""
        number = _number(ticket)
        if again:
            articles = await self._articles(ticket)
            if any(mark in str(one.get("subject")) for one in articles):
                return Done(id=mark)
        body = {"ticket_id": int(number)} | _article(
            text, subject_of(answer, mark), internal=answer is None
        )
        if answer:
            seen = await self.read(ticket)
            body |= {"type": "email", "to": ", ".join(seen.requestors)}
        await self._line.ask("POST", "/ticket_articles", body=body)
        return Done(id=mark)

    async def change(self, ticket: str, change: Change, mark: str) -> Done:
        """Attributes in one PUT, then read back; the link apart."""
        body: dict[str, Any] = _attributes(change.fields)
        body |= {"group": change.queue} if change.queue else {}
        body |= {"priority": change.priority} if change.priority else {}
        body |= {"state": self.common.states[change.state]} if change.state else {}
        due = self.common.fields.get("due")
        body |= {due: _zulu(change.due_at)} if due and change.due_at else {}
        refused: dict[str, str] = {}
        if body:
            await self._line.ask("PUT", f"/tickets/{_number(ticket)}", body=body)
            refused = _not_taken(await self.read(ticket), change)
        if change.parent:
            await self._link(ticket, change.parent)
        return Done(id=ticket, refused=refused)

    async def history(self, ticket: str, after: int | None) -> History:
        """Not among the abilities."""
        return History(upto=after or 0)

    async def changed(self, since: datetime) -> list[tuple[str, str]]:
        """By the time of the last change. netdiag's own are among them: what a person did just
        before it shows no other way."""
        params = {"query": f"updated_at:[{_zulu(since)} TO *]", "expand": "true"}
        params |= {"sort_by": "updated_at", "order_by": "desc", "per_page": str(_PAGE)}
        told: list[tuple[str, str]] = []
        for page in range(1, _PAGES + 1):
            found = await self._line.ask(
                "GET", "/tickets/search", params=params | {"page": str(page)}
            )
            told += [(str(one["id"]), str(one["updated_at"])) for one in found or ()]
            if len(found or ()) < _PAGE:
                break
        return told

    async def close(self) -> None:
        """Close its connections."""
        await self._line.close()

    async def _link(self, ticket: str, parent: str) -> None:
        params = {"link_object": "Ticket", "link_object_value": _number(ticket)}
        known = await self._line.ask("GET", "/links", params=params)
        links = (known or {}).get("links") or ()
        if any(str(one.get("link_object_value")) == parent for one in links):
            return
        above = await self._line.ask("GET", f"/tickets/{_number(parent)}")
        body = {
            "link_type": "parent",
            "link_object_source": "Ticket",
            "link_object_source_number": str(above["number"]),
            "link_object_target": "Ticket",
            "link_object_target_value": int(ticket),
        }
        await self._line.ask("POST", "/links/add", body=body)

    async def _articles(self, ticket: str) -> list[dict[str, Any]]:
        path = f"/ticket_articles/by_ticket/{_number(ticket)}"
        found: list[dict[str, Any]] = await self._line.ask("GET", path) or []
        return found


def _article(text: str, mark: str, *, internal: bool) -> dict[str, Any]:
    return {
        "subject": mark,
        "body": text,
        "content_type": "text/plain",
        "type": "note",
        "internal": internal,
    }


def _author(article: Mapping[str, Any]) -> tuple[str | None, str]:
    who = article.get("created_by")
    login = who.get("login") if isinstance(who, Mapping) else who
    by_customer = str(article.get("sender") or "").casefold() == "customer"
    return event_text(login), "contact" if by_customer else "changed"


def _number(ticket: str) -> str:
    if not re.fullmatch(r"[0-9]{1,12}", ticket):
        raise RefusedError(f"{ticket[:50]!r} is no id of a ticket of Zammad.")
    return ticket


def _attributes(fields: Mapping[str, str]) -> dict[str, Any]:
    wrong = [name for name in fields if not _ATTRIBUTE.fullmatch(name)]
    if wrong:
        raise RefusedError(f"{wrong[0]!r} is no attribute of Zammad: small letters, digits and _.")
    return dict(fields)


def _not_taken(seen: Seen, change: Change) -> dict[str, str]:
    wanted = {"queue": change.queue, "priority": change.priority}
    now = {"queue": seen.queue, "priority": seen.priority}
    refused = {n: f"is {now[n]!r}" for n, value in wanted.items() if value not in (None, now[n])}
    for name, value in change.fields.items():
        if seen.fields.get(name) != value:
            refused[name] = f"is {seen.fields.get(name)!r}"
    return refused


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
