"""What a gain is worth: raw posteriors are overconfident, so they go through a learned map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, log

_MOST = 0.995
_STEPS = 200


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

    Logistic fit drawn towards the start values as by twenty outages, by Newton's method; few
    outages move it little.
    """
    known = [(log(1 + max(0.0, gain)), float(real)) for gain, real in closed]
    start = Calibration()
    known += [(log(1 + g), start(g)) for g in range(1, 21)]
    a, b = start.offset, start.slope
    for _ in range(_STEPS):
        grad_a = grad_b = 0.0
        aa = ab = bb = 1e-6
        for x, real in known:
            p = 1 / (1 + exp(-max(-30.0, min(30.0, a + b * x))))
            w = p * (1 - p)
            grad_a += real - p
            grad_b += (real - p) * x
            aa, ab, bb = aa + w, ab + w * x, bb + w * x * x
        det = aa * bb - ab * ab
        step_a = (bb * grad_a - ab * grad_b) / det
        step_b = (aa * grad_b - ab * grad_a) / det
        a, b = a + step_a, b + step_b
        if abs(step_a) + abs(step_b) < 1e-9:
            break
    return Calibration(a, b)
