"""What the days before tell. Daily values first (they smooth out day and night), then robust
statistics over days: median and MAD, the slope of Theil and Sen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from netdiag.model.past import Past
from netdiag.model.vocabulary import Vocabulary
from netdiag.sweeping.known import Columns, Known, Numbers

SIGMA = 1.4826  # median absolute deviation of a normal distribution → standard deviation
_SPEED = "port.speed_mbps"
_SAMPLE_S = 1800  # for the median of a day one value in so long is enough

Days = Mapping[date, Numbers]


def tracked(vocabulary: Vocabulary) -> dict[str, tuple[str, str]]:
    """What is gathered each day: key → fact and how its day is summed up."""
    pairs = {(k.past.of, k.past.day) for k in vocabulary.types.values() if k.past}
    return {f"{of} {day}": (of, day) for of, day in sorted(pairs)}


def gather(known: Known, table: Columns, tracks: Mapping[str, tuple[str, str]], now: float) -> None:
    """Add the values of this visit to the day. The speed of a link that is down is none."""
    slot = int(now // _SAMPLE_S)
    sample, known.slot = slot != known.slot, slot
    for key, (fact, day) in tracks.items():
        column = table.get(fact)
        if not column or (day == "median" and not sample):
            continue
        if fact == _SPEED:
            up = table.get("port.oper_status", {})
            column = {index: v for index, v in column.items() if up.get(index) == "up"}
        _GATHER[day](known.today.setdefault(key, {}), column)


def close_day(known: Known, tracks: Mapping[str, tuple[str, str]]) -> Numbers:
    """The values of the day, to be kept."""
    found: Numbers = {}
    for key, (_, day) in tracks.items():
        if known.today.get(key):
            values = {index: _SUM_UP[day](told) for index, told in known.today[key].items()}
            kept = {index: round(v, 3) for index, v in values.items()}
            found[key] = kept
    return found


def usual(
    kinds: Iterable[tuple[str, Past]],
    days: Days,
    today: date,
    own_since: Mapping[str, str] | None = None,
) -> Numbers:
    """Every fact of the past that has days enough, by port. `own_since`: ports of which the days
    before that one are another port's."""
    if own_since:
        days = {day: _own(told, own_since, day.isoformat()) for day, told in days.items()}
    found: Numbers = {}
    for name, past in kinds:
        since = today - timedelta(days=past.days)
        chosen = [
            (day, values[key])
            for day, values in sorted(days.items())
            if (key := f"{past.of} {past.day}") in values
            and since <= day < today + timedelta(days=past.today)
            and (not past.same_weekday or day.weekday() == today.weekday())
        ]
        column = _column(past, chosen)
        if column:
            found[name] = column
    return found


def _own(told: Numbers, since: Mapping[str, str], day: str) -> Numbers:
    return {
        name: {index: value for index, value in column.items() if since.get(index, day) <= day}
        for name, column in told.items()
    }


def _column(past: Past, chosen: Sequence[tuple[date, Mapping[str, float]]]) -> dict[str, float]:
    series: dict[str, list[tuple[int, float]]] = {}
    for day, values in chosen:
        for index, value in values.items():
            series.setdefault(index, []).append((day.toordinal(), value))
    return {
        index: round(_TAKE[past.take](points, past), 4)
        for index, points in series.items()
        if len(points) >= past.least
    }


def slope(points: Sequence[tuple[int, float]]) -> float:
    """Per day; the median of the slopes of all pairs (Theil 1950, Sen 1968): a few odd days do
    not turn it."""
    slopes = [
        (b - a) / (later - earlier)
        for n, (earlier, a) in enumerate(points)
        for later, b in points[n + 1 :]
        if later > earlier
    ]
    return median(slopes) if slopes else 0.0


def spread(values: Sequence[float]) -> float:
    """MAD scaled to one standard deviation."""
    centre = median(values)
    return SIGMA * median(abs(value - centre) for value in values)


def _best(points: Sequence[tuple[int, float]], past: Past) -> float:
    """The largest value that held on enough days."""
    values = sorted((value for _, value in points), reverse=True)
    return values[min(past.least, len(values)) - 1]


_TAKE: dict[str, Callable[[Sequence[tuple[int, float]], Past], float]] = {
    "median": lambda points, _: median(v for _, v in points),
    "spread": lambda points, _: spread([v for _, v in points]),
    "slope": lambda points, past: slope(points) * past.per,
    "best": _best,
    "max": lambda points, _: max(v for _, v in points),
    "sum": lambda points, _: sum(v for _, v in points),
    "count": lambda points, _: float(len(points)),
}


def _add_sample(mine: dict[str, Any], column: Mapping[str, Any]) -> None:
    for index, value in column.items():
        mine.setdefault(index, []).append(value)


def _add_max(mine: dict[str, Any], column: Mapping[str, Any]) -> None:
    if not mine:
        mine.update(column)
        return
    for index, value in column.items():
        if index not in mine or value > mine[index]:
            mine[index] = value


def _add_last(mine: dict[str, Any], column: Mapping[str, Any]) -> None:
    mine.update(column)


_GATHER: dict[str, Callable[[dict[str, Any], Mapping[str, Any]], None]] = {
    "median": _add_sample,
    "max": _add_max,
    "last": _add_last,
}
_SUM_UP: dict[str, Callable[[Any], float]] = {"median": median, "max": float, "last": float}
