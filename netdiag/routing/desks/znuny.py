"""Znuny and OTRS 6 over their GenericInterface, with the web service of config/znuny.

Facts of Znuny 6.5.1, seen on the real thing: an answer is HTTP 200 also when it is a refusal,
`{"Error": {"ErrorCode": "TicketUpdate.…", …}}`; a body over the web service's MaxLength is 413. A
ticket that was deleted and one that netdiag's user may not see answer alike (AccessDenied). The
customer of a ticket is a login, no address. Times are the server's own, by its OTRSTimeZone,
usually UTC. The ticket operations cannot link tickets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import getaddresses
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netdiag.content.reader import Reader, fail
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
    HiddenError,
    History,
    NotNowError,
    RefusedError,
    Seen,
    TooLargeError,
    event_moves,
    event_text,
    subject_of,
)
from netdiag.routing.desks.http import Line
from netdiag.routing.desks.read_common import read_common, read_url

_STATES = {
    TicketState.OPEN: "open",
    TicketState.RESOLVED: "closed successful",
    TicketState.CLOSED: "closed successful",
}
_MEANINGS = {
    "new": TicketState.OPEN,
    "open": TicketState.OPEN,
    "pending reminder": TicketState.OPEN,
    "closed successful": TicketState.RESOLVED,
    "closed unsuccessful": TicketState.RESOLVED,
    "merged": TicketState.MERGED,
    "removed": TicketState.GONE,
}
_PRIORITIES = {
    "P1": "5 very high",
    "P2": "4 high",
    "P3": "3 normal",
    "P4": "2 low",
    "P5": "1 very low",
}
_KINDS = {"TicketCreate": "create", "create": "create", "contact": "contact"}
_AT_ONCE = 50  # tickets in one TicketGet
_LATER = ("Common.", "Provider.", "Transport.")  # codes of the server's own trouble


def read(name: str, reader: Reader, language: str, secret: Callable[[Tree], Secret]) -> Desk:
    """`{kind: znuny, url: …/nph-genericinterface.pl/Webservice/netdiag, user: …, password: …,
    customer: …}`. Fields are names of dynamic fields."""
    common = read_common(
        name,
        reader,
        language=language,
        states=_STATES,
        meanings=_MEANINGS,
        priorities=_PRIORITIES,
    )
    zone = reader.text("server_timezone", "UTC")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise fail(reader.where("server_timezone"), f"there is no time zone {zone!r}.") from None
    return Desk(
        common,
        read_url(reader),
        reader.text("user", "netdiag"),
        secret(reader.need("password")),
        reader.text("customer"),
        zone,
    )


class Desk:
    """One Znuny. `customer`: whose the tickets are that nobody asked for."""

    abilities = frozenset(Ability) - {Ability.LINK, Ability.HISTORY}

    def __init__(
        self, common: Common, url: str, user: str, password: Secret, customer: str, zone: str
    ) -> None:
        self.common = common
        self._login = {"UserLogin": user, "Password": password.reveal()}
        self._customer = customer
        self._zone = ZoneInfo(zone)
        self._line = Line(url, name=common.name)

    @staticmethod
    def event(payload: Mapping[str, Any]) -> Event | None:
        """The call of config/znuny/Netdiag.pm: `TicketID`; an invoker has it in `Ticket`."""
        inner = payload.get("Ticket")
        held = inner if isinstance(inner, Mapping) else payload
        ticket = event_text(held.get("TicketID") or payload.get("ticket"))
        if ticket is None:
            return None
        word = str(payload.get("Event") or payload.get("event") or "")
        return Event(
            ticket=ticket,
            kind=_KINDS.get(word, "changed"),
            by=event_text(payload.get("by")),
            moves=event_moves(payload.get("moves")),
        )

    async def read(self, ticket: str) -> Seen:
        """The ticket with its dynamic fields."""
        item = await self._get(ticket)
        listed = item.get("DynamicField") or ()
        fields = {str(one["Name"]): _text(one.get("Value")) for one in listed}
        customer = item.get("CustomerUserID")
        return Seen(
            id=ticket,
            state=self.common.meaning(str(item["State"])),
            status=str(item["State"]),
            subject=str(item.get("Title") or ""),
            queue=item.get("Queue"),
            priority=item.get("Priority"),
            fields=fields,
            requestors=(str(customer),) if customer else (),
            created_at=self._moment(item.get("Created")),
        )

    async def text(self, ticket: str, most: int) -> str:
        """The first article."""
        try:
            item = await self._get(ticket, AllArticles=1, ArticleOrder="ASC", ArticleLimit=1)
        except TooLargeError:
            return ""  # nobody typed that
        articles = item.get("Article") or ()
        return str(articles[0].get("Body") or "")[:most] if articles else ""

    async def create(self, draft: Draft, mark: str, *, again: bool) -> Done:
        """The mark stands in the title, where a search finds it."""
        if again:
            found = await self._ask("TicketSearch", Title=f"%{mark}%", Limit=1)
            known = _ids(found)
            if known:
                return Done(id=known[0])
        ticket: dict[str, Any] = {
            "Title": f"{draft.subject} [{mark}]"[:250],
            "Queue": draft.queue or "Raw",
            "State": self.common.states[TicketState.OPEN],
            "Priority": draft.priority or "3 normal",
            "CustomerUser": draft.requestor or self._customer,
        }
        body: dict[str, Any] = {"Ticket": ticket, "Article": _article(draft.text, mark)}
        body |= _dynamic(draft.fields)
        made = await self._ask("TicketCreate", **body)
        return Done(id=str(made["TicketID"]))

    async def note(
        self, ticket: str, text: str, mark: str, *, answer: str | None = None, again: bool
    ) -> Done:
        """An internal article. For the customer a mail that Znuny sends, or, where no address of
        his is known, an article that he sees in its portal."""
        if again:
            item = await self._get(
                ticket, AllArticles=1, ArticleOrder="DESC", ArticleLimit=_AT_ONCE
            )
            if any(mark in str(one.get("Subject")) for one in item.get("Article") or ()):
                return Done(id=mark)
        article: dict[str, Any] = _article(text, subject_of(answer, mark))
        if answer:
            article["IsVisibleForCustomer"] = 1
            address = await self._address(ticket)
            if address:
                article |= {"CommunicationChannel": "Email", "ArticleSend": 1, "To": address}
        await self._ask("TicketUpdate", TicketID=_number(ticket), Article=article)
        return Done(id=mark)

    async def _address(self, ticket: str) -> str | None:
        """Where his mail goes: who wrote the first of the customer's articles."""
        try:
            item = await self._get(
                ticket,
                AllArticles=1,
                ArticleSenderType=["customer"],
                ArticleOrder="ASC",
                ArticleLimit=1,
            )
        except TooLargeError:
            item = await self._get(ticket)
        given = [str(one.get("From") or "") for one in item.get("Article") or ()]
        given.append(str(item.get("CustomerUserID") or ""))
        found = (address for _, address in getaddresses(given) if "@" in address)
        return next(found, None)

    async def change(self, ticket: str, change: Change, mark: str) -> Done:
        """All in one update, then read back."""
        values: dict[str, Any] = {"Queue": change.queue} if change.queue else {}
        values |= {"Priority": change.priority} if change.priority else {}
        values |= {"State": self.common.states[change.state]} if change.state else {}
        fields = dict(change.fields)
        due = self.common.fields.get("due")
        if due and change.due_at:
            local = change.due_at.astimezone(self._zone)
            fields[due] = local.strftime("%Y-%m-%d %H:%M:%S")
        body: dict[str, Any] = {"Ticket": values} if values else {}
        body |= _dynamic(fields)
        if not body:
            return Done(id=ticket)
        await self._ask("TicketUpdate", TicketID=_number(ticket), **body)
        seen = await self.read(ticket)
        wanted = {"queue": change.queue, "priority": change.priority}
        now = {"queue": seen.queue, "priority": seen.priority}
        refused = {n: f"is {now[n]!r}" for n, v in wanted.items() if v not in (None, now[n])}
        for name, value in fields.items():
            if seen.fields.get(name) != value:
                refused[name] = f"is {seen.fields.get(name)!r}"
        return Done(id=ticket, refused=refused)

    async def history(self, ticket: str, after: int | None) -> History:
        """Not among the abilities."""
        return History(upto=after or 0)

    async def changed(self, since: datetime) -> list[tuple[str, str]]:
        """By the time of the last change; who made it is not told, so netdiag's own come too."""
        local = since.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")
        found = await self._ask(
            "TicketSearch",
            TicketChangeTimeNewerDate=local,
            Limit=5000,
            SortBy="Changed",
            OrderBy="Down",
        )
        ids = _ids(found)
        told = []
        for start in range(0, len(ids), _AT_ONCE):
            got = await self._ask("TicketGet", TicketID=ids[start : start + _AT_ONCE])
            told += [(str(item["TicketID"]), str(item["Changed"])) for item in got["Ticket"]]
        return told

    async def close(self) -> None:
        """Close its connections."""
        await self._line.close()

    async def _get(self, ticket: str, **more: Any) -> dict[str, Any]:
        found = await self._ask("TicketGet", TicketID=_number(ticket), DynamicFields=1, **more)
        item: dict[str, Any] = found["Ticket"][0]
        return item

    async def _ask(self, operation: str, **body: Any) -> dict[str, Any]:
        reply = await self._line.ask("POST", f"/{operation}", body=self._login | body)
        if not isinstance(reply, dict):
            raise RefusedError(f"{self.common.name} answered {operation} with no object.")
        error = reply.get("Error")
        if error:
            code = str(error.get("ErrorCode"))
            text = f"{self.common.name} refused {operation}: {code}: {error.get('ErrorMessage')}"
            if code.endswith(".AccessDenied"):
                raise HiddenError(
                    f"{text} It was deleted, or is in a queue that netdiag may not see."
                )
            raise (NotNowError if code.startswith(_LATER) else RefusedError)(text)
        return reply

    def _moment(self, text: str | None) -> datetime | None:
        if not text:
            return None
        return datetime.fromisoformat(text).replace(tzinfo=self._zone).astimezone(UTC)


def _article(text: str, subject: str) -> dict[str, Any]:
    return {
        "CommunicationChannel": "Internal",
        "IsVisibleForCustomer": 0,
        "SenderType": "agent",
        "Subject": subject,
        "Body": text,
        "ContentType": "text/plain; charset=utf-8",
    }


def _dynamic(fields: Mapping[str, str]) -> dict[str, Any]:
    listed = [{"Name": name, "Value": value} for name, value in fields.items()]
    return {"DynamicField": listed} if listed else {}


def _ids(found: Mapping[str, Any]) -> list[str]:
    ids = found.get("TicketID") or []
    return [str(one) for one in (ids if isinstance(ids, list) else [ids])]


def _number(ticket: str) -> str:
    if not re.fullmatch(r"[0-9]{1,20}", ticket):
        raise RefusedError(f"{ticket[:50]!r} is no TicketID of Znuny.")
    return ticket


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
