"""The catalogues: take every text out of the source, keep what is translated, compile.

`make translations` runs this. Each `market40/translations/<language>/LC_MESSAGES/messages.po` is
brought up to date and compiled beside it; what has no translation yet is printed. For a new
language: `make translations LANGUAGE=fr`.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
TRANSLATIONS = ROOT / "market40" / "translations"
# `say` marks a sentence of the rules, `say_n`, `counted` and `forms_of` one about a number of
# things: its Vietnamese is both the singular and the plural.
KEYWORDS = {
    "_": None,
    "say": None,
    "say_n": (1, 1),
    "counted": (1, 1),
    "forms_of": (1, 1),
}
METHODS = [("market40/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {
    "templates/**.html": {
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "newstyle_gettext": "true",
        "silent": "false",
    }
}
HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals={plurals}; plural={rule};\\n"

"""
_NO_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def extracted() -> Catalog:
    """Every message in the source, with the files that it stands in."""
    catalog = Catalog()
    for folder in ("market40", "templates"):
        found = extract_from_dir(
            ROOT / folder,
            method_map=[(path.partition("/")[2], method) for path, method in METHODS],
            options_map={path.partition("/")[2]: options for path, options in OPTIONS.items()},
            keywords=KEYWORDS,
            directory_filter=lambda _path: True,  # without it, none whose name begins with "_"
        )
        for file, line, message, comments, context in found:
            place = [(f"{folder}/{file}", line)]
            catalog.add(message, None, place, auto_comments=comments, context=context)
    return catalog


def read(language: str) -> Catalog:
    """The catalogue as it stands; an empty one for a new language."""
    path = catalogue(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def catalogue(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def languages() -> list[str]:
    return sorted(path.parts[-3] for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def updated(language: str) -> Catalog:
    """The source's messages with the translations there are; never a guessed one."""
    catalog = read(language)
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def po_text(catalog: Catalog) -> bytes:
    """The catalogue as text: by file, without line numbers and dates, so that diffs are small."""
    out = io.BytesIO()
    options = {"omit_header": True, "include_lineno": False, "sort_by_file": True, "width": 0}
    write_po(out, catalog, **options)
    header = HEADER.format(
        language=catalog.locale, plurals=catalog.num_plurals, rule=catalog.plural_expr
    )
    return header.encode() + out.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    catalog.creation_date = catalog.revision_date = _NO_DATE
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def untranslated(catalog: Catalog) -> list[Message]:
    def empty(message: Message) -> bool:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        return not all(strings)

    return [message for message in catalog if message.id and (message.fuzzy or empty(message))]


def main(wanted: list[str]) -> int:
    missing = 0
    for language in sorted({*languages(), *wanted}):
        Locale.parse(language)
        catalog = updated(language)
        path = catalogue(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_text(catalog))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalog))
        lacking = untranslated(catalog)
        missing += len(lacking)
        print(f"{language}: {len(catalog)} messages, {len(lacking)} not translated")
        for message in lacking:
            place = message.locations[0][0] if message.locations else "?"
            print(f"  {place}: {message.id}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main([language for language in sys.argv[1:] if language]))
