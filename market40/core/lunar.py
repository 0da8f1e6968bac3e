"""The Vietnamese lunar calendar: the astronomical rule, reckoned for the +7 meridian.

A month begins on the local day of the new moon; the month with the winter solstice is the 11th;
when thirteen months lie between two solstice months, the first of them in which the sun enters no
new twelfth of its path is a leap month. New moons after J. Meeus, Astronomical Algorithms, ch. 49,
the sun's longitude after ch. 25. The only floats in core: instants of the sky, never money.

From 2054 on four months (2054-05-08, 2072-12-09, 2077-11-16, 2085-10-19) begin within a minute of
midnight, less than the earth's rotation can be foretold: they may prove a day off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

LUNAR_FIRST_YEAR: Final = 1976
"""The whole country keeps +7 since 1975; before it two calendars were in use."""

LUNAR_LAST_YEAR: Final = 2099

_JD_OF_ORDINAL_0: Final = 1721424.5
_LOCAL: Final = 7 / 24
_MONTH_DAYS: Final = 29.530588861

# amplitude in days, power of the orbit's eccentricity, multiples of M, M', F
_MOON: Final = (
    (-0.40720, 0, 0, 1, 0),
    (0.17241, 1, 1, 0, 0),
    (0.01608, 0, 0, 2, 0),
    (0.01039, 0, 0, 0, 2),
    (0.00739, 1, -1, 1, 0),
    (-0.00514, 1, 1, 1, 0),
    (0.00208, 2, 2, 0, 0),
    (-0.00111, 0, 0, 1, -2),
    (-0.00057, 0, 0, 1, 2),
    (0.00056, 1, 1, 2, 0),
    (-0.00042, 0, 0, 3, 0),
    (0.00042, 1, 1, 0, 2),
    (0.00038, 1, 1, 0, -2),
    (-0.00024, 1, -1, 2, 0),
    (-0.00007, 0, 2, 1, 0),
    (0.00004, 0, 0, 2, -2),
    (0.00004, 0, 3, 0, 0),
    (0.00003, 0, 1, 1, -2),
    (0.00003, 0, 0, 2, 2),
    (-0.00003, 0, 1, 1, 2),
    (0.00003, 0, -1, 1, 2),
    (-0.00002, 0, -1, 1, -2),
    (-0.00002, 0, 1, 3, 0),
    (0.00002, 0, 0, 4, 0),
)
# amplitude in days, phase and rate in degrees: the planets' pull
_PLANETS: Final = (
    (0.000325, 299.77, 0.107408),
    (0.000165, 251.88, 0.016321),
    (0.000164, 251.83, 26.651886),
    (0.000126, 349.42, 36.412478),
    (0.000110, 84.66, 18.206239),
    (0.000062, 141.74, 53.303771),
    (0.000060, 207.14, 2.453732),
    (0.000056, 154.84, 7.306860),
    (0.000047, 34.52, 27.261239),
    (0.000042, 207.19, 0.121824),
    (0.000040, 291.34, 1.844379),
    (0.000037, 161.72, 24.198154),
    (0.000035, 239.56, 25.513099),
    (0.000023, 331.55, 3.592518),
)


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day of the lunar calendar; `leap` marks the second month of the same number."""

    year: int
    month: int
    day: int
    leap: bool = False


def lunar_date(day: date) -> LunarDate:
    """Return the lunar date of a solar one; raise ValueError outside 1976 to 2099."""
    if not LUNAR_FIRST_YEAR <= day.year <= LUNAR_LAST_YEAR:
        raise ValueError(f"lunar dates are reckoned for {LUNAR_FIRST_YEAR}-{LUNAR_LAST_YEAR}")
    ordinal = day.toordinal()
    months = _months_to_solstice(day.year)
    if ordinal >= months[-1][0]:
        months = _months_to_solstice(day.year + 1)
    start, number, leap = max(month for month in months if month[0] <= ordinal)
    # Months 11 and 12 of these months still belong to the lunar year before the first month.
    year = date.fromordinal(start).year - (number >= 11 and date.fromordinal(start).month <= 2)
    return LunarDate(year, number, ordinal - start + 1, leap)


def lunar_new_year(year: int) -> date:
    """Return the first day of Tết of that year; raise ValueError outside 1976 to 2099."""
    day = date(year, 1, 20)
    while True:
        lunar = lunar_date(day)
        if (lunar.month, lunar.day, lunar.leap) == (1, 1, False):
            return day
        day += timedelta(days=1)


@lru_cache(maxsize=256)
def _months_to_solstice(year: int) -> tuple[tuple[int, int, bool], ...]:
    """Return (first day's ordinal, number, leap) from month 11 of `year - 1` to that of `year`."""
    first, last = _solstice_month(year - 1), _solstice_month(year)
    count = round((last[0] - first[0]) / _MONTH_DAYS)
    starts = [_new_moon_day(first[1] + i) for i in range(count + 1)]
    leap_at = _first_without_sector(starts) if count == 13 else count + 1
    months = []
    for i, start in enumerate(starts):
        number = (10 + i - (i >= leap_at)) % 12 + 1
        months.append((start, number, i == leap_at))
    return tuple(months)


def _first_without_sector(starts: list[int]) -> int:
    """Return the index of the first month in which the sun enters no new twelfth."""
    sectors = [_sun_sector(start) for start in starts]
    return next(i for i in range(1, len(starts)) if sectors[i] == sectors[i + 1])


@lru_cache(maxsize=256)
def _solstice_month(year: int) -> tuple[int, int]:
    """Return the first day of the month with the winter solstice, and its number from 2000 on."""
    solstice = date(year, 12, 19).toordinal()
    while _sun_sector(solstice + 1) < 9:
        solstice += 1
    k = round((year - 2000) * 12.3685) + 12
    while _new_moon_day(k) > solstice:
        k -= 1
    return _new_moon_day(k), k


@lru_cache(maxsize=4096)
def _new_moon_day(k: int) -> int:
    """Return the local day, as an ordinal, of the k-th new moon after 6 January 2000."""
    t = k / 1236.85
    sun = math.radians(2.5534 + 29.10535670 * k - 0.0000014 * t**2)
    moon = math.radians(201.5643 + 385.81693528 * k + 0.0107582 * t**2 + 0.00001238 * t**3)
    node = math.radians(160.7108 + 390.67050284 * k - 0.0016118 * t**2 - 0.00000227 * t**3)
    omega = math.radians(124.7746 - 1.56375588 * k + 0.0020672 * t**2)
    eccentricity = 1 - 0.002516 * t - 0.0000074 * t**2
    jd = 2451550.09766 + _MONTH_DAYS * k + 0.00015437 * t**2 - 0.00000015 * t**3
    for size, power, of_sun, of_moon, of_node in _MOON:
        angle = of_sun * sun + of_moon * moon + of_node * node
        jd += size * eccentricity**power * math.sin(angle)
    jd -= 0.00017 * math.sin(omega)
    for size, phase, rate in _PLANETS:
        jd += size * math.sin(math.radians(phase + rate * k))
    return math.floor(jd - _delta_t(t) + _LOCAL - _JD_OF_ORDINAL_0)


def _delta_t(centuries: float) -> float:
    """Return dynamical minus universal time in days (Espenak and Meeus, good around 2005-2050)."""
    years = 100 * centuries
    return (62.92 + 0.32217 * years + 0.005589 * years**2) / 86400


def _sun_sector(ordinal: int) -> int:
    """Return the twelfth (0 to 11) of its path in which the sun stands as a local day begins."""
    t = (ordinal + _JD_OF_ORDINAL_0 - _LOCAL - 2451545.0) / 36525
    t += _delta_t(t) / 36525
    anomaly = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t**2)
    longitude = 280.46646 + 36000.76983 * t + 0.0003032 * t**2
    longitude += (1.914602 - 0.004817 * t) * math.sin(anomaly)
    longitude += 0.019993 * math.sin(2 * anomaly) + 0.000289 * math.sin(3 * anomaly)
    longitude -= 0.00569 + 0.00478 * math.sin(math.radians(125.04 - 1934.136 * t))
    return int(longitude % 360 // 30)
