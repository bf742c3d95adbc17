"""The `serve` part of netdiag.yaml: how the daemon listens, what it accepts, what it keeps."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Tree
from netdiag.model.secret import Secret
from netdiag.service.daemon import signing
from netdiag.service.daemon.certificate import unfit
from netdiag.service.watch.listen_settings import SyslogSettings, read_syslog
from netdiag.settings import Settings
from netdiag.store.database import Database

_SLACK_S = 5.0  # a request may take so much longer than a diagnosis is waited for
_LOOPBACK = ("127.", "::1", "localhost")


class Scheme(StrEnum):
    """How a ticket system signs what it sends."""

    STANDARD = "standard"  # Standard Webhooks: webhook-id, webhook-timestamp, webhook-signature
    SHA256 = "sha256"  # X-Hub-Signature-256: sha256=<hex>
    ZAMMAD = "zammad"  # X-Hub-Signature: sha1=<hex>, X-Zammad-Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One ticket system that may call us. Several secrets: during a change both hold."""

    scheme: Scheme
    secrets: tuple[Secret, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where results are sent, signed by Standard Webhooks."""

    url: str
    secret: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """The customer's page behind a signed link."""

    url: str  # under which customers reach the daemon, without a slash at the end
    secret: Secret
    hours: int = 72
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """For how many days each kind is kept."""

    diagnoses: int = 180
    inbox: int = 30
    events: int = 30
    readings: int = 2
    history: int = 800  # of each line, after its last reading
    audit: int = 1095
    outages: int = 1825
    notices: int = 365  # what was told to whom, and what was not
    tickets: int = 1825  # with every event of their lives
    letters: int = 90  # what was sent to ticket systems, dead letters too
    sweeps: int = 90
    sweep_days: int = 62  # values of each day, by device
    findings: int = 730  # after they are over
    feedback: int = 1095  # what technicians found
    jobs: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """How the daemon runs. All has a default that is safe on one machine."""

    host: str = "127.0.0.1"
    port: int = 8787
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    site: str = "main"
    workers: tuple[str, ...] = ()  # sites that have workers of their own
    executor: str = field(default_factory=socket.gethostname)
    at_once: int = 32  # diagnoses under way in this process
    waiting: int = 2000  # accepted work that waits; more is refused with 503
    body_bytes: int = 65_536
    request_s: float = 35.0
    wait_s: float = 30.0  # the longest wait_s that is granted
    inbound: Mapping[str, Inbound] = field(default_factory=dict)
    receiver: Receiver | None = None
    customer: CustomerPage | None = None
    retention: Retention = field(default_factory=Retention)
    syslog: SyslogSettings | None = None

    @property
    def only_here(self) -> bool:
        """Does it listen on this machine alone?"""
        return self.host.startswith(_LOOPBACK)


def read_serve(settings: Settings) -> ServeSettings:
    """Read and check `serve`; ContentError names file and line."""
    if settings.serve is None or settings.secret is None:
        return ServeSettings()
    usual = ServeSettings()
    base = Path(settings.path).resolve().parent if settings.path else Path()
    reader = Reader(settings.serve, "serve")
    host, port = _listen(reader, usual)
    certificate, key = _tls(reader.inner("tls"), base)
    wait_s = float(_bounded(reader, "wait_s", int(usual.wait_s), 0, 300))
    serve = ServeSettings(
        host=host,
        port=port,
        tls_certificate=certificate,
        tls_key=key,
        site=reader.text("site", usual.site),
        workers=reader.texts("workers"),
        executor=reader.text("executor", usual.executor),
        at_once=_bounded(reader, "at_once", usual.at_once, 1, 512),
        waiting=_bounded(reader, "waiting", usual.waiting, 1, 100_000),
        body_bytes=_bounded(reader, "body_bytes", usual.body_bytes, 1024, 10_485_760),
        wait_s=wait_s,
        request_s=max(usual.request_s, wait_s + _SLACK_S),
        inbound=_inbound(reader.inner("webhooks"), settings.secret),
        customer=_customer(reader.inner("customer"), settings.secret),
        receiver=_receiver(reader.inner("receiver"), settings.secret),
        retention=_retention(reader.inner("retention")),
        syslog=read_syslog(reader.inner("syslog")),
    )
    if not serve.only_here and certificate is None and not reader.flag("plain_http"):
        raise fail(
            reader.where("listen"),
            f"{host} can be reached from other machines, and there is no TLS. Give 'tls' with "
            "certificate and key, or `plain_http: true` when a proxy before it does TLS.",
        )
    reader.flag("plain_http")
    reader.done()
    return serve


def open_database(settings: Settings) -> Database:
    """The store that the settings name: `store: {url: …}`, else a file in the state directory."""
    if settings.store is not None:
        return Database(settings.store.reveal())
    return Database.in_directory(settings.state_dir)


def _listen(reader: Reader, usual: ServeSettings) -> tuple[str, int]:
    text = reader.text("listen", f"{usual.host}:{usual.port}")
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isdigit() or int(port) > 65535:
        raise fail(reader.where("listen"), "'listen' is ADDRESS:PORT, such as 127.0.0.1:8787.")
    return host.strip("[]"), int(port)


def _tls(reader: Reader | None, base: Path) -> tuple[Path | None, Path | None]:
    if reader is None:
        return None, None
    paths = {name: base / reader.text(name) for name in ("certificate", "key")}
    reader.done()
    for name, path in paths.items():
        if not path.is_file():
            raise fail(reader.where(name), f"there is no file {path.name} for the {name}.")
    why = unfit(paths["certificate"], paths["key"])
    if why:
        raise fail(reader.where("certificate"), f"{why}. Give a PEM pair without a passphrase.")
    return paths["certificate"], paths["key"]


def _bounded(reader: Reader, key: str, usual: int, least: int, most: int) -> int:
    value = reader.integer(key, usual)
    if not least <= value <= most:
        raise fail(reader.where(key), f"{key!r} is a whole number from {least} to {most}.")
    return value


def _inbound(reader: Reader | None, secret: Callable[[Tree], Secret]) -> dict[str, Inbound]:
    if reader is None:
        return {}
    found = {}
    for system in list(reader.keys()):
        one = Reader(reader.need(system), f"webhooks.{system}")
        scheme = one.choice("scheme", Scheme, Scheme.STANDARD)
        good = signing.standard if scheme is Scheme.STANDARD else signing.plain
        names = ("secret", "old_secret") if one.has("old_secret") else ("secret",)
        secrets = tuple(good(secret(one.need(name)), one.where(name)) for name in names)
        one.done()
        found[system] = Inbound(scheme=scheme, secrets=secrets)
    return found


def _receiver(reader: Reader | None, secret: Callable[[Tree], Secret]) -> Receiver | None:
    if reader is None:
        return None
    shared = signing.standard(secret(reader.need("secret")), reader.where("secret"))
    receiver = Receiver(url=reader.text("url"), secret=shared)
    reader.done()
    if not receiver.url.startswith(("http://", "https://")):
        raise fail(reader.where("url"), "'url' begins with http:// or https://.")
    return receiver


def _customer(reader: Reader | None, secret: Callable[[Tree], Secret]) -> CustomerPage | None:
    if reader is None:
        return None
    customer = CustomerPage(
        url=reader.text("url").rstrip("/"),
        secret=signing.plain(secret(reader.need("secret")), reader.where("secret")),
        hours=_bounded(reader, "hours", 72, 1, 8760),
        phone=reader.optional("phone"),
    )
    reader.done()
    if not customer.url.startswith(("http://", "https://")):
        raise fail(reader.where("url"), "'url' begins with http:// or https://.")
    return customer


def _retention(reader: Reader | None) -> Retention:
    if reader is None:
        return Retention()
    usual = Retention()
    days = {
        name: _bounded(reader, name, getattr(usual, name), 1, 36_500)
        for name in Retention.__dataclass_fields__
    }
    reader.done()
    return Retention(**days)
