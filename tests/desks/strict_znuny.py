"""Znuny's GenericInterface as its operations tell it: always 200, refusals inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.desks.strict import Asked, Json, Strict, only

PASSWORD = "znuny-hush-7Qk"
QUEUES = ("Raw", "noc", "field")
STATES = ("new", "open", "closed successful", "merged")
PRIORITIES = ("1 very low", "2 low", "3 normal", "4 high", "5 very high")
FIELDS = ("NetdiagFault", "NetdiagSide", "NetdiagDue")
_TICKET = {"Title", "Queue", "State", "Priority", "CustomerUser", "Owner", "Type"}
_ARTICLE = {"CommunicationChannel", "IsVisibleForCustomer", "SenderType", "Subject", "Body"}
_MAY = {"ContentType", "ArticleSend", "To", "From", "TimeUnit"}


@dataclass
class StrictZnuny(Strict):
    """Tickets from 1 on; paths are those of config/znuny/netdiag.yml."""

    tickets: dict[int, Json] = field(default_factory=dict)

    def add(self, **values: Any) -> int:
        number = len(self.tickets) + 1
        usual = {"Title": "no Internet", "Queue": "Raw", "State": "new", "Priority": "3 normal"}
        times = {"Created": "2026-11-24 10:00:00", "Changed": "2026-11-24 10:00:00"}
        own: Json = {"DynamicField": {}, "Article": []}
        own["Article"].append({"From": "Petrov <petrov@example.net>", "SenderType": "customer"})
        who = {"TicketID": number, "CustomerUserID": "petrov"}
        self.tickets[number] = who | usual | times | own | values
        return number

    def answer(self, asked: Asked) -> tuple[int, Any]:
        body = asked.json()
        login = body.pop("UserLogin", None), body.pop("Password", None)
        operation = asked.path.rpartition("/")[2]
        if asked.method != "POST" or asked.path != f"/Webservice/netdiag/{operation}":
            return self.refuse(404, asked.path, "")
        if login != ("netdiag", PASSWORD):
            return self._error(f"{operation}.AuthFail", "Authorization failing!")
        acts = {
            "TicketGet": self._get,
            "TicketCreate": self._create,
            "TicketUpdate": self._update,
            "TicketSearch": self._search,
        }
        if operation not in acts:
            return self.refuse(404, operation, "")
        return acts[operation](body)

    def _error(self, code: str, text: str) -> tuple[int, Any]:
        return 200, {"Error": {"ErrorCode": code, "ErrorMessage": text}}

    def _get(self, body: Json) -> tuple[int, Any]:
        known = {
            "DynamicFields",
            "AllArticles",
            "ArticleOrder",
            "ArticleLimit",
            "ArticleSenderType",
        }
        if only(body, known, {"TicketID"}):
            return self.refuse(500, f"get {sorted(body)}", "")
        ids = body["TicketID"] if isinstance(body["TicketID"], list) else [body["TicketID"]]
        tickets = [self.tickets.get(int(one)) for one in ids]
        if None in tickets:
            return self._error("TicketGet.AccessDenied", "User does not have access to the ticket!")
        return 200, {"Ticket": [self._shown(one, body) for one in tickets if one]}

    def _shown(self, ticket: Json, body: Json) -> Json:
        fields = [{"Name": name, "Value": ticket["DynamicField"].get(name)} for name in FIELDS]
        senders = body.get("ArticleSenderType") or ["agent", "customer"]
        articles = [one for one in ticket["Article"] if one["SenderType"] in senders]
        shown = ticket | {"DynamicField": fields, "Article": articles}
        if not body.get("AllArticles"):
            shown.pop("Article")
        return shown

    def _create(self, body: Json) -> tuple[int, Any]:
        if only(body, {"DynamicField"}, {"Ticket", "Article"}):
            return self.refuse(500, f"create {sorted(body)}", "")
        needed = {"Title", "CustomerUser", "Queue", "State", "Priority"}
        why = only(body["Ticket"], _TICKET, needed) or self._wrong("TicketCreate", body)
        if why:
            return self._error("TicketCreate.InvalidParameter", str(why))
        number = self.add()
        self._write(number, body)
        return 200, {"TicketID": str(number), "TicketNumber": f"2026{number}", "ArticleID": "1"}

    def _update(self, body: Json) -> tuple[int, Any]:
        if only(body, {"DynamicField", "Ticket", "Article"}, {"TicketID"}):
            return self.refuse(500, f"update {sorted(body)}", "")
        number = int(body.pop("TicketID"))
        if number not in self.tickets:
            return self._error("TicketUpdate.AccessDenied", "No access")
        why = self._wrong("TicketUpdate", body)
        if why:
            return self._error("TicketUpdate.InvalidParameter", why)
        self._write(number, body)
        return 200, {"TicketID": str(number)}

    def _search(self, body: Json) -> tuple[int, Any]:
        known = {"Title", "Limit", "TicketChangeTimeNewerDate", "SortBy", "OrderBy"}
        if only(body, known, set()):
            return self.refuse(500, f"search {sorted(body)}", "")
        word = str(body.get("Title", "%")).strip("%")
        ids = [str(number) for number, ticket in self.tickets.items() if word in ticket["Title"]]
        return 200, {"TicketID": ids} if ids else {}

    def _wrong(self, operation: str, body: Json) -> str | None:
        ticket, article = body.get("Ticket", {}), body.get("Article")
        for name, known in (("Queue", QUEUES), ("State", STATES), ("Priority", PRIORITIES)):
            if name in ticket and ticket[name] not in known:
                return f"{operation}: Ticket->{name} parameter is invalid!"
        if article is not None and only(article, _MAY, _ARTICLE):
            return f"{operation}: Article {sorted(article)}"
        if article and article["CommunicationChannel"] not in ("Internal", "Email", "Phone"):
            return f"{operation}: Article->CommunicationChannel parameter is invalid!"
        if article and article.get("ArticleSend") and "@" not in article.get("To", ""):
            return f"{operation}: Article->To parameter must be a valid email address!"
        for one in body.get("DynamicField", []):
            if only(one, set(), {"Name", "Value"}) or one["Name"] not in FIELDS:
                return f"{operation}: DynamicField->Name parameter is invalid!"
        return None

    def _write(self, number: int, body: Json) -> None:
        ticket = self.tickets[number]
        ticket |= body.get("Ticket", {})
        for one in body.get("DynamicField", []):
            ticket["DynamicField"][one["Name"]] = one["Value"]
        if "Article" in body:
            ticket["Article"].append(body["Article"])
