"""Texts and figures as people read them. Vietnamese is the source: msgids are Vietnamese."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Final

from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, gettext, ngettext  # type: ignore[import-untyped]

from market40.core.clock import VN, as_utc
from market40.core.money import format_vnd
from market40.core.words import vnd_in_words
from market40.web import cookies

__all__ = ["LANGUAGES", "_", "install", "language", "ngettext"]

_TRANSLATIONS: Final = Path(__file__).parent.parent / "translations"
SOURCE: Final = "vi"
# A language is offered once its catalogue is there: half a page in each helps nobody.
LANGUAGES: Final = (
    SOURCE,
    *sorted(path.parts[-3] for path in _TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo")),
)
_ = gettext


def install(app: Flask) -> None:
    """Give the application its languages and the filters of templates."""
    Babel(
        app,
        default_locale="vi",
        default_timezone="Asia/Ho_Chi_Minh",
        default_translation_directories=str(_TRANSLATIONS),
        locale_selector=language,
    )
    app.jinja_env.filters.update(
        vnd=format_vnd, words=vnd_in_words, day=day, time=time, percent=percent, number=number
    )
    app.jinja_env.globals.update(language=language, languages=LANGUAGES)
    app.after_request(_remember_language)


def language() -> str:
    """Return the reader's language: `?lang=`, then the cookie, then Vietnamese."""
    if not has_request_context():
        return SOURCE
    for asked in (request.args.get("lang"), request.cookies.get(cookies.LANGUAGE)):
        if asked in LANGUAGES:
            return str(asked)
    return SOURCE


def day(value: dt.date) -> str:
    """Return `22/11/2026`: a date, or the Vietnamese date of an aware instant."""
    if isinstance(value, dt.datetime):
        value = as_utc(value).astimezone(VN)
    return f"{value:%d/%m/%Y}"


def time(value: dt.datetime) -> str:
    """Return `08:42`, Vietnamese time of an aware instant."""
    return f"{as_utc(value).astimezone(VN):%H:%M}"


def number(value: int) -> str:
    """Return `2.300`."""
    sign = "\u2212" if value < 0 else ""
    return sign + f"{abs(value):,}".replace(",", ".")


def percent(value: Fraction | int, digits: int = 1) -> str:
    """Return `81,0 %` of an exact ratio, rounded half up."""
    scaled = Fraction(value) * 100 * 10**digits
    units = int((abs(scaled) + Fraction(1, 2)) // 1)
    sign = "\u2212" if scaled < 0 and units else ""
    whole, part = divmod(units, 10**digits)
    return f"{sign}{number(whole)}" + (f",{part:0{digits}}" if digits else "") + "\u00a0%"


def _remember_language(response: Response) -> Response:
    asked = request.args.get("lang") if request.query_string else None
    if asked in LANGUAGES:
        cookies.set_language(response, str(asked))
    return response
