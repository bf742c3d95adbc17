"""ICMP echo to one host, over icmplib's sockets.

icmplib itself waits for one reply at a time, matches by id and sequence alone, and reads the wall
clock; here packets are sent on schedule, replies are matched by source, id, sequence and payload,
and the kernel's time stamps are used. RFC 792, RFC 4443.
"""

from __future__ import annotations

import asyncio
import time

from netdiag.model.wire import Answer, Deadline, NoAnswer, Ping, Question, Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.dns_names import address_of
from netdiag.transports.icmp_series import Echo, LocalSendError, Series, plan
from netdiag.transports.icmp_socket import IcmpEcho, NoRightError
from netdiag.transports.udp_echo import UdpEcho

_IN_FLIGHT = 50  # more, and raw sockets lose replies: "down" hosts that are up

_NO_RIGHT = (
    "This host may not send ICMP echo. Allow it with `sysctl -w net.ipv4.ping_group_range="
    '"0 2147483647"`, or with `setcap cap_net_raw+ep` on the Python interpreter '
    "(AmbientCapabilities=CAP_NET_RAW in a service), or run as root."
)


class IcmpTransport:
    """Answers Ping with one row: sent, received, loss_pct, and with a reply rtt_ms (average) and
    rtt_max_ms. Full loss is an answer. The target option `icmp.responder: host:port` sends to a
    UDP echo of a laboratory instead, see UdpEcho."""

    def __init__(self, in_flight: int = _IN_FLIGHT) -> None:
        self._slots = asyncio.Semaphore(in_flight)

    async def ask(
        self, target: Target, question: Question, deadline: Deadline
    ) -> Answer | NoAnswer:
        """Ping one address."""
        began = time.monotonic()
        if not isinstance(question, Ping):
            return _no(
                AbsenceReason.NOT_ASKED,
                f"ICMP cannot ask a {type(question).__name__}. Correct the probe.",
            )
        address = await address_of(question.address, deadline)
        if isinstance(address, NoAnswer):
            return address
        try:
            async with asyncio.timeout(deadline.remaining):
                await self._slots.acquire()
        except TimeoutError:
            return _no(AbsenceReason.NOT_ASKED, f"No time was left to ping {address}: too many.")
        try:
            reply = await self._ping(target, question, address, deadline)
        finally:
            self._slots.release()
        if isinstance(reply, NoAnswer):
            return reply
        return Answer(rows=(reply.row(),), duration_s=time.monotonic() - began)

    async def close(self) -> None:
        """Nothing is kept."""

    async def _ping(
        self, target: Target, question: Ping, address: str, deadline: Deadline
    ) -> Series | NoAnswer:
        schedule = plan(question, deadline)
        try:
            with _echo(target, question, address) as echo:
                series = await schedule.run(echo)
        except NoRightError:
            return _no(AbsenceReason.ACCESS_DENIED, _NO_RIGHT)
        except LocalSendError as error:
            return _no(
                AbsenceReason.NOT_REACHABLE,
                f"This host cannot send to {address}: {error}. Look at its routes and firewall; "
                "this says nothing about the far end.",
            )
        if series.lost and schedule.hurried:
            return _no(
                AbsenceReason.NOT_ASKED,
                f"Too little time was left to ping {address}: a reply may still be under way.",
            )
        return series


def _echo(target: Target, question: Ping, address: str) -> Echo:
    responder = target.options.get("icmp.responder")
    if responder:
        return UdpEcho(responder, address, question.size)
    return IcmpEcho(address, question.size)


def _no(why: AbsenceReason, detail: str) -> NoAnswer:
    return NoAnswer(why=why, detail=detail)
