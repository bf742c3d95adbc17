"""What a gain is worth: raw posteriors are overconfident, so they go through a learned map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log

_MOST = 0.995
_STEPS = 200
_LEAST = 1e-9  # share of a step


@dataclass(frozen=True, slots=True)
class Calibration:
    """Share of real outages at a gain g (nats): 1 / (1 + exp(-(offset + slope·ln(1 + g))))."""

    offset: float = -4.5
    slope: float = 3.4

    def __call__(self, gain: float) -> float:
        """Confidence for a gain, between 0 and 0.995."""
        return min(_MOST, 1 / (1 + exp(-(self.offset + self.slope * log(1 + max(0.0, gain))))))


def learned(closed: Iterable[tuple[float, bool]]) -> Calibration:
    """Fit to closed outages: the gain at confirmation, and whether it was real.

    Logistic fit drawn towards the start values as by twenty outages, by Newton's method with steps
    that are halved until they are better (the sum is convex); few outages move it little.
    """
    known = [(log(1 + max(0.0, gain)), float(real)) for gain, real in closed]
    start = Calibration()
    known += [(log(1 + g), start(g)) for g in range(1, 21)]
    a, b = start.offset, start.slope
    loss = _loss(known, a, b)
    for _ in range(_STEPS):
        step_a, step_b = _newton(known, a, b)
        share = 1.0
        while _loss(known, a + share * step_a, b + share * step_b) > loss and share > _LEAST:
            share /= 2
        better = _loss(known, a + share * step_a, b + share * step_b)
        if better >= loss:
            break
        a, b, loss = a + share * step_a, b + share * step_b, better
    return Calibration(a, b)


def _newton(known: Sequence[tuple[float, float]], a: float, b: float) -> tuple[float, float]:
    grad_a = grad_b = 0.0
    aa = ab = bb = 1e-6
    for x, real in known:
        p = _share(a + b * x)
        w = p * (1 - p)
        grad_a += real - p
        grad_b += (real - p) * x
        aa, ab, bb = aa + w, ab + w * x, bb + w * x * x
    det = aa * bb - ab * ab
    return (bb * grad_a - ab * grad_b) / det, (aa * grad_b - ab * grad_a) / det


def _loss(known: Sequence[tuple[float, float]], a: float, b: float) -> float:
    shares = ((_share(a + b * x), real) for x, real in known)
    return -sum(real * log(p) + (1 - real) * log(1 - p) for p, real in shares)


def _share(x: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, x))))
