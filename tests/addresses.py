"""Networks and ports of loopback that no other process of the tests uses at the same time."""

import atexit
import functools
import itertools
import socket
from collections.abc import Iterator

_FIRST, _END = 200, 255
_HOLDER = "255.254", 10_009
_PORTS_FROM, _PORTS_EACH = 12_000, 300  # below those that Linux gives to clients (32768 and up)


def claim_base() -> str:
    """`127.N`: a /16 of this process until it ends; a bound socket keeps others away."""
    for number in range(_FIRST, _END):
        holder = socket.socket()
        try:
            holder.bind((f"127.{number}.{_HOLDER[0]}", _HOLDER[1]))
        except OSError:
            holder.close()
            continue
        atexit.register(holder.close)
        return f"127.{number}"
    raise RuntimeError("All networks of loopback for tests are taken.")


@functools.cache
def own_base() -> str:
    """The network of this process; whoever needs two at a time claims another one."""
    return claim_base()


@functools.cache
def _own_ports() -> Iterator[int]:
    first = _PORTS_FROM + (int(own_base().removeprefix("127.")) - _FIRST) * _PORTS_EACH
    return itertools.cycle(range(first, first + _PORTS_EACH))


def free_port() -> int:
    """A port of 127.0.0.1, TCP and UDP, that nobody uses and nobody is given by chance."""
    for port in itertools.islice(_own_ports(), _PORTS_EACH):
        if _is_free(port, socket.SOCK_STREAM) and _is_free(port, socket.SOCK_DGRAM):
            return port
    raise RuntimeError("All ports of this process of the tests are taken.")


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
