"""The blueprint that the views of merchants' API share."""

from __future__ import annotations

from flask_smorest import Blueprint

blueprint = Blueprint("merchants_api", __name__, url_prefix="/api/v1")
