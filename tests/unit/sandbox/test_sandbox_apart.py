"""The sandbox bank shares no code with what it tests: its imports say so."""

import ast
import sys
from pathlib import Path

import pytest

import market40.sandbox

HOME = Path(market40.sandbox.__file__).parent
DECODER = {"zxingcpp", "PIL"}


def imported(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("module", sorted(HOME.glob("*.py")), ids=lambda path: path.name)
def test_imports_are_the_standard_library_the_decoder_and_itself(module: Path) -> None:
    for name in imported(module.read_text(encoding="utf-8")):
        top = name.partition(".")[0]
        own = name == "market40.sandbox" or name.startswith("market40.sandbox.")
        assert own or top in sys.stdlib_module_names or top in DECODER, (
            f"{module.name} imports {name}: write the sandbox's own instead, "
            "or a fault in the shared code will hide from every test that uses the bank"
        )
