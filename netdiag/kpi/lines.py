"""The report as rows: for a terminal and for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# Figure → the sentence fragment that names it; the order is that of every page.
SHARES = {
    ("verdicts", "right"): "Right side",
    ("verdicts", "wrong"): "Wrong side",
    ("verdicts", "undetermined"): "Undetermined",
    ("verdicts", "wrong_when_decided"): "Wrong side when a side was named",
    ("tickets", "first_contact_resolution"): "Solved at the first contact",
    ("tickets", "repeat_contacts"): "Repeat contacts",
    ("tickets", "bounced"): "Sent back between desks",
    ("tickets", "reopened_after_solved"): 'Reopened after "solved"',
    ("tickets", "visits_no_fault_found"): "Visits that found no fault",
    ("tickets", "sla_kept"): "Deadline kept",
}
NUMBERS = {
    ("verdicts", "expected_calibration_error"): "Calibration error (15 bins)",
    ("verdicts", "brier"): "Brier score",
    ("verdicts", "cost_per_case"): "Cost of the decision per case",
}
TIMES = {
    ("verdicts", "answer_s"): "Time of a diagnosis",
    ("tickets", "time_to_verdict_s"): "From ticket to verdict",
}
HEAD = ("group", "figure", "part", "whole", "value", "low", "high")
Row = tuple[object, ...]


def rows(report: Json) -> Iterator[Row]:
    """One figure a row, HEAD first; the whole has an empty group. What is not known stays empty."""
    yield HEAD
    contacts = report["contacts"]
    yield ("", "contacts", "", "", contacts["count"], "", "")
    yield (
        "",
        "contacts_per_1000_subscribers",
        "",
        "",
        _cell(contacts["per_1000_subscribers"]),
        "",
        "",
    )
    busiest = report["people"]["busiest"]
    yield ("", "people_in_the_busiest_hour", "", "", busiest["people"] if busiest else "", "", "")
    yield from _figures("", report)
    for group in report.get("groups", ()):
        yield from _figures(group["key"] or "?", group)


def _figures(group: str, figures: Json) -> Iterator[Row]:
    yield (group, "verdicts", "", "", figures["verdicts"]["count"], "", "")
    for part, name in SHARES:
        share = (figures[part] or {}).get(name)
        if share is not None:
            rate, low, high = (_cell(share[key]) for key in ("rate", "low", "high"))
            yield (group, name, share["part"], share["whole"], rate, low, high)
    for part, name in NUMBERS:
        yield (group, name, "", "", _cell((figures[part] or {}).get(name)), "", "")
    for part, name in TIMES:
        times = (figures[part] or {}).get(name) or {}
        for quantile in ("median", "p90") if times else ():
            yield (group, f"{name}_{quantile}", "", times["count"], _cell(times[quantile]), "", "")


def _cell(value: object) -> object:
    return "" if value is None else value
