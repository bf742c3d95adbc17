"""A ticket system of somebody's own, behind signed webhooks: it checks every signature and key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.desks.strict import Asked, Json, Strict, only

_KEYS: dict[str, tuple[set[str], set[str]]] = {  # may, needs
    "create": ({"queue", "priority", "due_at", "fields", "requestor"}, {"subject", "text"}),
    "note": (set(), {"ticket", "text"}),
    "answer": (set(), {"ticket", "text"}),
    "change": ({"queue", "priority", "due_at", "fields", "state", "parent"}, {"ticket"}),
}


@dataclass
class StrictHook(Strict):
    """Acts in the order they came, each webhook-id once."""

    secret: str = ""
    acts: list[Json] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)

    def answer(self, asked: Asked) -> tuple[int, Any]:
        Webhook(self.secret).verify(asked.body, asked.headers)
        body = asked.json()
        act = body.pop("act")
        may, needs = _KEYS[act]
        why = only(body, may, needs)
        if asked.path != "/netdiag":
            return self.refuse(404, asked.path, {})
        if why or asked.headers["webhook-id"] != asked.headers["idempotency-key"]:
            return self.refuse(422, f"{act}: {why}", {"error": why})
        if asked.headers["webhook-id"] in self.known:
            return 200, self.known[asked.headers["webhook-id"]]
        self.acts.append({"act": act} | body)
        reply = {"ticket": f"N-{len(self.acts)}"} if act == "create" else {}
        self.known[asked.headers["webhook-id"]] = reply
        return 200, reply

    def of(self, ticket: str, act: str) -> list[Json]:
        return [one for one in self.acts if one.get("ticket") == ticket and one["act"] == act]
