"""Texts and figures as people read them. Vietnamese is the source: msgids are Vietnamese.

Rules say Vietnamese sentences that know their parts (`core.texts`); `told` says them in the
reader's language, and every expression of a template goes through it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, overload
from urllib.parse import urlencode

from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, get_translations  # type: ignore[import-untyped]
from markupsafe import Markup

from market40.core.clock import VN, as_utc
from market40.core.texts import Joined, Quantity, Text, say_n
from market40.core.words import vnd_in_words
from market40.core.words_en import vnd_in_english
from market40.web import cookies

__all__ = ["LANGUAGES", "_", "counted", "install", "language", "told"]

_TRANSLATIONS: Final = Path(__file__).parent.parent / "translations"
SOURCE: Final = "vi"
# A language is offered once its catalogue is there: half a page in each helps nobody.
LANGUAGES: Final = (
    SOURCE,
    *sorted(path.parts[-3] for path in _TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo")),
)
NAMES: Final[Mapping[str, str]] = {SOURCE: "Tiếng Việt", "en": "English"}
_GROUP_AND_POINT: Final = {SOURCE: (".", ","), "en": (",", ".")}
_WORDS: Final = {SOURCE: vnd_in_words, "en": vnd_in_english}
_PERCENT: Final = {SOURCE: "\u00a0%", "en": "%"}
_MONTHS: Final = (
    "", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def _(source: str, /, **values: object) -> str:
    """Return a sentence in the reader's language, with its values told in it too."""
    return _filled(str(get_translations().ugettext(source)), values)


def install(app: Flask) -> None:
    """Give the application its languages and the filters of templates."""
    Babel(
        app,
        default_locale="vi",
        default_timezone="Asia/Ho_Chi_Minh",
        default_translation_directories=str(_TRANSLATIONS),
        locale_selector=language,
    )
    app.jinja_env.finalize = told
    app.jinja_env.globals.update(_=_in_template)
    app.jinja_env.filters.update(
        vnd=vnd, words=words, day=day, time=time, percent=percent, number=number
    )
    app.jinja_env.globals.update(
        counted=counted,
        forms_of=forms_of,
        in_language=in_language,
        language=language,
        languages=LANGUAGES,
        language_names=NAMES,
    )
    app.after_request(_remember_language)


def language() -> str:
    """Return the reader's language: `?lang=`, then the cookie, then Vietnamese."""
    if not has_request_context():
        return SOURCE
    for asked in (request.args.get("lang"), request.cookies.get(cookies.LANGUAGE)):
        if asked in LANGUAGES:
            return str(asked)
    return SOURCE


def in_language(code: str) -> str:
    """Return the address of the page being shown in another language.

    An answer to what was sent has no address of its own: the first page's then.
    """
    if request.method != "GET":
        return f"/?lang={code}"
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return "?" + urlencode([*kept, ("lang", code)])


@overload
def told(value: str) -> str: ...
@overload
def told(value: None) -> None: ...
@overload
def told(value: Any) -> Any: ...
def told(value: Any) -> Any:
    """Return a sentence or figure of the rules in the reader's language, anything else as it is."""
    if not isinstance(value, (Text, Quantity, Joined)) or language() == SOURCE:
        return value
    if isinstance(value, Joined):
        return value.mark.join(map(told, value.parts))
    if isinstance(value, Quantity):
        return _WRITERS[value.kind](value.value)
    if value.things is None:
        return _(value.source, **value.values)
    return _numbered(value.source, value.things, value.values)


def _numbered(source: str, n: int, values: Mapping[str, object]) -> str:
    return _filled(str(get_translations().ungettext(source, source, n)), values)


def _in_template(source: str, /, **values: object) -> Markup:
    """Return what Jinja's own `_` does, `%%` for a percent and values escaped, but told."""
    said = Markup(get_translations().ugettext(source))  # noqa: S704 - a catalogue's, no person's
    return said % {name: told(value) for name, value in values.items()}


def _filled(text: str, values: Mapping[str, object]) -> str:
    """Put the values in, each in the reader's language; without any a percent sign stands alone.

    Never by gettext's own keywords: a value named `string` or `num` would be its parameter.
    """
    return text % {name: told(value) for name, value in values.items()} if values else text


def counted(source: str, n: int, /, **values: object) -> str:
    """Return a sentence about `n` things, in the singular or plural that the language has.

    `%(n)s` in it is `n` as the language writes it.
    """
    return str(told(say_n(source, n, **values)))


def forms_of(source: str) -> list[str]:
    """Return a sentence's singular and plural with `%(n)s` still in them, for scripts."""
    return [_numbered(source, n, {"n": "%(n)s"}) for n in (1, 2)]


def vnd(value: int) -> str:
    """Return `50.000 ₫`, in English `50,000 ₫`."""
    return f"{number(value)}\u00a0₫"


def words(value: int) -> str:
    """Return an amount in words: `năm mươi nghìn đồng`, `fifty thousand dong`."""
    return _WORDS.get(language(), vnd_in_words)(value)


def day(value: dt.date) -> str:
    """Return `22/11/2026`, in English `22 Nov 2026`: of a date, or in Vietnam of an instant."""
    if isinstance(value, dt.datetime):
        value = as_utc(value).astimezone(VN)
    if language() == SOURCE:
        return f"{value:%d/%m/%Y}"
    return f"{value.day} {_MONTHS[value.month]} {value.year}"


def time(value: dt.datetime) -> str:
    """Return `08:42`, Vietnamese time of an aware instant."""
    return f"{as_utc(value).astimezone(VN):%H:%M}"


def number(value: int) -> str:
    """Return `2.300`, in English `2,300`."""
    group, _point = _GROUP_AND_POINT.get(language(), (",", "."))
    sign = "\u2212" if value < 0 else ""
    return sign + f"{abs(value):,}".replace(",", group)


def percent(value: Fraction | int, digits: int = 1) -> str:
    """Return `81,0 %` of an exact ratio, rounded half up; in English `81.0%`."""
    scaled = Fraction(value) * 100 * 10**digits
    units = int((abs(scaled) + Fraction(1, 2)) // 1)
    sign = "\u2212" if scaled < 0 and units else ""
    whole, part = divmod(units, 10**digits)
    _group, point = _GROUP_AND_POINT.get(language(), (",", "."))
    fraction = f"{point}{part:0{digits}}" if digits else ""
    return f"{sign}{number(whole)}{fraction}" + _PERCENT.get(language(), "%")


_WRITERS: Final[Mapping[str, Any]] = {
    "vnd": vnd,
    "number": number,
    "percent": percent,
    "day": day,
}


def _remember_language(response: Response) -> Response:
    asked = request.args.get("lang") if request.query_string else None
    if asked in LANGUAGES:
        cookies.set_language(response, str(asked))
    return response
