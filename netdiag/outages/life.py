"""When an outage is suspected, confirmed, clearing and over. Thresholds, holds, flapping."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from netdiag.model.outage import OutageState
from netdiag.outages.incident import Incident
from netdiag.outages.model import BIN_S, Family


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Nats, bins of half a minute, seconds and shares. `theta` 4 finds more, 6 is quieter."""

    theta: float = 4.0
    at_once: float = 9.0
    ahead: float = 6.0  # of the best story of several failures below: told at once
    strong_bins: int = 2  # found at theta in so many different bins out of the last ones
    patient_bins: int = 4
    give_up_bins: int = 5  # not found any more: it was nothing, or loses packets no longer
    settled_bins: int = 36  # after 18 minutes those it explains are masked
    back: float = 0.75
    stalled: float = 0.3  # so many are back, and then nobody for a while: part of it is mended
    stalled_s: float = 420.0
    hold_s: float = 300.0
    flap_s: float = 1800.0
    flaps: int = 3
    calm_s: float = 600.0
    unseen_s: float = 3600.0  # what nobody can see the end of is over then, unless told anew


def confirms(incident: Incident, gain: float, lead: float, now: int, rules: Rules) -> bool:
    """Has a suspicion become certain enough to be told? `lead` is how far its root is ahead of
    the best story of several failures below it: while that is little, it waits for more, two
    minutes at most."""
    if gain >= rules.at_once and lead >= rules.ahead:
        return True
    if gain >= rules.theta and lead >= rules.theta and now not in incident.strong:
        incident.strong.append(now)
    incident.strong[:] = [b for b in incident.strong if b > now - rules.patient_bins]
    stood = now - int(incident.opened_at // BIN_S) >= rules.patient_bins
    return len(incident.strong) >= rules.strong_bins or (stood and gain >= rules.theta)


def healing(incident: Incident, t: float, rules: Rules) -> bool:
    """Are enough of those it explains well again?"""
    share = incident.share_back()
    if incident.flickers:
        return False  # it ends when nothing is lost any more
    if incident.flapping and t - incident.back_at < rules.calm_s:
        return False
    if share >= rules.back:
        return True
    stalled = bool(incident.back_at) and t - incident.back_at >= rules.stalled_s
    if share >= rules.stalled and stalled:
        return True
    all_devices = 0 < incident.devices <= incident.devices_back
    return all_devices and not incident.back and stalled and incident.hit <= 1


def expired(incident: Incident, t: float, rules: Rules) -> bool:
    """Has a partial failure, or one that nothing but complaints and verdicts tell of, stood
    without anything new for too long?"""
    unseen = not (incident.hit or incident.devices or incident.flickers)
    return (
        (unseen or incident.family is Family.PARTIAL)
        and incident.state is OutageState.CONFIRMED
        and t - incident.since > rules.unseen_s
    )


def rise(rises: list[float], t: float, rules: Rules) -> bool:
    """Note a rise; is it flapping now?"""
    rises.append(t)
    rises[:] = [at for at in rises if at > t - rules.flap_s]
    return len(rises) >= rules.flaps


def telling(branches: Iterable[tuple[int, int]]) -> float:
    """What it tells (nats) that somebody is not back while others are.

    `branches` are pairs of how many were hit and how many of them are not back, one pair per part
    below the root. The better half of them says what is usual: a branch that is all dark must not
    make its own silence look common.
    """
    rates = sorted(branches, key=lambda pair: pair[1] / pair[0])
    better = rates[: (len(rates) + 1) // 2]
    hit, left = sum(pair[0] for pair in better), sum(pair[1] for pair in better)
    return log(0.97 / min(0.5, max(0.05, (left + 1) / (hit + 4))))
