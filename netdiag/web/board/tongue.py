"""How a page speaks: language and its direction, numbers, times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from babel.core import Locale, negotiate_locale
from babel.dates import format_datetime
from babel.numbers import format_decimal

from netdiag.locale.words import Translate, translator, value_word
from netdiag.service.diagnosis.values import span
from netdiag.settings import LANGUAGES

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
NAMES = {"en": "English", "ru": "Русский", "fa": "فارسی"}


def chosen(wanted: Iterable[str | None], accepted: str, usual: str) -> str:
    """The first of `wanted` that there is, else what the browser accepts, else the usual one."""
    for language in wanted:
        if language in LANGUAGES:
            return language
    offers = [part.partition(";")[0].strip() for part in accepted.split(",")]
    return negotiate_locale(offers, list(LANGUAGES), sep="-") or usual


@dataclass(frozen=True)
class Tongue:
    """One language in one time zone."""

    language: str
    zone: str

    @property
    def direction(self) -> str:
        """Of the whole page, for its `dir`."""
        return "rtl" if self.language == "fa" else "ltr"

    @cached_property
    def _say(self) -> Translate:
        return translator(self.language)

    @cached_property
    def _tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def t(self, text: str, **slots: object) -> str:
        """The text in the language, its slots filled."""
        said = self._say(text)
        return said.format(**slots) if slots else said

    def counted(self, text: str, count: int | None) -> str:
        """The word for so many (CLDR plural rules): the text `word|one`, `word|few` … where the
        language has one, else `word`."""
        form = Locale(self.language).plural_form(count if count is not None else 2)
        key = f"{text}|{form}"
        said = self._say(key)
        return self._say(text) if said == key else said

    def digits(self, text: str) -> str:
        """The digits of the language."""
        return text.translate(_PERSIAN) if self.language == "fa" else text

    def number(self, value: float | None, places: int = 0) -> str:
        """A count or measure; a question mark where it is not known."""
        if value is None:
            return self.digits("?")
        form = "#,##0" if not places else "#,##0." + "#" * places
        return self.digits(format_decimal(value, form, locale=self.language))

    def sure(self, share: float) -> str:
        """A probability; never a promise of 100 %."""
        return f"> {self.digits('99%')}" if share > 0.99 else self.digits(f"{share:.0%}")

    def clock(self, moment: datetime | None, now: datetime | None = None) -> str:
        """Hours and minutes; with the day when it is not the day of `now`."""
        if moment is None:
            return "–"
        local = moment.astimezone(self._tz)
        same = now is not None and local.date() == now.astimezone(self._tz).date()
        form = "HH:mm" if same else "d MMM HH:mm"
        return self.digits(format_datetime(local, form, tzinfo=self._tz, locale=self.language))

    def seconds(self, moment: datetime) -> str:
        """Hours, minutes and seconds."""
        return self.digits(f"{moment.astimezone(self._tz):%H:%M:%S}")

    def long(self, moment: datetime | None) -> str:
        """Day, month, year, hours, minutes."""
        if moment is None:
            return "–"
        local = moment.astimezone(self._tz)
        form = "d MMMM y HH:mm"
        return self.digits(format_datetime(local, form, tzinfo=self._tz, locale=self.language))

    def span(self, seconds: float | timedelta) -> str:
        """`2 h 5 min`, `12 min`, `40 s`."""
        length = seconds.total_seconds() if isinstance(seconds, timedelta) else seconds
        if abs(length) < 60:
            return self.digits(f"{max(0.0, length):.0f} {value_word('s', self.language)}")
        return self.digits(span(length, self.language))

    def field(self, moment: datetime | None) -> str:
        """For an <input type=datetime-local>."""
        return "" if moment is None else f"{moment.astimezone(self._tz):%Y-%m-%dT%H:%M}"

    def read(self, text: str) -> datetime | None:
        """What such an input holds. ValueError when it is no time."""
        return datetime.fromisoformat(text).replace(tzinfo=self._tz) if text else None
