"""What people read: one message about all that is new, short enough for a telephone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netdiag.model.notice import News
from netdiag.model.outage import Cause

_MOST_LINES = 15

_WORDS = {
    "en": {
        News.RAISED: "OUTAGE",
        News.CHANGED: "UPDATE",
        News.CLEARED: "OVER",
        "subscribers": "{n} subscribers",
        "since": "since {t}",
        "end": "expected end {t}",
        "lasted": "lasted {n} min",
        "more": "… and {n} more: netdiag outages",
    },
    "ru": {
        News.RAISED: "АВАРИЯ",
        News.CHANGED: "УТОЧНЕНИЕ",
        News.CLEARED: "УСТРАНЕНО",
        "subscribers": "абонентов: {n}",
        "since": "с {t}",
        "end": "окончание ожидается {t}",
        "lasted": "длилась {n} мин",
        "more": "… и ещё {n}: netdiag outages",
    },
    "fa": {
        News.RAISED: "قطعی",
        News.CHANGED: "به‌روزرسانی",
        News.CLEARED: "رفع شد",
        "subscribers": "{n} مشترک",
        "since": "از {t}",
        "end": "پایان مورد انتظار {t}",
        "lasted": "{n} دقیقه طول کشید",
        "more": "… و {n} مورد دیگر: netdiag outages",
    },
}
_WEAK = {  # nobody is cut off, and one more fault would do it
    "en": ("REDUNDANCY LOST", "REDUNDANCY BACK", "{n} subscribers hang on what is left"),
    "ru": ("РЕЗЕРВ ПОТЕРЯН", "РЕЗЕРВ ВОССТАНОВЛЕН", "абонентов на оставшемся пути: {n}"),
    "fa": ("مسیر پشتیبان از دست رفت", "مسیر پشتیبان برگشت", "{n} مشترک روی مسیر باقی‌مانده"),
}
_CAUSES = {
    "en": {Cause.POWER: "no power", Cause.FIBRE: "fibre cut", Cause.DEVICE: "device failed",
           Cause.CONFIGURATION: "configuration", Cause.UPSTREAM: "upstream",
           Cause.UNKNOWN: "cause unknown"},
    "ru": {Cause.POWER: "нет электричества", Cause.FIBRE: "обрыв кабеля",
           Cause.DEVICE: "отказ устройства", Cause.CONFIGURATION: "настройка",
           Cause.UPSTREAM: "вышестоящая сеть", Cause.UNKNOWN: "причина неизвестна"},
    "fa": {Cause.POWER: "قطع برق", Cause.FIBRE: "قطع فیبر", Cause.DEVICE: "خرابی دستگاه",
           Cause.CONFIGURATION: "پیکربندی", Cause.UPSTREAM: "شبکهٔ بالادست",
           Cause.UNKNOWN: "علت نامعلوم"},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One piece of news; times as they are to be read."""

    kind: News
    id: str
    root: str
    site: str | None
    cause: Cause
    subscribers: int | None
    since: str
    expected_end: str | None = None
    minutes: int | None = None  # how long it lasted
    weak: bool = False  # redundancy alone: `subscribers` are at risk, and nobody is cut off


def message(lines: Sequence[Line], language: str) -> tuple[str, str]:
    """Title and text, the weightiest first."""
    words = _WORDS[language]
    ordered = sorted(lines, key=lambda line: (line.weak, -(line.subscribers or 0)))
    shown = [_sentence(line, language) for line in ordered[:_MOST_LINES]]
    if len(ordered) > _MOST_LINES:
        shown.append(words["more"].format(n=len(ordered) - _MOST_LINES))
    what = f"{_heading(ordered[0], language)} {ordered[0].root}"
    if len(ordered) > 1:
        what += f" +{len(ordered) - 1}"
    return f"netdiag: {what}", "\n".join(shown)


def _sentence(line: Line, language: str) -> str:
    words = _WORDS[language]
    parts = [f"{_heading(line, language)} {line.root}" + (f" ({line.site})" if line.site else "")]
    if line.kind is News.CLEARED:
        if line.minutes is not None:
            parts.append(words["lasted"].format(n=line.minutes))
    else:
        parts += [] if line.weak else [_CAUSES[language][line.cause]]
        parts.append(words["since"].format(t=line.since))
        if line.expected_end:
            parts.append(words["end"].format(t=line.expected_end))
    if line.subscribers is not None:
        told = _WEAK[language][2] if line.weak else words["subscribers"]
        parts.insert(1, told.format(n=line.subscribers))
    return ", ".join(parts) + f" [{line.id}]"


def _heading(line: Line, language: str) -> str:
    if line.weak:
        return _WEAK[language][line.kind is News.CLEARED]
    return _WORDS[language][line.kind]
