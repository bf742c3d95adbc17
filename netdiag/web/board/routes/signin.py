"""The way in and out, and how the browser wants its pages."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from netdiag.service.board.accounts import Accounts
from netdiag.settings import LANGUAGES
from netdiag.web.board.pages import LANGUAGE, THEME, THEMES, looks, page
from netdiag.web.board.session import COOKIE, form, keep, own_form, same_origin, signed
from netdiag.web.problems import Problem

router = APIRouter(include_in_schema=False)
_YEAR_S = 365 * 86400


_PER_NAME, _PER_ADDRESS = 5, 50  # wrong passwords within `netdiag.store.attempts.WINDOW`


def _both(name: str, address: str) -> str:
    """Nobody locks another one out from elsewhere, and who tries many names is stopped too."""
    return f"{address} {name}"


def local(path: str) -> str:
    """A place of ours to go back to; anything else is the board."""
    good = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if good else "/"


@router.get("/sign-in")
async def way_in(request: Request, then: str = "/") -> Response:
    """The form."""
    if await signed(request) is not None:
        return RedirectResponse(local(then), 303)
    return page(request, "sign_in.html", None, {"then": local(then), "error": "", "name": ""})


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Name and password into a session; after some failures one has to wait."""
    same_origin(request)
    fields = await form(request)
    name, then = fields.get("name", "").strip(), local(fields.get("then", "/"))
    accounts: Accounts = request.app.state.accounts
    address, now = request.client.host if request.client else "", datetime.now(UTC)
    most = {_both(name, address): _PER_NAME, address: _PER_ADDRESS}
    # Counted before the password is checked: many at once are many attempts.
    wait = await asyncio.to_thread(accounts.attempts.begin, most, now)
    tongue = looks(request).tongue
    if wait:
        minutes = tongue.number(math.ceil(wait.total_seconds() / 60))
        error = tongue.t("Too many attempts. Try again in {minutes} min.", minutes=minutes)
        answer = _refused(request, name, then, error, 429)
        answer.headers["retry-after"] = str(math.ceil(wait.total_seconds()))
        return answer
    async with request.app.state.checking:  # who waits here takes no thread
        cookie = await asyncio.to_thread(accounts.sign_in, name, fields.get("password", ""), now)
    if cookie is None:
        return _refused(request, name, then, tongue.t("Name and password do not fit."), 403)
    await asyncio.to_thread(accounts.attempts.forget, _both(name, address))
    await asyncio.to_thread(accounts.attempts.forgive, address)
    in_ = RedirectResponse(then, 303)
    keep(in_, request, cookie)
    return in_


def _refused(request: Request, name: str, then: str, error: str, status: int) -> Response:
    values = {"then": then, "error": error, "name": name}
    return page(request, "sign_in.html", None, values, status=status)


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session here and in the store."""
    who = await signed(request)
    if who is not None:
        await own_form(request, who)
        cookie = request.cookies.get(COOKIE, "")
        await asyncio.to_thread(request.app.state.accounts.users.sign_out, cookie)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.post("/look")
async def look(request: Request) -> Response:
    """Language and colours of this browser."""
    same_origin(request)
    fields = await form(request)
    answer = RedirectResponse(local(fields.get("back", "/")), 303)
    for name, cookie, known in (("lang", LANGUAGE, LANGUAGES), ("theme", THEME, THEMES)):
        if name in fields:
            if fields[name] not in known:
                raise Problem(422, f"{name} is one of {', '.join(known)}.")
            answer.set_cookie(cookie, fields[name], max_age=_YEAR_S, samesite="lax", httponly=True)
    return answer
