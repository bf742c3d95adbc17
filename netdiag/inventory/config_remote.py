"""Reading the configuration of sources behind a URL: databases, HTTP, NetBox."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from netdiag.content.reader import Reader, fail
from netdiag.content.yaml import Scalar, Table, Tree
from netdiag.inventory.config_parts import duration_of, layout_of, timeout_of
from netdiag.inventory.keys import By, PhoneRule
from netdiag.inventory.records import Part
from netdiag.inventory.source_config import HttpConfig, HttpPart, NetboxConfig, Remote
from netdiag.model.secret import Secret
from netdiag.model.words import Role

_PASSWORD = re.compile(r"://[^/@]*:[^/@]+@|[?&;](password|passwd|pwd)=", re.IGNORECASE)
_CONFIDENTIAL = re.compile(r"authorization|token|key|secret|cookie|password", re.IGNORECASE)
_LOOKUPS = tuple(by for by in By if by is not By.PORT)
_NETBOX_TIMEOUT = 30.0  # a page of 250 devices may take NetBox many seconds


def database_url(tree: Tree, base: Path, secret: Callable[[Tree], Secret]) -> Secret:
    """A SQLAlchemy URL. In plain text only without a password; SQLite paths start at `base`."""
    if isinstance(tree, Scalar) and not _PASSWORD.search(tree.text):
        url = tree.text
    else:
        url = secret(tree).reveal()
    if not re.match(r"[a-z][a-z0-9_+]*://", url):
        raise fail(
            tree.place,
            "the database's URL looks like mysql://user:password@host/name or "
            "postgresql://… or sqlite:///file.",
        )
    path = re.fullmatch(r"sqlite:///([^/?].*)", url)
    return Secret(f"sqlite:///{(base / path[1]).resolve()}") if path else Secret(url)


def http(
    tree: Tree,
    name: str | None,
    base: Path,
    secret: Callable[[Tree], Secret],
    phone: PhoneRule,
) -> HttpConfig:
    """`http: {url, by, rows, columns, headers, devices: {…}, links: {…}}`."""
    reader = Reader(tree, "'http'")
    parts: dict[Part, HttpPart] = {}
    if reader.has("url"):
        parts[Part.SUBSCRIBERS] = _http_part(reader, Part.SUBSCRIBERS)
    for part in (Part.DEVICES, Part.LINKS):
        inner = reader.inner(part)
        if inner is not None:
            parts[part] = _http_part(inner, part)
            inner.done()
    remote = _remote(reader, base, secret, 3.0)
    reader.done()
    if not parts:
        raise fail(reader.place, "'http' needs 'url', 'devices' or 'links'.")
    host = urlsplit(next(iter(parts.values())).url).hostname
    return HttpConfig(name=name or host or "http", parts=parts, remote=remote, phone=phone)


def _http_part(reader: Reader, part: Part) -> HttpPart:
    found = HttpPart(
        url=_address(reader),
        by=_by(reader) if part is Part.SUBSCRIBERS else (By.ID,),
        rows=reader.text("rows", ""),
        next=reader.optional("next"),
        layout=layout_of(reader, part),
    )
    if part is Part.LINKS and found.live:
        raise fail(reader.where("url"), "links are asked for as one list: take {key} out.")
    return found


def _by(reader: Reader) -> tuple[By, ...]:
    words = reader.texts("by") or (By.ID.value,)
    for word in words:
        if word not in _LOOKUPS:
            raise fail(
                reader.where("by"),
                f"{word!r} is nothing to look up by. Known: {', '.join(_LOOKUPS)}.",
            )
    return tuple(By(word) for word in words)


def _address(reader: Reader) -> str:
    url = reader.text("url")
    split = urlsplit(url)
    if split.scheme not in ("http", "https") or not split.hostname:
        raise fail(reader.where("url"), "'url' starts with https:// or http:// and a host.")
    if _PASSWORD.search(url) or _CONFIDENTIAL.search(split.query.replace("{key}", "")):
        raise fail(
            reader.where("url"),
            "a password or token must not stand in the URL. Put it under 'headers' as a reference: "
            "headers: {Authorization: {env: NAME}}.",
        )
    return url


def _remote(
    reader: Reader, base: Path, secret: Callable[[Tree], Secret], timeout_s: float
) -> Remote:
    ca_file = reader.optional("ca_file")
    return Remote(
        headers=_headers(reader.tree("headers"), secret),
        timeout_s=timeout_of(reader, timeout_s),
        ca_file=base / ca_file if ca_file else None,
        refresh_s=duration_of(reader, "refresh", 3600.0),
    )


def _headers(tree: Tree | None, secret: Callable[[Tree], Secret]) -> dict[str, Secret]:
    if tree is None:
        return {}
    if not isinstance(tree, Table):
        raise fail(tree.place, "'headers' must be a mapping of names to values.")
    return {name: _header(name, value, secret) for name, value in tree.entries.items()}


def _header(name: str, value: Tree, secret: Callable[[Tree], Secret]) -> Secret:
    if isinstance(value, Scalar) and not _CONFIDENTIAL.search(name):
        return Secret(value.text)
    return secret(value)


def netbox(
    tree: Tree, name: str | None, base: Path, secret: Callable[[Tree], Secret]
) -> NetboxConfig:
    """`netbox: {url, token, roles: {slug: our role}, platforms: {slug: ours}, site: field}`."""
    reader = Reader(tree, "'netbox'")
    token = secret(reader.need("token")).reveal() if reader.has("token") else None
    roles = reader.texts_by_key("roles")
    for role in roles.values():
        if role not in list(Role):
            known = ", ".join(Role)
            raise fail(reader.where("roles"), f"there is no role {role!r}. Known: {known}.")
    remote = _remote(reader, base, secret, _NETBOX_TIMEOUT)
    config = NetboxConfig(
        name=name or "netbox",
        url=_address(reader).rstrip("/"),
        roles=roles or {str(role): str(role) for role in Role},
        platforms=reader.texts_by_key("platforms"),
        site=reader.text("site", "site.slug"),
        filters=reader.texts_by_key("filters"),
        page=reader.integer("page", 250),
        remote=_with_token(remote, token),
    )
    reader.done()
    return config


def _with_token(remote: Remote, token: str | None) -> Remote:
    if token is None:
        return remote
    # NetBox 4.5 brought tokens that begin with nbt_ and go as Bearer; older ones go as Token.
    scheme = "Bearer" if token.startswith("nbt_") else "Token"
    return Remote(
        headers={**remote.headers, "Authorization": Secret(f"{scheme} {token}")},
        timeout_s=remote.timeout_s,
        ca_file=remote.ca_file,
        refresh_s=remote.refresh_s,
    )
