"""Do a certificate and its key fit: looked at before a server takes them."""

from __future__ import annotations

import ssl
from pathlib import Path


def unfit(certificate: Path, key: Path) -> str:
    """Why a server cannot use them; empty when it can. A key behind a passphrase cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError as error:
        return f"{certificate.name} and {key.name} do not fit: {error.reason or error}"
    except (OSError, ValueError) as error:
        return f"{certificate.name} or {key.name} cannot be read: {error}"
    return ""
