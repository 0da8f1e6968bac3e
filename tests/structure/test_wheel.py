"""The wheel holds all that the checkout serves from: templates, static files, fonts, data."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
FOLDERS = {ROOT / "market40": "market40", ROOT / "templates": "market40/_templates"}
# What a stranger sees who has installed it: a page with its style, a card's fonts, the units.
SERVES = """
from market40.app import create_app
from market40.config import DEVELOPMENT_KEY, Settings
from market40.db.engine import open_engine
from market40.places.domain import packaged
from market40.vietqr import banks, typeset
from market40.web import templates

engine = open_engine("sqlite:///market40.sqlite", master_key=DEVELOPMENT_KEY)
client = create_app(Settings(environment="test"), engine).test_client()
assert templates.folder().name == "_templates", templates.folder()
page = client.get("/login")
assert page.status_code == 200, page.text
style = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
assert client.get(style).status_code == 200, style
assert typeset.font("Regular")
assert banks.bank("970436").short_name
assert len(packaged.packaged_places().units) == 590
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(built) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def test_every_file_is_in_the_wheel(unpacked: Path) -> None:
    for folder, inside in FOLDERS.items():
        for path in folder.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                packed = unpacked / inside / path.relative_to(folder)
                assert packed.is_file(), f"{path.relative_to(ROOT)} is not in the wheel"


def test_nothing_else_is_in_the_wheel(unpacked: Path) -> None:
    tops = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == {"market40"}


def test_what_is_installed_serves(unpacked: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVES],
        cwd=unpacked.parent,
        env={"PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
