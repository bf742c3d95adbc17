"""Templates into pages. Everything is escaped; a name that a template misspells is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from netdiag.locale.words import value_word
from netdiag.service.daemon.jobs import Job
from netdiag.service.outages.report import flat
from netdiag.web.board.session import Signed
from netdiag.web.board.tongue import NAMES, Tongue, chosen

LANGUAGE, THEME = "netdiag_language", "netdiag_theme"
_USUAL_S = 6.0
THEMES = ("auto", "dark", "light")


@dataclass(frozen=True)
class Looks:
    """How one browser wants its pages."""

    tongue: Tongue
    theme: str
    wall: bool


def looks(request: Request) -> Looks:
    """By the cookies of the browser, else by what it says it accepts."""
    settings = request.app.state.daemon.app.settings
    language = chosen(
        (request.query_params.get("lang"), request.cookies.get(LANGUAGE)),
        request.headers.get("accept-language", ""),
        settings.language,
    )
    theme = request.query_params.get("theme") or request.cookies.get(THEME, "auto")
    return Looks(
        tongue=Tongue(language, settings.timezone),
        theme=theme if theme in THEMES else "auto",
        wall="wall" in request.query_params,
    )


@cache
def environment() -> Environment:
    """The one environment of all pages."""
    made = Environment(
        loader=PackageLoader("netdiag.web.board", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"asset": asset, "languages": NAMES, "flat": flat, "progress": progress}
    made.filters["slug"] = slug
    return made


def asset(name: str) -> str:
    """The address of a file of the board; it changes with the files, so they may be kept."""
    return f"/assets/{assets_version()}/{name}"


@cache
def assets_version() -> str:
    """Of all files together: a script may import another one beside it."""
    digest = sha256()
    folder = files("netdiag.web.board").joinpath("assets")
    for one in sorted(folder.iterdir(), key=lambda file: file.name):
        if one.is_file():
            digest.update(one.name.encode() + one.read_bytes())
    return digest.hexdigest()[:12]


def progress(job: Job, now: datetime) -> int:
    """How far a diagnosis is, of 100, by the time that one usually takes."""
    if job.created_at is None:
        return 0
    return min(95, round(100 * (now - job.created_at).total_seconds() / _USUAL_S))


def slug(text: str) -> str:
    """A text as part of an element's id."""
    return re.sub(r"[^A-Za-z0-9_-]", lambda found: f"_{ord(found[0]):x}", text)


def words(tongue: Tongue) -> dict[str, Any]:
    """What every template may call."""
    return {
        "t": tongue.t,
        "counted": tongue.counted,
        "n": tongue.number,
        "sure": tongue.sure,
        "clock": tongue.clock,
        "long": tongue.long,
        "span": tongue.span,
        "field": tongue.field,
        "seconds": tongue.seconds,
        "word": lambda text: value_word(text, tongue.language),
        "tongue": tongue,
    }


def render(template: str, tongue: Tongue, **values: Any) -> str:
    """A template in one language."""
    return environment().get_template(template).render(words(tongue) | values)


def page(
    request: Request,
    template: str,
    who: Signed | None,
    values: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HTMLResponse:
    """A whole page for this browser."""
    look = looks(request)
    every = {
        "now": datetime.now(UTC),
        "look": look,
        "who": who,
        "demo": request.app.state.guest is not None,
        "here": request.url.path,
    }
    text = render(template, look.tongue, **{**every, **(values or {})})
    return HTMLResponse(text, status)
