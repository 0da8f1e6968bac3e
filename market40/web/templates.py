"""Where templates lie, and what every one of them may use."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from flask import Flask
from jinja2 import StrictUndefined

from market40.web import forms, guard
from market40.web.context import kit

_PACKAGE: Final = Path(__file__).parent.parent


def folder() -> Path:
    """Return the templates of the wheel (`market40/_templates`), or of the checkout."""
    packaged = _PACKAGE / "_templates"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "templates"


def install(app: Flask) -> None:
    """Make templates strict, and give them the kit's words."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        form_token=forms.form_token,
        form_token_value=forms.form_token_value,
        principal=guard.principal,
        is_demo=lambda: kit().settings.demo,
    )
