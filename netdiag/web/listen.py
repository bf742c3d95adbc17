"""The address that requests come to: taken before any work is, and told in a sentence when not."""

from __future__ import annotations

import socket

from netdiag.model.errors import NetdiagError


class AddressError(NetdiagError):
    """Nobody can listen there."""


def bound(host: str, port: int) -> socket.socket:
    """A socket at that address, for the server to listen on. Raises AddressError."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
        except OSError:
            made.close()
            raise
    except OSError as error:
        raise AddressError(
            f"{host}:{port} cannot be listened on: {error.strerror}. Name another address; "
            "`netdiag doctor` tells what is there."
        ) from None
    return made
