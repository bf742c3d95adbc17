"""Public holidays of a country, as the library `holidays` keeps them; the library's only home."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache


def known(code: str) -> bool:
    """Is it a country (`RU`), or one with its region (`DE-BY`), whose holidays are kept?"""
    from holidays import list_supported_countries

    country, _, region = code.partition("-")
    regions = list_supported_countries().get(country)
    return regions is not None and (not region or region in regions)


def holidays_of(
    codes: Iterable[str], dates: Iterable[date], yearly: Iterable[tuple[int, int]]
) -> Callable[[date], bool]:
    """Is a day a public holiday of one of the countries, a given date, or a given month and day?"""
    countries, own, each_year = tuple(codes), frozenset(dates), frozenset(yearly)

    def is_holiday(day: date) -> bool:
        if day in own or (day.month, day.day) in each_year:
            return True
        return any(day in _year(code, day.year) for code in countries)

    return is_holiday


@cache
def _year(code: str, year: int) -> frozenset[date]:
    from holidays import country_holidays

    country, _, region = code.partition("-")
    return frozenset(country_holidays(country, subdiv=region or None, years=year))
