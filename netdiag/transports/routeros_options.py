"""Options of the `routeros` transport, read from a Target.

routeros.username    login of the API user (policies `api,read,test`); no default
routeros.login       auto (plain, then the challenge of versions before 6.43), plain, token
routeros.tls         true: API-SSL, port 8729; default false, port 8728
routeros.tls_verify  default true; false also accepts API-SSL without a certificate
routeros.tls_ca      file with the certificates to trust; default the system's
routeros.encoding    of names and comments: utf-8 (default), cp1251, …
secret routeros.password
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from enum import StrEnum

from netdiag.model.secret import Secret
from netdiag.model.wire import Target
from netdiag.transports.options import OptionError, encoding, flag, missing


class Login(StrEnum):
    """Which of the two logins is used."""

    AUTO = "auto"
    PLAIN = "plain"
    TOKEN = "token"  # noqa: S105 (the name of a method)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All that is needed to log in. Equal options share a session."""

    host: str
    port: int
    username: str
    password: Secret
    login: Login
    tls: bool
    tls_verify: bool
    tls_ca: str | None
    encoding: str

    def tls_context(self) -> ssl.SSLContext | None:
        """The TLS context, or None for plain TCP. Raises OptionError for a bad CA file."""
        if not self.tls:
            return None
        try:
            context = ssl.create_default_context(cafile=self.tls_ca)
        except OSError as error:
            raise OptionError(
                f"The CA file {self.tls_ca} cannot be used ({error.strerror or 'no certificate'}). "
                "See routeros.tls_ca."
            ) from None
        if not self.tls_verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            # API-SSL without a certificate speaks anonymous Diffie-Hellman only (MikroTik: API).
            context.set_ciphers("ALL:@SECLEVEL=0")
        return context


def read_options(target: Target) -> Options:
    """The options of this target; raises OptionError for what cannot be used."""
    given = target.options
    tls = flag(target, "routeros.tls")
    username = given.get("routeros.username")
    password = target.secrets.get("routeros.password")
    if not username:
        raise missing(target, "routeros.username")
    if password is None:
        raise missing(target, "routeros.password")
    return Options(
        host=target.host,
        port=target.port or (8729 if tls else 8728),
        username=username,
        password=password,
        login=_login(given.get("routeros.login", "auto")),
        tls=tls,
        tls_verify=flag(target, "routeros.tls_verify", True),
        tls_ca=given.get("routeros.tls_ca"),
        encoding=encoding(target, "routeros.encoding"),
    )


def _login(word: str) -> Login:
    try:
        return Login(word)
    except ValueError:
        raise OptionError(f"routeros.login must be auto, plain or token, not {word!r}.") from None
