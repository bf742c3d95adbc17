"""netdiag.yaml into frozen settings. Found by the rules of the command line's contract."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netdiag.content.reader import Reader, fail, suggest
from netdiag.content.yaml import Tree, load_file
from netdiag.model.errors import ContentError
from netdiag.model.secret import Secret
from netdiag.model.wire import Limits
from netdiag.model.words import Side
from netdiag.secrets import OPTION_KEYS, SECRET_KEYS, confidential, resolver

LANGUAGES = ("en", "ru", "fa")
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST = 3600  # of any limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How to log in: options and secrets, both named `transport.key`."""

    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database to ask: its URL (secret as a whole), the operator's query, his words for ours."""

    url: Secret
    query: str | None = None
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """When desks with business hours work; days 0 = Monday."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    begin: int = 9
    end: int = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where netdiag runs."""

    path: Path | None = None
    inventory: Tree | None = None
    secret: Callable[[Tree], Secret] | None = None
    serve: Tree | None = None
    watch: Tree | None = None  # read by service.watch_settings
    notify: Tree | None = None  # read by service.notify_settings
    sweep: Tree | None = None
    tickets: Tree | None = None
    store: Secret | None = None
    content: tuple[Path, ...] = ()
    feedback: Path | None = None  # what closing codes mean
    kpi: Tree | None = None
    routes: Path | None = None  # None: everything goes where the catalogue says
    state_dir: Path = Path()
    language: str = "en"
    timezone: str = "UTC"
    deadline_s: float = 5.0
    demarcation: Side = Side.PROVIDER
    radius: Database | None = None
    billing: Database | None = None
    resolvers: tuple[str, ...] = ()
    dns_name: str | None = None
    anchors: tuple[str, ...] = ()
    credentials: Mapping[str, Credentials] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    working_hours: WorkingHours = field(default_factory=WorkingHours)


def find(given: str | None) -> Path:
    """The configuration file: --config, $NETDIAG_CONFIG, ./netdiag.yaml, XDG, /etc.

    Raises ContentError when there is none, with the places that were tried.
    """
    named = given or os.environ.get("NETDIAG_CONFIG")
    if named:
        if not _is_there(Path(named)):
            raise ContentError(f"{named}: there is no such file. Give --config an existing one.")
        return Path(named)
    tried = list(_places())
    for path in tried:
        if _is_there(path):
            return path
    names = ", ".join(str(path) for path in tried)
    raise ContentError(
        f"No configuration: tried {names}. Copy config/netdiag.yaml and give it with --config, "
        "or run `netdiag demo` to look around first."
    )


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise ContentError(
            f"{path}: cannot be looked at: {error.strerror}. Give this user the right to read it."
        ) from None


def _places() -> Iterator[Path]:
    yield Path("netdiag.yaml")
    home = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    yield Path(home).expanduser() / "netdiag" / "netdiag.yaml"
    for directory in (os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"):
        yield Path(directory) / "netdiag" / "netdiag.yaml"
    yield Path("/etc/netdiag/netdiag.yaml")


def load(path: Path, *, secrets_needed: bool = True) -> Settings:
    """Read and check one netdiag.yaml; ContentError names file and line. Work without a network
    needs no secrets: one that is not there is told to who asks for its text."""
    reader = Reader(load_file(path), "netdiag.yaml")
    base = path.resolve().parent
    secret = resolver(base, needed=secrets_needed)
    settings = Settings(
        path=path,
        inventory=reader.tree("inventory"),
        secret=secret,
        serve=reader.tree("serve"),
        watch=reader.tree("watch"),
        notify=reader.tree("notify"),
        sweep=reader.tree("sweep"),
        tickets=reader.tree("tickets"),
        store=_store(reader.inner("store"), secret),
        content=tuple(base / name for name in reader.texts("content")),
        routes=_file(reader, "routes", base),
        feedback=_file(reader, "feedback", base),
        kpi=reader.tree("kpi"),
        state_dir=_state_dir(reader, base),
        language=_language(reader),
        timezone=_timezone(reader),
        deadline_s=_deadline(reader),
        demarcation=_demarcation(reader),
        radius=_database(reader.inner("radius"), secret),
        billing=_database(reader.inner("billing"), secret),
        resolvers=reader.texts("resolvers"),
        dns_name=reader.optional("dns_name"),
        anchors=reader.texts("anchors"),
        credentials=_credentials(reader, secret),
        options=_options(reader),
        limits=_limits(reader.inner("limits")),
        working_hours=_hours(reader.inner("working_hours")),
    )
    reader.done()
    return settings


def _file(reader: Reader, key: str, base: Path) -> Path | None:
    given = reader.optional(key)
    if given is None:
        return None
    path = base / Path(given).expanduser()
    if not path.is_file():
        raise fail(reader.where(key), f"there is no file {given}. Mend {key!r}, or leave it out.")
    return path


def _state_dir(reader: Reader, base: Path) -> Path:
    given = reader.optional("state_dir")
    if given:
        return base / Path(given).expanduser()
    home = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(home).expanduser() / "netdiag"


def _language(reader: Reader) -> str:
    language = reader.text("language", "en")
    if language not in LANGUAGES:
        raise fail(reader.where("language"), f"'language' is one of {', '.join(LANGUAGES)}.")
    return language


def _timezone(reader: Reader) -> str:
    name = reader.text("timezone", "UTC")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise fail(reader.where("timezone"), f"there is no time zone {name!r}.") from None
    return name


def _deadline(reader: Reader) -> float:
    seconds = reader.number("deadline_s", 5.0)
    if not 0.1 <= seconds <= 300:
        raise fail(reader.where("deadline_s"), "'deadline_s' is between 0.1 and 300 seconds.")
    return seconds


def _demarcation(reader: Reader) -> Side:
    inner = reader.inner("demarcation")
    if inner is None:
        return Side.PROVIDER
    side = inner.choice("drop", Side, Side.PROVIDER)
    inner.done()
    if side not in (Side.PROVIDER, Side.SUBSCRIBER):
        raise fail(inner.place, "the drop belongs to the provider or to the subscriber.")
    return side


def _store(reader: Reader | None, secret: Callable[[Tree], Secret]) -> Secret | None:
    if reader is None:
        return None
    url = secret(reader.need("url"))
    reader.done()
    return url


def _database(reader: Reader | None, secret: Callable[[Tree], Secret]) -> Database | None:
    if reader is None:
        return None
    database = Database(
        url=secret(reader.need("url")),
        query=reader.optional("query"),
        states=reader.texts_by_key("states"),
    )
    reader.done()
    return database


def _credentials(reader: Reader, secret: Callable[[Tree], Secret]) -> dict[str, Credentials]:
    inner = reader.inner("credentials")
    if inner is None:
        return {}
    return {name: _one(Reader(inner.need(name), name), secret) for name in inner.keys()}  # noqa: SIM118


def _one(reader: Reader, secret: Callable[[Tree], Secret]) -> Credentials:
    options: dict[str, str] = {}
    secrets: dict[str, Secret] = {}
    for transport in reader.keys():  # noqa: SIM118
        if transport not in SECRET_KEYS:
            known = suggest(transport, list(SECRET_KEYS))
            raise fail(reader.where(transport), f"nobody logs in over {transport!r}. {known}")
        inner = Reader(reader.need(transport), repr(transport))
        for key in SECRET_KEYS[transport]:
            tree = inner.tree(key)
            if tree is not None:
                secrets[f"{transport}.{key}"] = secret(tree)
        for key in OPTION_KEYS[transport]:
            text = inner.optional(key)
            if text is not None:
                options[f"{transport}.{key}"] = text
        inner.done()
    return Credentials(options=options, secrets=secrets)


def _options(reader: Reader) -> dict[str, str]:
    """Options of every device; they may be printed, so a secret is refused."""
    options = reader.texts_by_key("options")
    for name in options:
        if confidential(name):
            raise fail(
                reader.where("options"),
                f"{name!r} is a secret and no option. Put it under 'credentials' as a reference.",
            )
    return options


def _limits(reader: Reader | None) -> Limits:
    if reader is None:
        return Limits()
    usual = Limits()
    least = {
        "sessions": 1,
        "min_interval_s": 0.0,
        "timeout_s": 0.05,
        "breaker_failures": 1,
        "breaker_s": 0.0,
    }
    for key, low in least.items():
        if not low <= reader.number(key, low) <= _MOST:
            raise fail(reader.where(key), f"{key!r} is a number from {low:g} to {_MOST}.")
    limits = Limits(
        sessions=reader.integer("sessions", usual.sessions),
        min_interval_s=reader.number("min_interval_s", usual.min_interval_s),
        timeout_s=reader.number("timeout_s", usual.timeout_s),
        breaker_failures=reader.integer("breaker_failures", usual.breaker_failures),
        breaker_s=reader.number("breaker_s", usual.breaker_s),
    )
    reader.done()
    return limits


def _days(reader: Reader) -> tuple[int, ...]:
    words = reader.texts("days")
    for word in words:
        if word not in _WEEK:
            raise fail(reader.where("days"), f"'days' is a list out of {', '.join(_WEEK)}.")
    return tuple(_WEEK.index(word) for word in words)


def _hours(reader: Reader | None) -> WorkingHours:
    if reader is None:
        return WorkingHours()
    hours = WorkingHours(
        days=_days(reader) or WorkingHours().days,
        begin=reader.integer("begin", 9),
        end=reader.integer("end", 18),
    )
    reader.done()
    if not 0 <= hours.begin < hours.end <= 24:
        raise fail(reader.place, "'begin' and 'end' are hours of the day, begin before end.")
    return hours
