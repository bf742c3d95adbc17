"""The lab's small UDP servers: the echo responder (twin of ICMP) and the DNS resolver."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

_WORD = b"netdiag-echo"
_TTL = 60
Address = tuple[str, int]


class _Udp(asyncio.DatagramProtocol):
    """Keeps its socket."""

    def __init__(self) -> None:
        self.socket: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is there."""
        self.socket = transport  # type: ignore[assignment]

    def close(self) -> None:
        """Close the socket."""
        if self.socket is not None:
            self.socket.close()


class Echo(_Udp):
    """`netdiag-echo <address> <seq> <size>` comes back unchanged, after the address's delay, when
    it is alive. `way` gives loss (share) and delay (seconds) of an address, None for silence."""

    def __init__(self, way: Callable[[str], tuple[float, float] | None]) -> None:
        super().__init__()
        self._way = way

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Send it back, later."""
        words = data.split()
        if len(words) != 4 or words[0] != _WORD or not words[2].isdigit() or not self.socket:
            return
        way = self._way(words[1].decode(errors="replace"))
        if way is None:
            return
        loss, delay = way
        seq = int(words[2])
        if int((seq + 1) * loss + 1e-9) > int(seq * loss + 1e-9):
            return
        asyncio.get_running_loop().call_later(delay, self.socket.sendto, data, addr)


class Resolver(_Udp):
    """Answers A queries for one zone, NXDOMAIN for the rest; silent while `alive` says no."""

    def __init__(self, zone: str, address: str, alive: Callable[[], bool]) -> None:
        super().__init__()
        self._zone = zone
        self._address = address
        self._alive = alive

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Answer one query."""
        if not self._alive() or self.socket is None:
            return
        try:
            query = dns.message.from_wire(data)
        except dns.exception.DNSException:
            return
        self.socket.sendto(self._answer(query).to_wire(), addr)

    def _answer(self, query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        for question in query.question:
            name = question.name.to_text(omit_final_dot=True).lower()
            if name != self._zone and not name.endswith(f".{self._zone}"):
                response.set_rcode(dns.rcode.NXDOMAIN)
            elif question.rdtype == dns.rdatatype.A:
                found = dns.rrset.from_text(question.name, _TTL, "IN", "A", self._address)
                response.answer.append(found)
        return response
