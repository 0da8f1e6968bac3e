"""The command `market40` where the deployment is not right: one line that says what to do."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:///{folder}/empty.sqlite", "no such table: person; `market40 doctor`"),
        ("mysql://somebody:secret@localhost/x", "bad_settings: MARKET40_DATABASE_URL is"),
        ("what is this", "bad_settings: MARKET40_DATABASE_URL is"),
        ("postgresql+psycopg://somebody:secret@127.0.0.1:1/x", "database_refused: "),
    ],
)
def test_a_database_that_does_not_serve_is_one_line(tmp_path, url, says) -> None:
    environment = {**os.environ, "MARKET40_DATABASE_URL": url.format(folder=tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "market40.cli", "user", "list"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("market40: ") and says in done.stderr
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


def test_a_check_makes_no_database(tmp_path) -> None:
    missing = tmp_path / "nowhere" / "market40.sqlite"
    done = subprocess.run(
        [sys.executable, "-m", "market40.cli", "doctor"],
        env={**os.environ, "MARKET40_DATABASE_URL": f"sqlite:///{missing}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert str(missing) in done.stdout and "market40 db upgrade" in done.stdout
    assert list(tmp_path.iterdir()) == []
