"""A part of a whole, with how sure the rate is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

_Z = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. Without a whole there is no rate: that is unknown, not zero."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        """0 to 1."""
        return self.part / self.whole if self.whole else None

    def interval(self) -> tuple[float, float] | None:
        """Where the true rate lies with 95 % (Wilson's score interval), also for few cases."""
        rate = self.rate
        if rate is None:
            return None
        n = self.whole
        middle = rate + _Z**2 / (2 * n)
        reach = _Z * math.sqrt(rate * (1 - rate) / n + _Z**2 / (4 * n * n))
        scale = 1 + _Z**2 / n
        return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        interval = self.interval()
        return {
            "part": self.part,
            "whole": self.whole,
            "rate": None if self.rate is None else round(self.rate, 4),
            "low": None if interval is None else round(interval[0], 4),
            "high": None if interval is None else round(interval[1], 4),
        }


def quantile(values: list[float], share: float) -> float | None:
    """The value below which that share lies (nearest rank); None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
