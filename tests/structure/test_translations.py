"""Vietnamese first, English second, every text through translation.

docs/howto/add-a-language.md says how.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from market40.merchants.domain.inspection import VERDICTS
from market40.web import i18n
from tools import translations

ROOT = Path(__file__).parents[2]
VIETNAMESE = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE
)
MARKED = {"_", "say", "say_n", "counted", "forms_of"}
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")

# Where Vietnamese stands in Python and is no text of a page, and why.
ALLOWED_FILES = {
    "market40/cli/": "a terminal's, of whoever runs the machine",
    "market40/demo/": "made-up data",
    "market40/sandbox/": "another bank's, which shares no code with us",
    "market40/vietqr/": "printed cards, and the command that reads codes",
    "market40/migrations/": "no words of ours",
    "market40/core/words.py": "Vietnamese numbers are what it makes",
    "market40/core/text.py": "the letters of the language",
    "market40/core/money.py": "what people type: nghìn, triệu, đồng",
    "market40/places/domain/served.py": "names of provinces",
    "market40/reporting/api.py": "descriptions in the API's document",
    "market40/merchants/schemas/stalls.py": "examples in the API's document",
}
ALLOWED_TEXTS = {
    ("market40/merchants/service/codes.py", "Sạp đã đóng"): "a reason that is stored",
    ("market40/merchants/store/accounts.py", "(đã xoá)"): "what stands for an erased name",
    ("market40/merchants/domain/registration.py", "Sạp "): "a stall's name, stored and printed",
    ("market40/web/i18n.py", "Tiếng Việt"): "the language's own name",
}
# The names of what stands in a file of a market, and a map's kinds of units.
ALLOWED_FUNCTIONS = {
    ("market40/merchants/domain/sheet.py", "template_csv"): "the sample file's rows",
}
ALLOWED_NAMES = {("market40/reporting/domain/charts.py", name) for name in ("_CITY", "_KINDS")}
# In templates: the name of the house, and a stall's name that is only its number.
ALLOWED_IN_TEMPLATES = ("chợ 4.0", "'Sạp ' ~", "Tiếng Việt")
SCRIPTS = sorted(p for p in (ROOT / "market40/static").rglob("*.js") if "third" not in p.parts)
ALLOWED_IN_SCRIPTS = {"words.js": "Vietnamese numbers", "stall_form.js": "folds the letter đ"}


def names() -> list[str]:
    return translations.languages()


@pytest.mark.parametrize("language", names())
def test_every_text_is_translated(language: str) -> None:
    catalog = translations.read(language)
    missing = [
        message.id
        for message in translations.extracted()
        if message.id and message.id not in catalog
    ]
    assert missing == [], "run `make translations`, then translate what it prints"
    lacking = [message.id for message in translations.untranslated(catalog)]
    assert lacking == [], "translate these in messages.po, then run `make translations`"


def test_no_text_is_the_end_of_another() -> None:
    """One that begins with a space or a comma is a piece: write whole sentences, one a case."""
    taken = [one.id if isinstance(one.id, str) else one.id[0] for one in translations.extracted()]
    assert [text for text in taken if re.match(r"[\s,;:.)]", text)] == []


def test_every_template_is_read() -> None:
    """Against Babel's own view of which files count: a plain search finds no more than it did."""
    found = {(one.id,) if isinstance(one.id, str) else one.id for one in translations.extracted()}
    taken = {text for one in found for text in one}
    for path in (ROOT / "templates").rglob("*.html"):
        for text in re.findall(r"""\b_\((?:'([^']*)'|"([^"]*)")""", path.read_text()):
            assert "".join(text) in taken, f"{path.name}: {text}"


@pytest.mark.parametrize("language", names())
def test_the_catalogue_is_what_the_command_writes(language: str) -> None:
    text = translations.catalogue(language).read_bytes()
    assert text == translations.po_text(translations.updated(language)), "run `make translations`"


@pytest.mark.parametrize("language", names())
def test_a_translation_has_the_same_values(language: str) -> None:
    for message in translations.read(language):
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if not sources[0]:
            continue
        wanted = {found for found in PLACEHOLDER.findall(sources[0]) if found != "%%"}
        for string in strings:
            had = {found for found in PLACEHOLDER.findall(string) if found != "%%"}
            assert had == wanted, f"{sources[0]!r} is {string!r}"
            assert _fills(string, wanted), f"{string!r} has a % that is no value"
            assert not VIETNAMESE.search(_without_examples(string)), f"{string!r} is Vietnamese"


def _fills(string: str, wanted: set[str]) -> bool:
    """Whether it can be formatted where it has values; without any a % may stand alone."""
    if not wanted:
        return True
    try:
        string % {found[2:-2]: "x" for found in wanted}
    except (ValueError, TypeError, KeyError):
        return False
    return True


def _without_examples(string: str) -> str:
    """Leave out names, and words that stand in people's files in Vietnamese."""
    for name in ("Rau Cô Mẩy", "Chợ phiên Đồng Văn", "“Chợ”", "Đồng Văn", "“dành riêng”",
                 "Số sạp, Tiểu thương"):  # fmt: skip
        string = string.replace(name, "")
    return string


@pytest.mark.parametrize("language", names())
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    with translations.catalogue(language).with_suffix(".mo").open("rb") as file:
        compiled = [(_whole(one.id), _whole(one.string)) for one in read_mo(file) if one.id]
    catalog = translations.read(language)
    written = [(_whole(one.id), _whole(one.string)) for one in catalog if one.id]
    assert sorted(compiled) == sorted(written), "run `make translations`"


def _whole(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_every_catalogue_is_offered_with_its_name() -> None:
    assert set(i18n.LANGUAGES) == {"vi", *names()} == set(i18n.NAMES)


def _called(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _literals(tree: ast.Module) -> list[tuple[ast.Constant, set[str]]]:
    """Every string that is no docstring and no catalogue's, with the names of what it is in.

    A catalogue hears of the first argument of the calls in MARKED alone, and only of a literal:
    not of one within an f-string, of a choice, of a sum, nor of another argument.
    """
    found: list[tuple[ast.Constant, set[str]]] = []

    def visit(node: ast.AST, around: set[str]) -> None:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring, or a constant's own
        if isinstance(node, ast.FunctionDef):
            around = {*around, node.name}
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            around = {*around, node.target.id}
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append((node, around))
        marked = node.args[:1] if _called(node) in MARKED else []
        for child in ast.iter_child_nodes(node):
            if not (child in marked and isinstance(child, ast.Constant)):
                visit(child, around)

    visit(tree, set())
    return found


def vietnamese_outside(source: str, name: str) -> list[str]:
    """The Vietnamese literals of a module that no catalogue hears of."""
    wrong = []
    for node, around in _literals(ast.parse(source)):
        allowed = (
            not VIETNAMESE.search(node.value)
            or (name, node.value) in ALLOWED_TEXTS
            or any((name, each) in ALLOWED_FUNCTIONS for each in around)
            or any((name, each) in ALLOWED_NAMES for each in around)
        )
        if not allowed:
            wrong.append(f"{name}:{node.lineno} {node.value[:60]!r}")
    return wrong


def other_values(source: str, name: str) -> list[str]:
    """The calls whose keywords are not the values that their sentence names."""
    wrong = []
    for node in ast.walk(ast.parse(source)):
        if _called(node) not in {"_", "say", "say_n", "counted"} or not node.args:
            continue
        said, given = node.args[0], {word.arg for word in node.keywords}
        if not isinstance(said, ast.Constant) or None in given:
            continue
        named = set(re.findall(r"%\((\w+)\)s", said.value))
        if _called(node) in {"say_n", "counted"}:
            named, given = named | {"n"}, given | {"n"}
        # Without a keyword it may be a template that `fill` is given later.
        if given != named and (given or _called(node) != "say"):
            wrong.append(f"{name}:{node.lineno} {said.value[:60]!r}")
    return wrong


def test_a_sentence_is_given_the_values_that_it_names() -> None:
    wrong = []
    for path in sorted((ROOT / "market40").rglob("*.py")):
        wrong += other_values(path.read_text(), path.relative_to(ROOT).as_posix())
    assert wrong == []


def test_python_says_nothing_untranslated() -> None:
    wrong = []
    for path in sorted((ROOT / "market40").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(tuple(ALLOWED_FILES)):
            wrong += vietnamese_outside(path.read_text(), name)
    assert wrong == [], "wrap it in `_()` on a page, in `say()` in a rule (docs/howto)"


def test_the_allow_list_is_of_use() -> None:
    for name, text in ALLOWED_TEXTS:
        assert f'"{text}' in (ROOT / name).read_text(), f"{name}: nothing there says {text!r}"
    for name, function in ALLOWED_FUNCTIONS:
        assert f"def {function}(" in (ROOT / name).read_text()


_SAYING = re.compile(r"(?s)\b(?:_|counted|forms_of)\((?:'[^']*'|\"[^\"]*\")")
_COMMENT = re.compile(r"(?s)\{#.*?#\}")


def untranslated_in_template(text: str) -> list[str]:
    text = _SAYING.sub("", _COMMENT.sub("", text))
    for allowed in ALLOWED_IN_TEMPLATES:
        text = text.replace(allowed, "")
    return [line.strip() for line in text.splitlines() if VIETNAMESE.search(line)]


def test_templates_say_nothing_untranslated() -> None:
    wrong = {
        path.relative_to(ROOT).as_posix(): lines
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if (lines := untranslated_in_template(path.read_text()))
    }
    assert wrong == {}, "wrap it in `_()`, or `counted()` where it is of a number of things"


def untranslated_in_script(text: str) -> list[str]:
    text = re.sub(r"(?s)/\*.*?\*/|(?m:^\s*//.*$)|//[^'\"`\n]*$", "", text)
    return [line.strip() for line in text.splitlines() if VIETNAMESE.search(line)]


def test_scripts_say_nothing_of_their_own() -> None:
    wrong = {
        path.name: lines
        for path in SCRIPTS
        if path.name not in ALLOWED_IN_SCRIPTS
        and (lines := untranslated_in_script(path.read_text()))
    }
    assert wrong == {}, "hand it over by templates/payments/_texts.html or a data attribute"


# Where a script's texts stand, and those that it chooses by a state.
HANDED = {
    "static": (
        "templates/payments/_texts.html", {"received", "under", "link_ok", "link_wait", "link_lost"}
    ),
    "walk": (
        "templates/merchants/_walk_texts.html",
        {f"say_{verdict}" for verdict in VERDICTS}
        | {"list_none", "list_changed", "list_expired", "torch_on", "torch_off"}
        | {"noted", "record"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("folder", HANDED)
def test_scripts_ask_for_texts_that_are_there(folder: str) -> None:
    template, chosen = HANDED[folder]
    handed = set(re.findall(r'^  "(\w+)":', (ROOT / template).read_text(), re.M))
    asked = set(chosen)
    for path in SCRIPTS:
        if path.parent.name == folder:
            asked |= set(re.findall(r'\b(?:text|counted)\(\s*"(\w+)"', path.read_text()))
            asked |= set(re.findall(r'text\(\w+(?:\.\w+)? \? "(\w+)"', path.read_text()))
            asked |= set(re.findall(r'text\(\w+(?:\.\w+)? \? "\w+" : "(\w+)"', path.read_text()))
    assert asked == handed


def test_the_checks_can_fail() -> None:
    assert vietnamese_outside('raise NotFound("Không có gì")', "market40/x.py")
    assert vietnamese_outside('x = f"Sạp {n}"', "market40/x.py")
    for passes in (
        'say(f"Sạp {n} đã đóng")',
        'say("Chưa nhập %(what)s.", what="tên sạp")',
        '_("Đã" if a else "Chưa có")',
        'say("Đã đóng" + MORE)',
        'counted(foo("Lỗi…"))',
    ):
        assert vietnamese_outside(passes, "market40/x.py"), passes
    assert other_values('say("%(a)s và %(b)s", a=1)', "x.py")
    assert other_values('_("%(a)s", a=1, b=2)', "x.py")
    assert other_values('counted("%(n)s chợ", n, what=1)', "x.py")
    assert not other_values('say("%(a)s")\nsay("%(a)s", a=1)\ncounted("%(n)s chợ", n)', "x.py")
    assert not vietnamese_outside('"""Chợ."""\nx = say("Sạp %(n)s", n=n)', "market40/x.py")
    assert untranslated_in_template("<p>Xin chào</p>")
    assert not untranslated_in_template("<p>{{ _('Xin chào') }}</p>")
    assert untranslated_in_script('said.textContent = "Đã nhận";')
    assert not untranslated_in_script("// Đã nhận\nconst a = 1;")
