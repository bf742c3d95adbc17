"""What is put into the store comes out again, once."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from netdiag.model.outage import Cause, Origin, Outage, OutageState
from netdiag.store.database import Database
from netdiag.store.diagnoses import Diagnoses
from netdiag.store.feedback import Feedback, Finding
from netdiag.store.inbox import Inbox
from netdiag.store.outages import Entry, OutageError, Register
from netdiag.store.tokens import Scope, Tokens

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def outage(root: str = "sw-1") -> Outage:
    return Outage(
        id="",
        root=root,
        state=OutageState.CONFIRMED,
        cause=Cause.POWER,
        origin=Origin.HAND,
        since=NOW,
        say={"en": "We know."},
    )


def document(key: str, minutes: int = 0) -> dict[str, object]:
    moment = (NOW + timedelta(minutes=minutes)).isoformat()
    verdict = {"fault": "none.ok", "side": "none", "segment": None, "grade": "certain"}
    return {
        "id": key,
        "subscriber": "100234",
        "ticket": None,
        "started_at": moment,
        "finished_at": moment,
        "attachment": {"device": "sw-1", "port": "7"},
        "verdict": verdict | {"confidence": 0.9, "rule_revision": "r1"},
        "say": {"fa": "خوب است"},
    }


def test_a_delivery_is_taken_once_also_by_many_at_the_same_time(database: Database) -> None:
    inbox = Inbox(database)
    database.engine()

    def deliver(number: int) -> tuple[bool, str | None]:
        taken = inbox.accept("rt", "d-1", raw="{}", body="{}", work=f"job-{number}", now=NOW)
        return taken.again, taken.work

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(deliver, range(16)))
    assert [again for again, _ in results].count(False) == 1
    assert len({work for _, work in results}) == 1
    assert len(inbox.since(NOW - timedelta(hours=1))) == 1


def test_the_same_delivery_with_another_body_is_told(database: Database) -> None:
    inbox = Inbox(database)
    inbox.accept("rt", "d-1", raw="{}", body="{}", work="job-1", now=NOW)
    again = inbox.accept("rt", "d-1", raw="{ }", body="{}", work="job-2", now=NOW)
    assert (again.again, again.same, again.work) == (True, False, "job-1")
    assert not inbox.accept("zammad", "d-1", raw="", body="", work="job-3", now=NOW).again


def test_a_diagnosis_kept_twice_is_there_once(database: Database) -> None:
    diagnoses = Diagnoses(database)
    for minutes, key in enumerate(("a", "b", "a")):
        diagnoses.keep(document(key, minutes), "operator")
    assert [one["id"] for one in diagnoses.last_of("100234", 9)] == ["a", "b"]
    assert diagnoses.get("b") == json.loads(json.dumps(document("b", 1)))
    assert diagnoses.get("c") is None
    assert [one["id"] for one in diagnoses.since(NOW + timedelta(minutes=2))] == ["a"]


def test_a_root_has_one_open_outage(database: Database) -> None:
    register = Register(database)
    first = register.open(outage(), "noc", "no light")
    with pytest.raises(OutageError, match=first.id):
        register.open(outage(), "noc")
    over = replace(first, state=OutageState.CLEARED, cleared_at=NOW)
    entry = Entry(at=NOW, who="noc", state=OutageState.CLEARED, note="mended")
    register.change(first.id, lambda _: (over, entry))
    second = register.open(outage(), "noc")
    assert [one.id for one in register.open_ones()] == [second.id]
    assert [(one.state, one.note) for one in register.log(first.id)] == [
        (OutageState.CONFIRMED, "no light"),
        (OutageState.CLEARED, "mended"),
    ]
    assert register.get(first.id) == over


def test_a_token_works_until_it_ends_or_is_revoked(database: Database) -> None:
    tokens = Tokens(database)
    made = tokens.make("desk", frozenset({Scope.READ}), NOW, lasts=timedelta(days=1))
    token = tokens.check(made, NOW)
    assert token is not None
    assert (token.allows(Scope.READ), token.allows(Scope.ADMIN)) == (True, False)
    assert tokens.check(made, NOW + timedelta(days=2)) is None
    assert tokens.check(made[:-1] + ("a" if made[-1] != "a" else "b"), NOW) is None
    assert tokens.check("nd_zz_x", NOW) is None
    assert tokens.check("", NOW) is None
    assert tokens.revoke(token.id)
    assert tokens.check(made, NOW) is None
    assert tokens.all()[0].last_used_at == NOW


def test_the_secret_of_a_token_is_not_in_the_store(database: Database) -> None:
    made = Tokens(database).make("desk", frozenset({Scope.READ}), NOW)
    secret = made.split("_", 2)[2]
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM tokens").all()
    assert secret not in str(rows)


def test_findings_come_back(database: Database) -> None:
    finding = Finding(at=NOW, who="tech", subscriber="100234", side="provider", remark="cut")
    Feedback(database).add(finding)
    assert Feedback(database).since(NOW) == [finding]
    assert Feedback(database).since(NOW, NOW) == []


def test_findings_that_are_known_by_their_key_are_kept_once(database: Database) -> None:
    kept = Feedback(database)
    many = [
        Finding(at=NOW, who="import", subscriber="", ticket=str(n), code="7", key=f"k{n}")
        for n in range(1200)
    ]
    assert kept.add_new(many[:700]) == 700
    assert kept.add_new(many) == 500
    assert kept.add_new([many[0], many[0]]) == 0
    assert len(kept.since(NOW)) == 1200
    kept.add(Finding(at=NOW, who="tech", subscriber="100234"))  # without a key each is its own
    kept.add(Finding(at=NOW, who="tech", subscriber="100234"))
    assert len(kept.since(NOW)) == 1202


def test_statistics_need_no_documents(database: Database) -> None:
    kept = Diagnoses(database)
    more = {"site": "hill", "route": {"desk": "field.line"}}
    kept.keep(document("a") | more, "cli")
    kept.keep(document("b", minutes=5), "cli")
    rows = kept.figures(NOW, NOW + timedelta(minutes=5))
    assert [(row["id"], row["site"], row["desk"]) for row in rows] == [("a", "hill", "field.line")]
    assert rows[0]["finished_at"] == NOW
    assert [one["id"] for one in kept.documents(["b", "gone"])] == ["b"]


def test_writers_at_the_same_time_lose_nothing(database: Database) -> None:
    register = Register(database)
    made = register.open(outage(), "noc")

    def note(number: int) -> None:
        with database.write() as connection:
            count = connection.exec_driver_sql("SELECT subscribers FROM outages").scalar() or 0
            lock = " FOR UPDATE" if not database.is_sqlite else ""
            if lock:
                count = (
                    connection.exec_driver_sql(f"SELECT subscribers FROM outages{lock}").scalar()
                    or 0
                )
            connection.exec_driver_sql(f"UPDATE outages SET subscribers = {count + 1}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(note, range(40)))
    kept = register.get(made.id)
    assert kept is not None
    assert kept.subscribers == 40
