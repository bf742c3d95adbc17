"""Ticket systems that only take mail: SMTP out (RFC 5321, RFC 5322).

A new ticket is a mail to the address of its queue; what follows refers to it (`References`), and
carries the tag that the system puts into subjects. The Message-ID of an act is always the same, so
a system that looks at it takes a mail that was sent twice once.
"""

from __future__ import annotations

import asyncio
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, parseaddr

from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Tree
from netdiag.model.secret import Secret
from netdiag.routing.desks.common import Common
from netdiag.routing.desks.desk import (
    Ability,
    Done,
    Draft,
    NotNowError,
    RefusedError,
)
from netdiag.routing.desks.read_common import read_common
from netdiag.routing.desks.silent import Silent
from netdiag.routing.desks.webhook import flat_event

_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """How to hand mail over. `tls`: none, starttls or implicit."""

    host: str
    port: int
    tls: str
    user: str | None
    password: Secret | None
    sender: str
    to: str
    tag: str


def read(name: str, reader: Reader, language: str, secret: Callable[[Tree], Secret]) -> Desk:
    """`{kind: mail, server: mail.example.net:587, tls: starttls, from: …, to: …}`. Queues are
    addresses. `tag` is how the system marks subjects, with {ticket} in it."""
    common = read_common(name, reader, language=language, states={}, meanings={}, priorities={})
    host, _, port = reader.text("server").rpartition(":")
    if not host or not port.isdigit():
        raise fail(reader.where("server"), "'server' is HOST:PORT, such as mail.example.net:587.")
    tls = reader.text("tls", "starttls")
    if tls not in ("none", "starttls", "implicit"):
        raise fail(reader.where("tls"), "'tls' is none, starttls or implicit.")
    user, tag = reader.optional("user"), reader.text("tag", "[#{ticket}]")
    try:
        tag.format(ticket="1")
    except (LookupError, ValueError):
        raise fail(reader.where("tag"), "'tag' has {ticket} in it, and no other braces.") from None
    smtp = Smtp(
        host=host,
        port=int(port),
        tls=tls,
        user=user,
        password=secret(reader.need("password")) if user else None,
        sender=_address(reader, "from"),
        to=_address(reader, "to"),
        tag=tag,
    )
    return Desk(common, smtp)


class Desk(Silent):
    """One mailbox. It tells nothing back, unless its system calls the webhook."""

    abilities = frozenset({Ability.CREATE, Ability.NOTE})

    event = staticmethod(flat_event)

    def __init__(self, common: Common, smtp: Smtp) -> None:
        self.common = common
        self._smtp = smtp

    async def create(self, draft: Draft, mark: str, *, again: bool) -> Done:
        """The ticket is called by the mark until its system gives it a number."""
        subject = f"{draft.subject} [{mark}]"
        wishes = [f"{name}: {value}" for name, value in draft.fields.items()]
        wishes += [f"Due: {draft.due_at.isoformat()}"] if draft.due_at else []
        text = "\n".join([draft.text, "", *wishes]) if wishes else draft.text
        await self._send(draft.queue or self._smtp.to, subject, text, mark)
        return Done(id=mark)

    async def note(
        self, ticket: str, text: str, mark: str, *, answer: str | None = None, again: bool
    ) -> Done:
        """A mail with the ticket's tag, in the thread of the one that made it."""
        subject = f"{self._smtp.tag.format(ticket=ticket)} netdiag"
        await self._send(self._smtp.to, subject, text, mark, thread=ticket)
        return Done(id=mark)

    async def _send(
        self, to: str, subject: str, text: str, mark: str, thread: str | None = None
    ) -> None:
        domain = self._smtp.sender.rpartition("@")[2]
        message = EmailMessage(policy=POLICY)
        message["From"], message["To"] = self._smtp.sender, to
        message["Subject"] = " ".join(subject.split())[:250]
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<{mark}@{domain}>"
        if thread:
            message["References"] = f"<{re.sub(r'[^A-Za-z0-9.-]', '-', thread)}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        await asyncio.to_thread(self._hand_over, message)

    def _hand_over(self, message: EmailMessage) -> None:
        smtp = self._smtp
        where = f"{self.common.name}: {smtp.host}:{smtp.port}"
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            kind = NotNowError if all(400 <= code < 500 for code in codes) else RefusedError
            raise kind(f"{where} takes no mail for {message['To']} ({codes}).") from None
        except smtplib.SMTPNotSupportedError as error:
            raise RefusedError(f"{where}: {error}") from None
        except smtplib.SMTPResponseException as error:
            text = f"{where} answered {error.smtp_code} {error.smtp_error!r}."
            raise (RefusedError if error.smtp_code >= 500 else NotNowError)(text) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotNowError(f"{where} cannot be reached: {error}") from None

    def _connect(self) -> smtplib.SMTP:
        smtp = self._smtp
        context = ssl.create_default_context()
        if smtp.tls == "implicit":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                smtp.host, smtp.port, timeout=_TIMEOUT_S, context=context
            )
        else:
            server = smtplib.SMTP(smtp.host, smtp.port, timeout=_TIMEOUT_S)
        if smtp.tls == "starttls":
            server.starttls(context=context)
        if smtp.user and smtp.password:
            server.login(smtp.user, smtp.password.reveal())
        return server


def _address(reader: Reader, key: str) -> str:
    text = reader.text(key)
    if "@" not in parseaddr(text)[1] or "\n" in text:
        raise fail(reader.where(key), f"{key!r} is a mail address, not {text!r}.")
    return text
