"""The board at `/`, and the stream that keeps it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib.resources import files

from fastapi import APIRouter, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from netdiag.service.board.state import BoardState
from netdiag.web.board.live import changes
from netdiag.web.board.pages import Looks, assets_version, looks, page
from netdiag.web.board.parts import Rendered
from netdiag.web.board.session import Signed, Viewer
from netdiag.web.problems import Problem

router = APIRouter(include_in_schema=False)
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@router.get("/")
async def overview(request: Request, who: Viewer) -> Response:
    """The board: whole at once, then kept by the stream. `?wall` is for a screen on the wall."""
    look = looks(request)
    state = await request.app.state.board.state()
    parts = _parts(request, state, look, who)
    return page(request, "board.html", who, {"parts": parts, "now": state.at})


@router.get("/board/stream", response_class=EventSourceResponse)
async def stream(request: Request, who: Viewer) -> AsyncIterator[ServerSentEvent]:
    """Parts of the board as they change."""
    look = looks(request)

    async def feed() -> dict[str, str]:
        return _parts(request, await request.app.state.board.state(), look, who)

    async for event in changes(request, look.tongue, feed):
        yield event


@router.get("/assets/{version}/{name}")
async def asset(version: str, name: str) -> Response:
    """A file of the board. Another version than today's is answered, but not kept."""
    folder = files("netdiag.web.board").joinpath("assets")
    known = {one.name: one for one in folder.iterdir() if one.is_file()}
    kind = _KINDS.get(name[name.rfind(".") :])
    if name not in known or kind is None:
        raise Problem(404, f"There is no file {name!r}.")
    answer = Response(known[name].read_bytes(), media_type=kind)
    if version != assets_version():
        answer.headers["cache-control"] = "no-store"
    return answer


def _parts(request: Request, state: BoardState, look: Looks, who: Signed) -> dict[str, str]:
    rendered: Rendered = request.app.state.rendered
    content = request.app.state.daemon.app.content
    return rendered.board(state, content, look.tongue, who, wall=look.wall)
