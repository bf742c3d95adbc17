"""Tables of the daemon: what was diagnosed, what was accepted, who may ask, what is broken."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect

from netdiag.store.schema import metadata


class Moment(TypeDecorator[datetime]):
    """A moment with its zone: kept in UTC, given back in UTC. SQLite knows no zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To naive UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From naive UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


diagnoses = Table(
    "diagnoses",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("subscriber", String(200), nullable=False),
    Column("device", String(200)),
    Column("port", String(200)),
    Column("ticket", String(200)),
    Column("requested_by", String(100), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment, nullable=False),
    Column("fault", String(100), nullable=False),
    Column("side", String(20), nullable=False),
    Column("segment", String(20)),
    Column("grade", String(20), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("rule_revision", String(64), nullable=False),
    Column("side_confidence", Float),
    Column("site", String(200)),
    Column("desk", String(100)),
    Column("document", Text, nullable=False),  # JSON of the contract with every fact
    Index("diagnoses_by_subscriber", "subscriber", "finished_at"),
    Index("diagnoses_by_time", "finished_at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(100), nullable=False),  # api, or the ticket system
    Column("delivery", String(200), nullable=False),  # Idempotency-Key, webhook-id
    Column("received_at", Moment, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the body
    Column("body", Text, nullable=False),
    Column("work", String(200)),  # id of the workflow that carries it out
    UniqueConstraint("source", "delivery", name="inbox_once"),
    Index("inbox_by_time", "received_at"),
)

outages = Table(
    "outages",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("root", String(200), nullable=False),  # device, device:port or site:name
    Column("state", String(20), nullable=False),  # suspected, confirmed, clearing, cleared
    Column("cause", String(20), nullable=False),  # power, fibre, device, upstream, unknown
    Column("origin", String(20), nullable=False),  # hand, inference
    Column("since", Moment, nullable=False),
    Column("expected_end", Moment),
    Column("cleared_at", Moment),
    Column("confidence", Float, nullable=False),
    Column("subscribers", Integer),
    Column("say", JSON, nullable=False),  # language → sentence, may be empty
    Column("external", JSON, nullable=False),  # system → id of the parent ticket
    Index("outages_by_state", "state"),
    Index("outages_by_root", "root"),
)

outage_log = Table(
    "outage_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("outage", ForeignKey("outages.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Index("outage_log_by_outage", "outage", "at"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("system", String(100), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("subscriber", String(200)),
    Column("diagnosis", String(64)),  # the last one
    Column("outage", String(64)),
    Column("fault", String(100)),
    Column("side", String(20)),
    Column("site", String(200)),
    Column("desk", String(100)),  # netdiag's name of the desk that has it
    Column("queue", String(200)),  # the ticket system's name for it, as last seen
    Column("priority", String(30)),
    Column("due_at", Moment),
    Column("visit", Boolean),  # somebody was sent out
    Column("origin", String(20)),  # person, proactive, outage (the parent ticket of one)
    Column("repeat_of", Integer),  # tickets.id of the earlier contact
    Column("state", String(30), nullable=False),  # open, resolved, closed, merged, gone
    Column("bounces", Integer, nullable=False),
    Column("opened_at", Moment),
    Column("resolved_at", Moment),
    Column("closed_at", Moment),
    Column("changed_at", Moment, nullable=False),
    Column(
        "fields", JSON, nullable=False
    ),  # what netdiag set there last, to tell a person's change
    UniqueConstraint("system", "external_id", name="tickets_once"),
    Index("tickets_by_subscriber", "subscriber", "changed_at"),
    Index("tickets_by_outage", "outage", "state"),
    Index("tickets_by_state", "state", "changed_at"),
)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(30), nullable=False),  # see model/ticket.py
    Column("who", String(100), nullable=False),  # netdiag, or who changed it there
    Column("key", String(100), nullable=False),  # the same event again is one row
    Column("diagnosis", String(64)),
    Column("outage", String(64)),
    Column("fault", String(100)),
    Column("side", String(20)),
    Column("desk", String(100)),
    Column("detail", JSON, nullable=False),
    UniqueConstraint("ticket", "key", name="ticket_events_once"),
    Index("ticket_events_by_ticket", "ticket", "at"),
    Index("ticket_events_by_kind", "kind", "at"),
)

ticket_letters = Table(
    "ticket_letters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(100), nullable=False),  # the same act again is the same letter
    Column("system", String(100), nullable=False),
    Column("external_id", String(200), nullable=False),  # empty: a ticket that is to be made
    Column("act", String(30), nullable=False),  # create, note, change, link, close, reopen
    Column("state", String(20), nullable=False),  # begun, done, dead, resent
    Column("attempts", Integer, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("error", Text, nullable=False),
    Column("result", String(200), nullable=False),  # what the far side called it
    Column("work", JSON, nullable=False),  # what has to be done again to send it once more
    UniqueConstraint("key", name="ticket_letters_once"),
    Index("ticket_letters_by_state", "state", "begun_at"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String(100), nullable=False),
    Column("diagnosis", String(64)),
    Column("subscriber", String(200), nullable=False),
    Column("fault", String(100)),  # the real cause, by the technician
    Column("side", String(20)),
    Column("remark", Text, nullable=False),
    Column("ticket", String(200)),
    Column("code", String(200)),  # the closing code as it came
    Column("key", String(64)),  # the same finding again is one row
    UniqueConstraint("key", name="feedback_once"),
    Index("feedback_by_time", "at"),
    Index("feedback_by_subscriber", "subscriber", "at"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),  # shown; the first part of the token
    Column("name", String(100), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the secret part
    Column("scopes", String(200), nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("last_used_at", Moment),
    Column("revoked", Boolean, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("received_at", Moment, nullable=False),
    Column("at", Moment, nullable=False),  # when it happened, by the source
    Column("source", String(100), nullable=False),
    Column("subject", String(200), nullable=False),  # subscriber, device or device:port
    Column("kind", String(20), nullable=False),  # probe, session, verdict, trap, contact, power
    Column("state", String(10), nullable=False),  # up, down, unknown
    Column("detail", JSON, nullable=False),
    Column("once", String(32)),  # digest of what makes it the same event; older rows have none
    Index("events_by_time", "received_at"),
    Index("events_once", "once", unique=True),
    Index("events_by_subject", "subject", "at"),
)

history = Table(
    "history",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber", String(200), nullable=False),  # empty: of the device, for everybody
    Column("device", String(200), nullable=False),
    Column("port", String(200), nullable=False),
    Column("fact", String(100), nullable=False),
    Column("value", Float, nullable=False),
    Column("first", Moment, nullable=False),  # it read so from here
    Column("last", Moment, nullable=False),  # to here, within one day
    Column("side", String(20), nullable=False),
    Column("healthy", Boolean, nullable=False),
    Index("history_by_line", "subscriber", "device", "port", "fact", "last"),
)

touches = Table(
    "touches",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("begun_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("who", String(100), nullable=False),
    Column("what", String(200), nullable=False),  # the probe
    Column("device", String(200), nullable=False),
    Column("port", String(200), nullable=False),
    Column("subscriber", String(200), nullable=False),
    Column("ticket", String(200)),
    Column("transport", String(30), nullable=False),
    Column("undo", Text, nullable=False),  # JSON of the question that undoes it; empty: nothing to
    Column("due_at", Moment, nullable=False),  # by then it is over, or nobody is at it any more
    Column("host", String(200), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("state", String(20), nullable=False),  # open, done, restored
    Column("outcome", Text, nullable=False),
    Index("touches_by_state", "state"),
    Index("touches_by_time", "begun_at"),
)

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),  # viewer, operator, noc, admin
    Column("digest", Text, nullable=False),  # Argon2id of the password, with its parameters
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("seen_at", Moment),
    UniqueConstraint("name", name="users_once"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("user", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the secret part of the cookie
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index("sessions_by_user", "user"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False),  # SHA-256 of whom and where from
    Column("at", Moment, nullable=False),
    Index("attempts_by_key", "key", "at"),
    Index("attempts_by_time", "at"),
)

cursors = Table(
    "cursors",
    metadata,
    Column("name", String(100), primary_key=True),  # who reads on from here
    Column("at", Moment, nullable=False),
    Column("place", Text, nullable=False),  # JSON, or a packed state
)

maintenance = Table(
    "maintenance",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("root", String(200), nullable=False),  # device, device:port or site:name
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("who", String(100), nullable=False),
    Column("note", Text, nullable=False),
    Column("cancelled_at", Moment),
    Index("maintenance_by_end", "until"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(200), nullable=False, unique=True),  # what is told once to whom
    Column("outage", String(64), nullable=False),
    Column("destination", String(100), nullable=False),
    Column("kind", String(20), nullable=False),  # raised, changed, cleared
    Column("state", String(20), nullable=False),  # due, held, sending, sent, dropped, failed
    Column("why", Text, nullable=False),  # why it is held, was dropped or failed
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("message", String(64)),  # notices of one message have the same
    Index("notices_by_state", "state", "destination"),
    Index("notices_by_outage", "outage"),
    Index("notices_by_time", "at"),
)

log_lines = Table(
    "log_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("device", String(200), nullable=False),
    Column("at", Moment, nullable=False),  # when it was received
    Column("severity", Integer),
    Column("facility", Integer),
    Column("text", Text, nullable=False),
    Index("log_lines_by_device", "device", "at"),
    Index("log_lines_by_time", "at"),
)

log_cover = Table(
    "log_cover",
    metadata,
    Column("device", String(200), primary_key=True),
    Column("receiver", String(200), primary_key=True),
    Column("since", Moment, nullable=False),  # nothing is missing from here
    Column("until", Moment, nullable=False),  # to here
)
