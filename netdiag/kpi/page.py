"""The report as one page: no script, nothing from elsewhere, readable on paper and in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from netdiag.kpi import svg
from netdiag.kpi.lines import NUMBERS, SHARES, TIMES
from netdiag.locale.words import Translate, foreign, isolate, value_word

Json = dict[str, Any]


def page(report: Json, language: str, say: Translate, *, nonce: str = "") -> str:
    """A whole HTML document. Every word goes through `say`; nothing of a single person is in it."""
    title = say("How well it goes")
    direction = "rtl" if language == "fa" else "ltr"
    mark = f' nonce="{escape(nonce)}"' if nonce else ""
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>netdiag: {escape(title)}</title><style{mark}>{style()}</style></head>"
        f"<body>{body(report, language, say)}</body></html>\n"
    )


@cache
def style() -> str:
    """The style sheet of the page."""
    return files("netdiag.kpi").joinpath("page.css").read_text(encoding="utf-8")


def body(report: Json, language: str, say: Translate) -> str:
    """What stands in the page, to be set into another one."""
    view = _View(report, language, say)
    return "".join(view.parts())


_DAYS_WITH_NUMBERS = 35  # more of them do not fit above the bars


class _View:
    def __init__(self, report: Json, language: str, say: Translate) -> None:
        self._report = report
        self._language = language
        self._say = say

    def parts(self) -> Iterator[str]:
        report, say = self._report, self._say
        yield f"<h1>{self.told('How well it goes')}</h1>"
        period = f"{report['since'][:10]} – {report['until'][:10]}"
        yield f'<p class="small">{self.plain(period)} · {self.plain(report["timezone"])}</p>'
        yield f'<div class="tiles">{"".join(self.tiles())}</div>'
        yield f"<h2>{self.told('Whose fault: the truth by row, the verdict by column')}</h2>"
        matrix = report["verdicts"]["matrix"]
        table = f'<div class="wide">{self.matrix(matrix)}</div>'
        yield f'<div class="two">{table}<div>{self.sure()}</div></div>'
        yield f"<h2>{self.told('Contacts by day')}</h2>"
        days, few = report["days"], len(report["days"]) <= _DAYS_WITH_NUMBERS
        bars = [
            svg.Bar(d["date"][5:], ((d["contacts"], svg.BLUE),), str(d["contacts"]) if few else "")
            for d in days
        ]
        yield svg.standing_bars(say("Contacts by day"), bars)
        yield f"<h2>{self.told('People needed by hour of the day')}</h2>{self.people()}"
        if "groups" in report:
            yield from self.groups()
        yield f"<h2>{self.told('All figures')}</h2>{self.figures()}"

    def told(self, words: str) -> str:
        """Words of ours in the language."""
        return escape(self._say(words))

    def plain(self, words: str) -> str:
        """Words that are the same in every language."""
        return escape(isolate(words, self._language))

    def tiles(self) -> Iterator[str]:
        contacts = self._report["contacts"]
        yield self.tile("Contacts", str(contacts["count"]), self._say(f"by {contacts['based_on']}"))
        per = contacts["per_1000_subscribers"]
        yield self.tile("Contacts per 1,000 subscribers", "–" if per is None else f"{per:g}", "")
        for key in (("verdicts", "right"), ("verdicts", "wrong_when_decided")):
            yield self.share_tile(key)
        if self._report["tickets"]:
            for key in list(SHARES)[4:]:
                yield self.share_tile(key)

    def share_tile(self, key: tuple[str, str]) -> str:
        share = self._report[key[0]][key[1]]
        return self.tile(
            SHARES[key], _percent(share["rate"]), f"{share['part']} / {share['whole']}"
        )

    def tile(self, name: str, value: str, below: str) -> str:
        return (
            f'<div class="tile">{self.told(name)}<b>{self.plain(value)}</b>'
            f'<span class="small">{escape(foreign(below, self._language))}</span></div>'
        )

    def matrix(self, matrix: dict[str, dict[str, int]]) -> str:
        columns = list(next(iter(matrix.values())))
        head = "".join(f'<th class="n">{self.told(name)}</th>' for name in columns)
        rows = ""
        for truth, row in matrix.items():
            cells = "".join(
                f'<td class="n{_shade(truth, decision, count)}">{count}</td>'
                for decision, count in row.items()
            )
            rows += f"<tr><th>{self.told(truth)}</th>{cells}</tr>"
        return f"<table><tr><th></th>{head}</tr>{rows}</table>"

    def sure(self) -> str:
        bins = self._report["verdicts"]["calibration"]
        if not bins:
            return f'<p class="small">{self.told("No verdict with a known truth yet.")}</p>'
        points = [(b["stated"], b["right"], b["count"]) for b in bins]
        names = self._say("stated confidence"), self._say("came true")
        return svg.diagonal(self._say("Is it as sure as it says?"), points, *names)

    def people(self) -> str:
        people, say = self._report["people"], self._say
        bars = [
            svg.Bar(f"{one['hour']:02}", ((one["per_hour"], svg.ORANGE),), told=_people(one))
            for one in people["by_hour"]
        ]
        busiest = people["busiest"]
        assumed = people["assumed"]
        words = say("Bars: contacts in an hour, on the busiest weekday. Numbers: people.")
        unit = value_word("s", self._language)
        facts = (
            f"{assumed['handling_s']:g} {unit}, {assumed['answered_share']:.0%} < "
            f"{assumed['answered_within_s']:g} {unit}, ≤ {assumed['most_busy']:.0%}"
        )
        words += f" {say('Assumed')}: {isolate(facts, self._language)}."
        most = f" {say('At most')}: {busiest['people']}" if busiest else ""
        picture = svg.standing_bars(say("People needed by hour of the day"), bars)
        return f'{picture}<p class="small">{escape(words)}{escape(most)}</p>'

    def groups(self) -> Iterator[str]:
        by, groups = self._report["by"], self._report["groups"]
        yield f"<h2>{self.told(f'By {by}')}</h2>"
        shown = groups[:30]
        bars = [self.group_bar(group) for group in shown if group["verdicts"]["with_truth"]]
        if bars:
            words = self.told("Green: right side; red: wrong side; grey: undetermined.")
            yield f'<p class="small">{words}</p>'
            yield svg.lying_bars(self._say(f"By {by}"), bars)
        keys = [key for key in SHARES if any(group[key[0]] for group in shown)]
        head = "".join(f'<th class="n">{self.told(SHARES[key])}</th>' for key in keys)
        rows = "".join(self.group_row(group, keys) for group in shown)
        verdicts = f'<th class="n">{self.told("Diagnoses")}</th>'
        yield f'<div class="wide"><table><tr><th></th>{verdicts}{head}</tr>{rows}</table></div>'

    def group_bar(self, group: Json) -> svg.Bar:
        shares = [group["verdicts"][name] for name in ("right", "wrong", "undetermined")]
        parts = tuple(
            (share["part"], colour)
            for share, colour in zip(shares, (svg.GREEN, svg.RED, svg.GREY), strict=True)
        )
        told = f"{_percent(shares[0]['rate'])} / {shares[0]['whole']}"
        return svg.Bar(group["key"] or "?", parts, told=told)

    def group_row(self, group: Json, keys: list[tuple[str, str]]) -> str:
        cells = "".join(
            f'<td class="n">{_percent((group[part] or {}).get(name, {}).get("rate"))}</td>'
            for part, name in keys
        )
        key = self.plain(group["key"] or "?")
        return f'<tr><td>{key}</td><td class="n">{group["verdicts"]["count"]}</td>{cells}</tr>'

    def figures(self) -> str:
        return f'<div class="wide"><table>{"".join(self.figure_rows())}</table></div>'

    def figure_rows(self) -> Iterator[str]:
        report = self._report
        for key, name in SHARES.items():
            share = (report[key[0]] or {}).get(key[1])
            if share:
                known = share["whole"] > 0
                between = f"{_percent(share['low'])} – {_percent(share['high'])}" if known else ""
                cells = (_percent(share["rate"]), f"{share['part']} / {share['whole']}", between)
                yield self.figure_row(name, *cells)
        for key, name in NUMBERS.items():
            value = report[key[0]].get(key[1])
            yield self.figure_row(name, "–" if value is None else f"{value:g}", "", "")
        for key, name in TIMES.items():
            times = (report[key[0]] or {}).get(key[1])
            if times and times["count"]:
                unit = value_word("s", self._language)
                ends = (
                    f"{times['median']:.1f} {unit}",
                    str(times["count"]),
                    f"90 %: {times['p90']:.1f} {unit}",
                )
                yield self.figure_row(name, *ends)

    def figure_row(self, name: str, *cells: str) -> str:
        shown = "".join(f'<td class="n">{self.plain(cell)}</td>' for cell in cells)
        return f"<tr><td>{self.told(name)}</td>{shown}</tr>"


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.1%}"


def _people(one: Json) -> str:
    return str(one["people"]) if one["people"] else ""


def _shade(truth: str, decision: str, count: int) -> str:
    if not count or decision == "undetermined":
        return ""
    return " ok" if truth == decision else " no"
