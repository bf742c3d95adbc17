"""Pictures of a report: inline SVG without scripts, styles or anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

GREEN, RED, GREY, BLUE, ORANGE = "#2e7d32", "#c62828", "#9e9e9e", "#1565c0", "#ef6c00"
_WIDTH = 640
_MARGIN = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, and its parts as (size, colour)."""

    name: str
    parts: tuple[tuple[float, str], ...]
    told: str = ""

    @property
    def size(self) -> float:
        """The whole length."""
        return sum(size for size, _ in self.parts)


def picture(title: str, height: float, body: Iterable[str]) -> str:
    """An SVG with a name for those who cannot see it."""
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-label="{escape(title)}" '
        'xmlns="http://www.w3.org/2000/svg" direction="ltr">'
        f"<title>{escape(title)}</title>{''.join(body)}</svg>"
    )


def lying_bars(title: str, bars: Sequence[Bar]) -> str:
    """Bars from left to right, one under another, to one scale."""
    most = max((bar.size for bar in bars), default=0) or 1
    left, right, step = 200, 80, 24
    room = _WIDTH - left - right
    body = []
    for number, bar in enumerate(bars):
        y = number * step
        body.append(text(left - 8, y + 16, _short(bar.name, 30), anchor="end"))
        x = float(left)
        for size, colour in bar.parts:
            width = room * size / most
            body.append(rect(x, y + 4, width, step - 8, colour))
            x += width
        body.append(text(x + 6, y + 16, bar.told or f"{bar.size:g}"))
    return picture(title, max(1, len(bars)) * step, body)


def standing_bars(title: str, bars: Sequence[Bar]) -> str:
    """Bars from the ground up, names below, the told text above."""
    most = max((bar.size for bar in bars), default=0) or 1
    height, ground, top = 190, 160, 18
    step = (_WIDTH - 2 * _MARGIN) / max(1, len(bars))
    body = [rect(0, ground, _WIDTH, 1, GREY)]
    every = max(1, len(bars) // 12) if len(bars) > 24 else 1
    for number, bar in enumerate(bars):
        x, y = _MARGIN + number * step + step * 0.15, float(ground)
        for size, colour in bar.parts:
            tall = (ground - top) * size / most
            y -= tall
            body.append(rect(x, y, step * 0.7, tall, colour))
        if bar.told:
            body.append(text(x + step * 0.35, y - 4, bar.told, anchor="middle", size=10))
        if number % every == 0:
            body.append(text(x + step * 0.35, ground + 14, bar.name, anchor="middle", size=10))
    return picture(title, height, body)


def diagonal(
    title: str, points: Sequence[tuple[float, float, int]], x_name: str, y_name: str
) -> str:
    """Points (stated, came true, count) in the unit square, against the line where both agree."""
    side, left, top = 260, 60, 10
    most = max((count for _, _, count in points), default=1)

    def at(x: float, y: float) -> tuple[float, float]:
        return left + x * side, top + (1 - y) * side

    (x1, y1), (x2, y2) = at(0, 0), at(1, 1)
    body = [
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="none" stroke="{GREY}"/>',
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{GREY}" '
        'stroke-dasharray="4 4"/>',
    ]
    for share in (0, 0.5, 1):
        x, _ = at(share, 0)
        _, y = at(0, share)
        body.append(text(x, top + side + 16, f"{share:.0%}", anchor="middle", size=10))
        body.append(text(left - 6, y + 4, f"{share:.0%}", anchor="end", size=10))
    for stated, true, count in points:
        x, y = at(stated, true)
        radius = 3 + 9 * (count / most) ** 0.5
        body.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{BLUE}" fill-opacity="0.7"/>'
        )
    body.append(text(left + side / 2, top + side + 34, x_name, anchor="middle"))
    body.append(text(left + side + 14, top + 14, y_name))
    return picture(title, top + side + 42, body)


def rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    """A filled rectangle; nothing when it would have no size."""
    if width <= 0 or height <= 0:
        return ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12) -> str:
    """Words, in the colour of the page's text."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" '
        f'fill="currentColor">{escape(words)}</text>'
    )


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
