"""What people did to tickets of Request Tracker, out of its transactions (TransactionSQL, RT 5).

A ticket shows its state of now: there and back, or called done and opened again, stands only in its
transactions. They are asked by number, since RT reads a time in the time zone of the user who asks;
only the first question is by time, from a day earlier.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from netdiag.routing.desks.desk import History

Ask = Callable[..., Awaitable[Any]]
Item = Mapping[str, Any]
_TYPES = ("Create", "Correspond", "Status", "Set", "CustomField")
_FIELDS = "Type,Field,OldValue,NewValue,Creator,ObjectId"
_PAGE = 100  # the most that RT gives at once
_PAGES = 500
_OVERLAP = 200  # numbers: what was begun earlier may be committed later
_ZONES = timedelta(days=1)


class Transactions:
    """Those of everybody but netdiag. `ask`: a call of REST 2; `me`: netdiag's account there."""

    def __init__(self, ask: Ask, me: str) -> None:
        self._ask = ask
        kinds = " OR ".join((*(f"Type = '{one}'" for one in _TYPES), "Field = 'MergedInto'"))
        self._by_others = f"ObjectType = 'RT::Ticket' AND Creator != '{me}' AND ({kinds})"
        self._upto: int | None = None
        self._queues: dict[str, str] = {}

    async def changed(self, since: datetime) -> list[tuple[str, str]]:
        """(ticket, number of its last transaction) since the last question; at the first since
        then."""
        if self._upto is None:
            moment = (since.astimezone(UTC) - _ZONES).strftime("%Y-%m-%d %H:%M:%S")
            found = await self._after(0, f"Created > '{moment}'")
        else:
            found = await self._after(max(0, self._upto - _OVERLAP))
        last = {str(one["ObjectId"]): int(one["id"]) for one in found}
        self._upto = max((self._upto or 0, *last.values()))
        return [(ticket, str(number)) for ticket, number in last.items()]

    async def of(self, ticket: str, after: int | None) -> History:
        """What was done to one ticket behind that number; without one only where it stands."""
        about = f"ObjectId = {ticket}"
        if after is None:
            newest = await self._page(f"{self._by_others} AND {about}", "DESC", 1)
            return History(upto=int(newest[0]["id"]) if newest else 0)
        found = await self._after(after, about)
        moves = [
            (await self._queue(old), await self._queue(new)) for old, new in _set(found, "Queue")
        ]
        return History(
            upto=max((after, *(int(one["id"]) for one in found))),
            moves=tuple(moves),
            turns=tuple(_set(found, "Status")),
            writers=tuple(_writer(one) for one in found if one["Type"] == "Correspond"),
        )

    async def _after(self, number: int, *more: str) -> list[Item]:
        """All behind that number, oldest first."""
        found: list[Item] = []
        for _ in range(_PAGES):
            items = await self._page(" AND ".join((self._by_others, f"id > {number}", *more)))
            found += items
            if len(items) < _PAGE:
                break
            number = int(items[-1]["id"])
        return found

    async def _page(self, query: str, order: str = "ASC", most: int = _PAGE) -> list[Item]:
        params = {
            "query": query,
            "fields": _FIELDS,
            "fields[Creator]": "EmailAddress",
            "per_page": str(most),
            "orderby": "id",
            "order": order,
        }
        items: list[Item] = (await self._ask("GET", "/transactions", params=params))["items"]
        return items

    async def _queue(self, number: str) -> str:
        """Its name; a transaction names a queue by number."""
        if number not in self._queues:
            self._queues[number] = (await self._ask("GET", f"/queue/{int(number)}"))["Name"]
        return self._queues[number]


def _set(items: Iterable[Item], name: str) -> list[tuple[str, str]]:
    return [
        (str(one["OldValue"]), str(one["NewValue"]))
        for one in items
        if one["Type"] in ("Set", "Status") and one.get("Field") == name
    ]


def _writer(item: Item) -> str:
    creator = item["Creator"]
    return str(creator.get("EmailAddress") or creator["id"])
