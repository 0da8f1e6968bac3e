"""The public front page: what this is, log in, look a printed check code up."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from market40.core.errors import InvalidInput
from market40.core.text import squeeze
from market40.core.texts import say
from market40.web.guard import limited, may

blueprint = Blueprint("landing", __name__)
_TYPED_LIMIT: Final = 40
_CODE_CHARS: Final = 6


@blueprint.get("/")
@may("public")
def home() -> str:
    """Show what this service is."""
    return render_template("landing.html")


@blueprint.get("/k")
@limited(per_minute=60)
@may("public")
def find_code() -> Response:
    """Lead from a check code, typed as people type (`k7q 2zm`), to its page, or to the form."""
    typed = request.args.get("code", "")
    if not typed.strip():
        return redirect("/#code", 303)
    code = squeeze(typed) if len(typed) <= _TYPED_LIMIT else ""
    if len(code) != _CODE_CHARS:
        raise InvalidInput(
            say("Mã kiểm tra có 6 chữ và số, in ở chân thẻ, ví dụ K7Q-2ZM."),
            place="code",
            code="check_code_invalid",
        )
    return redirect(f"/k/{code}", 303)
