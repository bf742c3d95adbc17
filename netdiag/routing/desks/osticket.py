"""osTicket over its own API, which does one thing: it makes tickets (setup/doc/api/tickets.md).

No reading, no notes, no changes; what netdiag finds later has to reach the desk another way (a
second ticket system of kind `mail`, or the board). The answer to a new ticket is its number as
plain text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from netdiag.content.reader import Reader
from netdiag.content.yaml import Tree
from netdiag.model.secret import Secret
from netdiag.model.ticket import TicketState
from netdiag.routing.desks.common import Common
from netdiag.routing.desks.desk import Ability, Done, Draft, RefusedError
from netdiag.routing.desks.http import Line
from netdiag.routing.desks.read_common import read_common, read_url
from netdiag.routing.desks.silent import Silent
from netdiag.routing.desks.webhook import flat_event

_MEANINGS = {
    "open": TicketState.OPEN,
    "resolved": TicketState.RESOLVED,
    "closed": TicketState.RESOLVED,
}


def read(name: str, reader: Reader, language: str, secret: Callable[[Tree], Secret]) -> Desk:
    """`{kind: osticket, url: https://help.example.net, key: {credential: NAME}, email: …}`. Queues
    are numbers of help topics (`topicId`), priorities numbers of `priorityId`."""
    common = read_common(
        name, reader, language=language, states={}, meanings=_MEANINGS, priorities={}
    )
    return Desk(
        common,
        read_url(reader),
        secret(reader.need("key")),
        reader.text("email"),
        reader.text("name", "netdiag"),
    )


class Desk(Silent):
    """One osTicket. `email` and `sender`: for whom the tickets are opened."""

    abilities = frozenset({Ability.CREATE})

    def __init__(self, common: Common, url: str, key: Secret, email: str, sender: str) -> None:
        self.common = common
        self._email, self._sender = email, sender
        self._line = Line(url, headers={"x-api-key": key.reveal()}, name=common.name)

    event = staticmethod(flat_event)

    async def create(self, draft: Draft, mark: str, *, again: bool) -> Done:
        """There is nothing to look for an earlier one with: after a crash in the very moment of
        the call there may be two, both with the same mark in the subject."""
        body: dict[str, Any] = {
            "source": "API",
            "alert": True,
            "autorespond": False,
            "name": self._sender,
            "email": draft.requestor or self._email,
            "subject": f"{draft.subject} [{mark}]",
            "message": f"data:text/plain;charset=utf-8,{draft.text}",
        }
        body |= {"topicId": _id(draft.queue)} if draft.queue else {}
        body |= {"priorityId": _id(draft.priority)} if draft.priority else {}
        body |= dict(draft.fields)
        number = await self._line.ask_text("POST", "/api/tickets.json", body=body)
        return Done(id=number.strip().strip('"'))

    async def close(self) -> None:
        """Close its connections."""
        await self._line.close()


def _id(word: str) -> int:
    if not word.isdigit():
        raise RefusedError(
            f"osTicket knows help topics and priorities by number; {word!r} is none. Mend 'queues' "
            "or 'priorities' of this ticket system in netdiag.yaml."
        )
    return int(word)
