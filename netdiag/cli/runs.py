"""What was asked and what it took, short enough to leave the verdict on the screen."""

from __future__ import annotations

from collections.abc import Iterator

from netdiag.cli.words import Translate, isolate, listed
from netdiag.model.verdict import ProbeRun
from netdiag.model.words import Outcome


def asked(runs: tuple[ProbeRun, ...]) -> list[ProbeRun]:
    """The probes that went out."""
    return [run for run in runs if run.outcome is not Outcome.SKIPPED]


def slowest(runs: tuple[ProbeRun, ...], say: Translate, language: str) -> str:
    """One line over all probes."""
    out = asked(runs)
    parts = [f"{len(out)} {say('asked')}"]
    if out:
        last = max(out, key=lambda run: run.duration_s)
        parts.append(f"{say('the slowest')} {isolate(_timed(last), language)}")
    if len(runs) > len(out):
        parts.append(f"{len(runs) - len(out)} {say('not needed or not possible')}")
    return f"{listed(parts, language)} ({say('each with -v')})"


def runs_by_place(
    runs: tuple[ProbeRun, ...], say: Translate, language: str
) -> Iterator[tuple[str, str]]:
    """Device and its probes with their times, those without an answer last."""
    places: dict[str, list[ProbeRun]] = {}
    for run in asked(runs):
        places.setdefault(run.device or "", []).append(run)
    for place, its in sorted(places.items()):
        good = [_timed(run) for run in its if run.outcome is Outcome.OK]
        bad = [_timed(run) for run in its if run.outcome is not Outcome.OK]
        parts = [isolate(", ".join(good), language)] if good else []
        if bad:
            parts.append(f"{say('no answer')}: {isolate(', '.join(bad), language)}")
        yield isolate(place, language) or say("several"), "; ".join(parts)


def _timed(run: ProbeRun) -> str:
    return f"{run.probe} {run.duration_s * 1000:.0f} ms"
