"""Pages of payments: the vendor's phone, the buyer's page, the board's suspense."""

from __future__ import annotations

from flask import Blueprint

from market40.payments.domain import sentences
from market40.payments.pages import buyer, cash, live, suspense, today, vendor

__all__ = ["blueprint"]

blueprint = Blueprint("payments", __name__)
for _part in (vendor, live, today, cash, buyer, suspense):
    blueprint.register_blueprint(_part.blueprint)
blueprint.add_app_template_filter(sentences.read_back, "read_back")
