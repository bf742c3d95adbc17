"""One DNS query to one resolver, over dnspython. RFC 1035."""

from __future__ import annotations

import errno
import time
from typing import TYPE_CHECKING

from netdiag.model.wire import Answer, Deadline, DnsLookup, NoAnswer, Question, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.dns_names import address_of

if TYPE_CHECKING:
    import dns.message

_TRIES = 3
_OWN = (errno.ENETUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM)


class DnsTransport:
    """Answers DnsLookup with one row: rcode (NOERROR, NXDOMAIN, SERVFAIL, REFUSED, …), answers
    (records of the type asked for) and rtt_ms. The resolver is `host` or `host:port`."""

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Put one query; over UDP, and over TCP when the reply was cut."""
        began = time.monotonic()
        if not isinstance(question, DnsLookup):
            return NoAnswer(
                why=AbsenceReason.NOT_ASKED,
                detail=f"DNS cannot ask a {type(question).__name__}. Correct the probe.",
            )
        host, port = _split(question.resolver)
        address = await address_of(host, deadline)
        if isinstance(address, NoAnswer):
            return address
        reply = await _lookup(question, address, port, deadline)
        if isinstance(reply, NoAnswer):
            return reply
        return Answer(rows=(_row(reply, question),), duration_s=time.monotonic() - began)

    async def close(self) -> None:
        """Nothing is kept."""


def _split(resolver: str) -> tuple[str, int]:
    host, colon, port = resolver.rpartition(":")
    if colon and port.isdecimal() and (":" not in host or host.endswith("]")):
        return host.strip("[]"), int(port)
    return resolver, 53


async def _lookup(
    question: DnsLookup, address: str, port: int, deadline: Deadline
) -> dns.message.Message | NoAnswer:
    import dns.exception
    import dns.message

    from netdiag.transports.dns_query import query

    name = f"The resolver {question.resolver}"
    try:
        message = dns.message.make_query(question.name, question.type)
    except (dns.exception.DNSException, ValueError, UnicodeError) as error:
        return NoAnswer(
            why=AbsenceReason.NOT_ASKED,
            detail=f"{question.name!r} {question.type!r} cannot be asked: {error}. Correct it.",
        )
    if not deadline.remaining:
        return NoAnswer(why=AbsenceReason.NOT_ASKED, detail=f"{name}: no time was left to ask.")
    try:
        return await query(message, address, port, deadline, _TRIES)
    except (dns.exception.Timeout, TimeoutError):
        return NoAnswer(
            why=AbsenceReason.TIMED_OUT,
            detail=f"{name} does not answer. Check that it is up and that this host may ask it.",
        )
    except (dns.exception.DNSException, EOFError) as error:
        return NoAnswer(
            why=AbsenceReason.UNREADABLE,
            detail=f"{name} sends replies that cannot be read ({type(error).__name__}).",
        )
    except OSError as error:
        if error.errno in _OWN:
            return NoAnswer(
                why=AbsenceReason.NOT_ASKED,
                detail=f"This host cannot send to {question.resolver}: {error.strerror}. Look at "
                "its routes and firewall; this says nothing about the resolver.",
            )
        return NoAnswer(
            why=AbsenceReason.NOT_REACHABLE,
            detail=f"{name} is not reachable: {error.strerror or error}. Check the route, and "
            "that a name server runs there.",
        )


def _row(reply: dns.message.Message, question: DnsLookup) -> dict[str, str | int | float]:
    import dns.rcode
    import dns.rdatatype

    wanted = dns.rdatatype.from_text(question.type)
    anything = wanted == dns.rdatatype.ANY
    count = sum(len(found) for found in reply.answer if anything or found.rdtype == wanted)
    return {
        "rcode": dns.rcode.to_text(reply.rcode()),
        "answers": count,
        "rtt_ms": round(1000.0 * reply.time, 3),
    }
