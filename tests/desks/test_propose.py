"""Tickets that nobody asked for: only where policy allows."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from netdiag.model.ticket import Case, Happened, TicketEvent
from netdiag.routing.desks.desk import Ability
from netdiag.service.tickets.open import open_ticket
from netdiag.service.tickets.propose import Answer, propose, refusal
from netdiag.service.tickets.settings import Policy, Proactive
from netdiag.store.database import Database
from netdiag.store.tickets import Tickets

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ALLOWED = Proactive(allowed=True, system="rt", never=("provider.line.flapping",), per_hour=2)


def document(**verdict: Any) -> dict[str, Any]:
    usual = {"fault": "provider.line.cable-fault", "side": "provider", "segment": "drop"}
    usual |= {"grade": "certain"}
    return {"id": "dx-1", "subscriber": "100234", "outage": None, "verdict": usual | verdict}


@pytest.mark.parametrize(
    ("policy", "verdict", "why"),
    [
        (ALLOWED, {}, None),
        (Proactive(), {}, "not allowed"),
        (ALLOWED, {"side": "subscriber", "segment": "cpe"}, "customer's own equipment"),
        (ALLOWED, {"fault": "subscriber.cpe.powered-off", "segment": "cpe"}, "customer's own"),
        (ALLOWED, {"side": "account", "segment": "account"}, "side account"),
        (ALLOWED, {"side": "undetermined"}, "side undetermined"),
        (ALLOWED, {"grade": "probable"}, "probable is not sure enough"),
        (ALLOWED, {"fault": "provider.line.flapping"}, "among 'never'"),
        (Proactive(allowed=True, faults=("provider.pon",)), {}, "not in 'faults'"),
        (Proactive(allowed=True, faults=("provider.line",)), {}, None),
        (Proactive(allowed=True, faults=("provider.li",)), {}, "not in 'faults'"),
    ],
)
def test_policy_decides(policy: Proactive, verdict: dict[str, str], why: str | None) -> None:
    told = refusal(policy, document(**verdict))
    assert told == why if why is None else why in str(told)


def test_behind_a_known_outage_nothing_is_opened() -> None:
    told = refusal(ALLOWED, document() | {"outage": {"id": "out-1"}})
    assert told == "a known outage explains it"


async def test_one_per_subscriber_and_no_more_than_so_many_an_hour(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/netdiag.db")
    tickets = Tickets(database)
    room: Any = SimpleNamespace(
        policy=Policy(proactive=ALLOWED),
        tickets=tickets,
        post=SimpleNamespace(can=lambda _, ability: ability is Ability.CREATE),
    )
    first = await propose(room, document(), NOW)
    assert (first.answer, first.job) == (Answer.OPENED, (await propose(room, document(), NOW)).job)
    case = Case(system="rt", external_id="1", subscriber="100234", changed_at=NOW)
    made, _ = tickets.take_in(case)
    assert (await propose(room, document(), NOW)).answer is Answer.EXISTS
    opened = [
        TicketEvent(at=NOW, kind=Happened.PROACTIVE, who="netdiag", key=key) for key in ("a", "b")
    ]
    tickets.add(made.id, *opened)
    other = document() | {"subscriber": "100235"}
    refused = await propose(room, other, NOW)
    assert (refused.answer, refused.why) == (Answer.REFUSED, "2 were opened within the hour")
    later = NOW.replace(hour=14)
    waiting = await propose(room, other, later, under_way=2)
    assert (waiting.answer, waiting.why) == (Answer.REFUSED, "2 were opened within the hour")
    assert (await propose(room, other, later)).answer is Answer.OPENED
    database.close()


async def test_a_ticket_that_came_while_the_system_was_down_is_not_doubled(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/netdiag.db")
    tickets = Tickets(database)

    async def kept(_: str) -> dict[str, Any]:
        return document()

    room: Any = SimpleNamespace(tickets=tickets, document=kept)
    tickets.take_in(Case(system="rt", external_id="1", subscriber="100234", changed_at=NOW))
    work = {"key": "tk-1", "system": "rt", "ticket": "", "diagnosis": "dx-1"}
    assert await open_ticket(room, work) == {"ticket": None, "exists": "1"}
    database.close()
