"""Who is looking: the session of a cookie, the roles that a page needs, forms that are ours."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qsl, quote, urlsplit

from fastapi import Depends, Request, Response

from netdiag.model.user import User, UserRole
from netdiag.store.users import LONGEST
from netdiag.web.problems import Problem

COOKIE = "netdiag_session"
_FIELDS = 20
_HERE = ("127.0.0.1", "localhost", "::1")


class SignInFirst(Exception):  # noqa: N818 (no error: the way in)
    """Nobody is signed in: show the page to sign in, and come back to `then`."""

    def __init__(self, then: str) -> None:
        super().__init__("sign in first")
        self.then = then


@dataclass(frozen=True, slots=True)
class Signed:
    """A person who is signed in, and the token that his forms carry."""

    user: User
    csrf: str

    def may(self, role: str) -> bool:
        """Has he this role, or a higher one?"""
        return self.user.role.allows(UserRole(role))


async def signed(request: Request) -> Signed | None:
    """Who it is, if anybody."""
    cookie = request.cookies.get(COOKIE, "")
    accounts = request.app.state.accounts
    user: User | None = None
    if cookie:
        user = await asyncio.to_thread(accounts.signed_in, cookie, datetime.now(UTC))
    if user is None:
        user, cookie = _guest(request), ""
    if user is None:
        return None
    return Signed(user=user, csrf=token(cookie, request.app.state.guests_key))


def _guest(request: Request) -> User | None:
    """Everybody on this machine, in the demo alone. A name that is not this machine's is refused:
    a foreign page could point its own name here (DNS rebinding)."""
    guest: User | None = request.app.state.guest
    if guest is not None and request.url.hostname not in _HERE:
        raise Problem(403, "The demo is looked at from this machine, by its own address.")
    return guest


def token(cookie: str, guests_key: bytes) -> str:
    """What the forms of a session carry: no other page can know it. It comes from the session's own
    secret, so that every copy of the board takes a form that another one showed, also after a
    restart; guests have no session, and this process's key."""
    key = cookie.encode() or guests_key
    return hmac.new(key, b"forms of the board", hashlib.sha256).hexdigest()


def needs(role: UserRole) -> Callable[..., Awaitable[Signed]]:
    """A dependency: somebody with that role. Nobody is asked to sign in; others get 403."""

    async def check(request: Request) -> Signed:
        found = await signed(request)
        if found is None:
            raise SignInFirst(_back(request))
        if not found.user.role.allows(role):
            raise Problem(
                403, f"That needs the role {role}; {found.user.name} is {found.user.role}."
            )
        return found

    return check


def _back(request: Request) -> str:
    if request.method != "GET":
        return "/"
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path) + query


Viewer = Annotated[Signed, Depends(needs(UserRole.VIEWER))]
Operator = Annotated[Signed, Depends(needs(UserRole.OPERATOR))]
Noc = Annotated[Signed, Depends(needs(UserRole.NOC))]


async def form(request: Request) -> dict[str, str]:
    """The fields of an urlencoded form. Raises Problem 415, 422."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise Problem(415, "Send the form as application/x-www-form-urlencoded.")
    try:
        text = (await request.body()).decode("utf-8")
        fields = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError:
        raise Problem(422, "The form cannot be read.") from None
    if "\x00" in "".join(fields.values()):
        raise Problem(422, "The form holds a character that is none.")
    return fields


async def own_form(request: Request, who: Signed) -> dict[str, str]:
    """The fields of a form that one of our pages sent for this session. Raises Problem 403."""
    same_origin(request)
    fields = await form(request)
    if not hmac.compare_digest(fields.pop("csrf", "").encode(), who.csrf.encode()):
        raise Problem(403, "The page is older than this session. Load it again, then send.")
    return fields


def same_origin(request: Request) -> None:
    """Raises Problem 403 for a form that another site's page sent."""
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    foreign = request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    if foreign or (origin is not None and urlsplit(origin).netloc != host):
        raise Problem(403, "The form came from a page of another site.")


def keep(response: Response, request: Request, cookie: str) -> None:
    """Give the browser its session: not for scripts, not for other sites, over TLS where it is."""
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=int(LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
