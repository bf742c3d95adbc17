"""How sure a share of few cases is: a Beta count of confirmed and refuted."""

from __future__ import annotations

import math

_STEPS = 4000


def interval(a: float, b: float, mass: float = 0.9) -> tuple[float, float]:
    """Between which values the share lies with so much probability, as much left below as above.

    By the trapezoid rule in x = sin²(t), where the density is smooth for a, b ≥ 0.5.
    """
    log_scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    width = math.pi / 2 / _STEPS
    below, at, low, high = 0.0, _density(0.0, a, b, log_scale), 0.0, 1.0
    tail = (1 - mass) / 2
    for number in range(1, _STEPS + 1):
        t = number * width
        after = _density(t, a, b, log_scale)
        here = below + (at + after) / 2 * width
        x = math.sin(t) ** 2
        if below < tail <= here:
            low = x
        if below < 1 - tail <= here:
            high = x
        below, at = here, after
    return low, high


def _density(t: float, a: float, b: float, log_scale: float) -> float:
    """The density of Beta(a, b) at sin²(t), times the change of sin²(t)."""
    s, c = math.sin(t), math.cos(t)
    if (s <= 0 and a > 0.5) or (c <= 0 and b > 0.5):
        return 0.0
    powers = 0.0
    if a != 0.5:
        powers += (2 * a - 1) * math.log(s)
    if b != 0.5:
        powers += (2 * b - 1) * math.log(c)
    return 2 * math.exp(log_scale + powers)
