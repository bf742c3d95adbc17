"""Zammad as its documentation tells it: tickets, articles, links, search."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.desks.strict import Asked, Json, Strict, only

TOKEN = "zammad-token-p3Xz"
GROUPS = ("Users", "NOC", "Field")
STATES = ("new", "open", "pending reminder", "closed")
PRIORITIES = ("1 low", "2 normal", "3 high")
OWN = {"netdiag_fault", "netdiag_side", "netdiag_due"}  # object attributes that were made there
_WRITABLE = {"title", "group", "customer", "state", "priority", "owner", "article", "note"}


@dataclass
class StrictZammad(Strict):
    """Tickets from 1 on."""

    tickets: dict[int, Json] = field(default_factory=dict)
    articles: list[Json] = field(default_factory=list)
    links: list[tuple[int, int]] = field(default_factory=list)  # parent, child

    def add(self, **values: Any) -> int:
        number = len(self.tickets) + 1
        usual = {"title": "no Internet", "group": "Users", "state": "new", "priority": "2 normal"}
        moment = "2026-11-24T10:00:00.000Z"
        times = {"created_at": moment, "updated_at": moment, "updated_by": "anna@isp.test"}
        self.tickets[number] = {
            "id": number,
            "number": str(22000 + number),
            "customer": "petrov@example.net",
            **usual,
            **times,
            **dict.fromkeys(OWN),
            **values,
        }
        return number

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("authorization") != f"Token token={TOKEN}":
            return self.refuse(401, "token", {"error": "Authentication required"})
        path = asked.path.removeprefix("/api/v1")
        for pattern, method, act in _ROUTES:
            found = re.fullmatch(pattern, path)
            if found and method == asked.method:
                return act(self, asked, *map(int, found.groups()))  # type: ignore[no-any-return]
        return self.refuse(404, f"{asked.method} {path}", {"error": "No route matches"})

    def _show(self, asked: Asked, number: int) -> tuple[int, Any]:
        ticket = self.tickets.get(number)
        if ticket is None:
            return 404, {"error": "Couldn't find Ticket"}
        return 200, ticket if asked.query.get("expand") == "true" else {
            name: value for name, value in ticket.items() if name not in ("group", "state")
        }

    def _create(self, asked: Asked) -> tuple[int, Any]:
        body = asked.json()
        why = only(body, _WRITABLE | OWN, {"title", "group", "customer", "article"})
        if why or body["group"] not in GROUPS or self._wrong_article(body["article"]):
            return self.refuse(422, f"create {why}", {"error": "Invalid"})
        article = body.pop("article")
        number = self.add(**body, updated_by="netdiag@isp.test")
        self.articles.append(article | {"ticket_id": number, "id": len(self.articles) + 1})
        return 201, self.tickets[number]

    def _update(self, asked: Asked, number: int) -> tuple[int, Any]:
        body = asked.json()
        if number not in self.tickets:
            return 404, {"error": "Couldn't find Ticket"}
        if only(body, _WRITABLE | OWN, set()):
            return self.refuse(422, f"update {sorted(body)}", {"error": "unknown attribute"})
        for name, known in (("group", GROUPS), ("state", STATES), ("priority", PRIORITIES)):
            if name in body and body[name] not in known:
                return 422, {"error": f"No lookup value found for '{name}': {body[name]!r}"}
        self.tickets[number] |= body | {"updated_by": "netdiag@isp.test"}
        return 200, self.tickets[number]

    def _wrong_article(self, article: Json) -> bool:
        known = {"subject", "to", "cc", "content_type", "internal", "time_unit", "attachments"}
        kind = article.get("type")
        mail = kind == "email" and not article.get("to")
        return bool(only(article, known, {"body", "type"})) or kind not in ("note", "email") or mail

    def _article(self, asked: Asked) -> tuple[int, Any]:
        body = asked.json()
        number = body.pop("ticket_id", None)
        if number not in self.tickets:
            return 404, {"error": "Couldn't find Ticket"}
        if self._wrong_article(body):
            return self.refuse(422, f"article {sorted(body)}", {"error": "Invalid"})
        made = body | {"ticket_id": number, "id": len(self.articles) + 1}
        self.articles.append(made)
        return 201, made

    def _articles(self, asked: Asked, number: int) -> tuple[int, Any]:
        return 200, [one for one in self.articles if one["ticket_id"] == number]

    def _search(self, asked: Asked) -> tuple[int, Any]:
        query = asked.query.get("query", "")
        title = re.fullmatch(r'title:"([^"]+)"', query)
        if title:
            found = [t for t in self.tickets.values() if title[1] in t["title"]]
        elif re.fullmatch(r"updated_at:\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ TO \*\]", query):
            since = query[12:32]
            found = [t for t in self.tickets.values() if t["updated_at"] >= since]
        else:
            return self.refuse(422, f"search {query}", {"error": "bad query"})
        size = int(asked.query.get("per_page") or asked.query.get("limit", 50))
        start = (int(asked.query.get("page", 1)) - 1) * size
        return 200, found[start : start + size]

    def _links(self, asked: Asked) -> tuple[int, Any]:
        if asked.query.get("link_object") != "Ticket":
            return self.refuse(422, "links", {"error": "link_object"})
        number = int(asked.query["link_object_value"])
        linked = [a if b == number else b for a, b in self.links if number in (a, b)]
        return 200, {"links": [{"link_type": "parent", "link_object_value": n} for n in linked]}

    def _link(self, asked: Asked) -> tuple[int, Any]:
        body = asked.json()
        needed = {"link_type", "link_object_source", "link_object_source_number"}
        needed |= {"link_object_target", "link_object_target_value"}
        if only(body, set(), needed) or body["link_type"] not in ("normal", "parent", "child"):
            return self.refuse(422, "link", {"error": "Invalid"})
        numbers = {ticket["number"]: number for number, ticket in self.tickets.items()}
        source = numbers.get(body["link_object_source_number"])
        if source is None:
            return self.refuse(422, "link number", {"error": "no such number"})
        self.links.append((source, body["link_object_target_value"]))
        return 201, {"id": len(self.links)}


_ROUTES: tuple[tuple[str, str, Any], ...] = (
    (r"/tickets/search", "GET", StrictZammad._search),
    (r"/tickets/(\d+)", "GET", StrictZammad._show),
    (r"/tickets/(\d+)", "PUT", StrictZammad._update),
    (r"/tickets", "POST", StrictZammad._create),
    (r"/ticket_articles", "POST", StrictZammad._article),
    (r"/ticket_articles/by_ticket/(\d+)", "GET", StrictZammad._articles),
    (r"/links", "GET", StrictZammad._links),
    (r"/links/add", "POST", StrictZammad._link),
)
