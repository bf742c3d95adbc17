"""How likely is what was seen, if a resource had failed at a moment T, against if all were well.

All in nats. Time is cut into bins of half a minute; T ranges over the last 32 minutes. The figures
are start values that held on the generator of `bench/`; what a network teaches (base rate, profile)
is learned in `hazard.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import exp, log

BIN_S = 30.0
WINDOW = 64  # bins back in which a failure may have begun
CLIP = 7.0  # no single subscriber tells more
EPS = log(0.04)  # alive below a dead resource: the inventory is wrong about him

# A PPPoE or DHCP session ends some time after the path is cut: keep-alive of about three minutes.
# Per half-minute bin after the cut; then a tail.
SESSION_DELAY = (0.09, 0.16, 0.16, 0.16, 0.16, 0.16, 0.08)
SESSION_TAIL = (0.015, 0.008, 0.004, 0.002)
_DELAY = (*SESSION_DELAY, *SESSION_TAIL)

PING_LOSS = 0.006  # a single question lost on a healthy path
NEVER_SEEN_OFF = 0.2  # of those never seen alive, who are simply switched off
DEVICE_FAILS = (5.0, 10.0, 18.0)  # first, second, third question in a row without answer
DEVICE_BATTERY = 4.0
DEVICE_TRAP = 3.0
MANAGEMENT = -20.0  # ln of failures of the way to devices, per half minute: rarer than of the node
PARTIAL = 0.5  # a partial failure hits each with this probability
POWER_COVERAGE = 0.92
POWER_PRIOR = 1.0  # area power fails more often than the resource itself
PARTIAL_PRIOR = -1.0
GASP = 0.8  # an ONU that loses power says so
GASP_ON_CUT = 0.01
GASP_SHIFT = log(GASP_ON_CUT / GASP)
NO_GASP_SHIFT = log((1 - GASP_ON_CUT) / (1 - GASP))


class Family(IntEnum):
    """Ways in which a resource fails."""

    CUT = 0
    PARTIAL = 1
    POWER = 2
    GREY = 3


PRIOR = (0.0, PARTIAL_PRIOR, POWER_PRIOR)


def ln_delay(bins: int) -> float:
    """ln of the share of sessions that end in that bin after the cut."""
    return log(_DELAY[bins]) if bins < len(_DELAY) else -1e9


def ln_survival(bins: int) -> float:
    """ln of the share of sessions that still look alive so long after the cut."""
    gone = sum(_DELAY[: bins + 1]) - _DELAY[min(bins, len(_DELAY) - 1)] / 2 if bins >= 0 else 0.0
    return max(EPS, log(max(1e-9, 1 - gone)))


def partly(x: float, share: float = PARTIAL) -> float:
    """The same evidence when only that share is hit."""
    return log(share * exp(x) + 1 - share)


# Per bins since T and family: one session that is still up.
SURVIVAL = tuple(
    (ln_survival(d), partly(ln_survival(d)), partly(ln_survival(d), POWER_COVERAGE))
    for d in range(WINDOW + 2)
)
# One who was seen alive after T.
ALIVE = (EPS, partly(EPS), partly(EPS, POWER_COVERAGE))


def silence(share: float) -> tuple[tuple[float, float, float], ...]:
    """Per bins since T and family: one who was never heard of, when that share of such are up and
    would be heard of once they fall."""
    cut = [log(1 - share + share * exp(ln_survival(d))) for d in range(WINDOW + 2)]
    return tuple((x, partly(x), partly(x, POWER_COVERAGE)) for x in cut)


def families(x: float, gasp: bool | None) -> tuple[float, float, float]:
    """One subscriber's x under cut, partial and power; `gasp` None where nobody ever gasps."""
    cut = x
    if gasp is not None:
        cut += GASP_SHIFT if gasp else NO_GASP_SHIFT
    cut = min(CLIP, max(EPS, cut))
    return cut, partly(cut), partly(min(CLIP, max(EPS, x)), POWER_COVERAGE)


@dataclass(frozen=True, slots=True)
class Down:
    """Why a leaf counts as down, cut down to what the likelihood needs; equal ones share a code.

    `low` to `at` are the bins in which the failure can have begun. `fails` are questions in a row
    without answer (a device's, up to 3); `seen`: was it known to be well before `low`? `polled`:
    does its source repeat itself? `bonus` is what verdicts and contacts add (nats); `rate` is the
    profile's factor on the base rate in steps of half a nat.
    """

    how: str
    low: int
    at: int
    fails: int = 0
    gasp: bool = False
    in_session: bool = False
    seen: bool = True
    polled: bool = True
    bonus: float = 0.0
    rate: int = 0
