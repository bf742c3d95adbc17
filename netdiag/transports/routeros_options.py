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

import codecs
import ssl
from dataclasses import dataclass
from enum import StrEnum

from netdiag.model.secret import Secret
from netdiag.model.wire import Target

_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")


class Login(StrEnum):
    """Which of the two logins is used."""

    AUTO = "auto"
    PLAIN = "plain"
    TOKEN = "token"  # noqa: S105 (the name of a method)


class OptionError(ValueError):
    """An option cannot be used; the text is a sentence with the way out."""


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
    tls = _flag(target, "routeros.tls", False)
    username = given.get("routeros.username", "")
    password = target.secrets.get("routeros.password")
    if not username or password is None:
        missing = "username" if not username else "password"
        raise OptionError(
            f"The credentials of {target.device} have no routeros.{missing}. "
            "Add it to netdiag.yaml."
        )
    return Options(
        host=target.host,
        port=target.port or (8729 if tls else 8728),
        username=username,
        password=password,
        login=_login(given.get("routeros.login", "auto")),
        tls=tls,
        tls_verify=_flag(target, "routeros.tls_verify", True),
        tls_ca=given.get("routeros.tls_ca"),
        encoding=_encoding(given.get("routeros.encoding", "utf-8")),
    )


def _flag(target: Target, name: str, default: bool) -> bool:
    word = target.options.get(name, "true" if default else "false").lower()
    if word not in _TRUE + _FALSE:
        raise OptionError(f"{name} must be true or false, not {word!r}.")
    return word in _TRUE


def _login(word: str) -> Login:
    try:
        return Login(word)
    except ValueError:
        raise OptionError(f"routeros.login must be auto, plain or token, not {word!r}.") from None


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise OptionError(
            f"routeros.encoding {name!r} is not known. Use utf-8 or cp1251."
        ) from None
