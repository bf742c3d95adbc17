"""The parts of a page that change by themselves, each as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from netdiag.model.content import Content
from netdiag.service.board.state import BoardState
from netdiag.web.board.pages import render
from netdiag.web.board.session import Signed
from netdiag.web.board.tongue import Tongue

BOARD = ("summary", "outages", "tree", "weak", "symptoms", "flaps", "mix", "held", "health")
OUTAGE = ("outage_head", "outage_log", "outage_tickets")
DIAGNOSIS = ("answer",)
ON_WALL = 4  # outages that fit a wall screen; the rest are counted
_KEPT = 32


def shown(names: tuple[str, ...], tongue: Tongue, values: Mapping[str, Any]) -> dict[str, str]:
    """Part → HTML."""
    return {name: render(f"parts/{name}.html", tongue, **values) for name in names}


@dataclass(slots=True)
class Rendered:
    """Parts of the newest state by language, role and screen: a hundred who look cost as much as
    one."""

    _of: BoardState | None = None
    _kept: dict[tuple[object, ...], dict[str, str]] = field(default_factory=dict)

    def board(
        self, state: BoardState, content: Content, tongue: Tongue, who: Signed, *, wall: bool
    ) -> dict[str, str]:
        """All parts of the board."""
        if state is not self._of or len(self._kept) > _KEPT:
            self._of, self._kept = state, {}
        key = (tongue.language, who.user.role, wall)
        if key not in self._kept:
            language = tongue.language
            values = {
                "state": state,
                "now": state.at,
                "who": who,
                "most": ON_WALL if wall else None,
                "titles": {r.fault: r.title.get(language, r.title["en"]) for r in content.rules},
            }
            self._kept[key] = shown(BOARD, tongue, values)
        return self._kept[key]
