"""How to ask one device over SNMP, read from its Target."""

from __future__ import annotations

from dataclasses import dataclass, replace

from netdiag.model.secret import Secret
from netdiag.model.wire import Target
from netdiag.model.words import AbsenceReason
from netdiag.transports.snmp.failure import Failure

AUTH = ("MD5", "SHA", "SHA224", "SHA256", "SHA384", "SHA512")
PRIV = ("DES", "AES", "AES192", "AES256", "AES192C", "AES256C")
_USUAL, _ONE_FRAME = 20, 60  # rows of one GETBULK
_VERSIONS = {"1": "1", "2": "2c", "2c": "2c", "3": "3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SnmpSettings:
    """Options `snmp.*` and secrets of one target. Hashable: kept sessions are found by it."""

    device: str
    host: str
    port: int
    version: str  # 1, 2c, 3
    community: Secret | None
    user: str
    auth: str | None  # one of AUTH
    priv: str | None  # one of PRIV; AES192C and AES256C extend the key as Cisco does
    auth_key: Secret | None
    priv_key: Secret | None
    max_repetitions: int
    sweep_repetitions: int  # for whole columns of small numbers
    max_oids: int  # objects per GET
    retries: int
    timeout_s: float  # silence after which one request is given up
    getnext: bool  # walk with GETNEXT: SNMPv1, and agents whose GETBULK is broken
    backend: str  # gufo, pysnmp

    @property
    def name(self) -> str:
        """The device as sentences call it."""
        return f"{self.device} ({self.host}:{self.port})"


def for_writing(target: Target) -> Target:
    """The target with the community that may write, where one is configured beside the other."""
    write = target.secrets.get("snmp.write_community")
    if write is None:
        return target
    return replace(target, secrets={**target.secrets, "snmp.community": write})


def read_settings(target: Target) -> SnmpSettings:
    """Settings of a target. Raises Failure(not_asked) with a sentence that names the option."""
    options = target.options
    version = _choice(target, "snmp.version", "2c", tuple(_VERSIONS))
    version = _VERSIONS[version]
    auth, priv = _security(target) if version == "3" else (None, None)
    community = target.secrets.get("snmp.community")
    if version != "3" and community is None:
        raise _wrong(target, "no SNMP community is configured. Add it to its credentials.")
    repetitions = _number(target, "snmp.max_repetitions", _USUAL, 1, 1000)
    # Who needs small replies in a diagnosis needs them in a sweep; of the others 60 numbers fit
    # one Ethernet frame.
    usual = repetitions if repetitions < _USUAL else max(repetitions, _ONE_FRAME)
    walk = _choice(target, "snmp.walk", "getbulk", ("getbulk", "getnext"))
    return SnmpSettings(
        device=target.device,
        host=target.host,
        port=target.port or 161,
        version=version,
        community=community if version != "3" else None,
        user=options.get("snmp.user", ""),
        auth=auth,
        priv=priv,
        auth_key=target.secrets.get("snmp.auth_key") if auth else None,
        priv_key=target.secrets.get("snmp.priv_key") if priv else None,
        max_repetitions=repetitions,
        sweep_repetitions=_number(target, "snmp.sweep_repetitions", usual, 1, 1000),
        max_oids=_number(target, "snmp.max_oids", 20, 1, 128),
        retries=_number(target, "snmp.retries", 2, 0, 10),
        timeout_s=target.limits.timeout_s,
        getnext=walk == "getnext" or version == "1",
        backend=_choice(target, "snmp.backend", "gufo", ("gufo", "pysnmp")),
    )


def _security(target: Target) -> tuple[str | None, str | None]:
    """Authentication and privacy protocols of SNMPv3, checked against the secrets."""
    if not target.options.get("snmp.user"):
        raise _wrong(target, "SNMPv3 needs the option snmp.user.")
    auth = _protocol(target, "snmp.auth", AUTH, {"SHA1": "SHA"})
    priv = _protocol(target, "snmp.priv", PRIV, {"AES128": "AES"})
    if priv and not auth:
        raise _wrong(target, "snmp.priv needs snmp.auth as well (RFC 3414).")
    for protocol, secret in ((auth, "snmp.auth_key"), (priv, "snmp.priv_key")):
        if protocol and secret not in target.secrets:
            raise _wrong(target, f"{protocol} needs the secret {secret}. Add it.")
    return auth, priv


def _protocol(
    target: Target, option: str, known: tuple[str, ...], aliases: dict[str, str]
) -> str | None:
    word = target.options.get(option, "").upper().replace("-", "")
    if word in ("", "NONE"):
        return None
    word = aliases.get(word, word)
    if word not in known:
        raise _wrong(target, f"{option} cannot be {word!r}. Known: {', '.join(known)}.")
    return word


def _choice(target: Target, option: str, default: str, known: tuple[str, ...]) -> str:
    word = target.options.get(option, default).lower()
    if word not in known:
        raise _wrong(target, f"{option} cannot be {word!r}. Known: {', '.join(known)}.")
    return word


def _number(target: Target, option: str, default: int, low: int, high: int) -> int:
    text = target.options.get(option, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise _wrong(target, f"{option} must be a whole number {low}-{high}, not {text!r}.")
    return int(text)


def _wrong(target: Target, text: str) -> Failure:
    return Failure(AbsenceReason.NOT_ASKED, f"{target.device} was not asked over SNMP: {text}")
