"""Pages for officials and operators: the adoption report, and its CSV and JSON twins."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from market40.core.clock import local_day
from market40.places.domain import GSO_2004
from market40.reporting import exports
from market40.reporting.asking import Asked, asked, table_for
from market40.reporting.domain import charts
from market40.reporting.domain.adoption import BASES, BASIS_NOTES, AdoptionTable, headline
from market40.reporting.domain.choices import period_choices
from market40.reporting.domain.figures import count_text, figure_text
from market40.reporting.domain.places import parse_place
from market40.web.context import kit
from market40.web.guard import may, principal
from market40.web.live import respond_with_etag

blueprint = Blueprint("reporting", __name__)


@blueprint.get("/reports/")
@may("official", "operator")
def reports() -> AnyResponse:
    """Lead to the report there is."""
    return redirect(url_for("reporting.adoption"), 303)


@blueprint.get("/reports/adoption")
@may("official", "operator")
def adoption() -> str:
    """Show how far each place has come in a period (`period`, `by`, `unit`)."""
    wanted = asked(request.args, kit())
    table = table_for(principal(), wanted, kit())
    today = local_day(kit().clock.now())
    return render_template(
        "reporting/adoption.html",
        table=table,
        title=headline(table),
        asked=wanted,
        links=_words(wanted),
        bases=BASES,
        basis_note=BASIS_NOTES[table.by],
        indicators=table.indicators,
        choices=period_choices(today, wanted.period),
        map=charts.tile_map(table, _legacy_province()),
        legend=charts.LEGEND,
        bar_units=charts.BAR_UNITS,
        bar_width=charts.bar_width,
        shade=charts.shade,
        shown=figure_text,
        count=count_text,
    )


@blueprint.get("/reports/adoption.csv")
@may("official", "operator")
def adoption_csv() -> Response:
    """Give the same figures as CSV, as a file."""
    table = table_for(principal(), asked(request.args, kit()), kit())
    response = Response(exports.to_csv(table), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(table)}.csv"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/reports/adoption.json")
@may("official", "operator")
def adoption_json() -> Response:
    """Give the same figures as JSON, under the ETag of their hash."""
    body = exports.to_json(table_for(principal(), asked(request.args, kit()), kit()))
    return respond_with_etag(body, exports.etag(body))


def _words(wanted: Asked) -> dict[str, str]:
    """Return the address's words, to be carried over to links."""
    words = {"period": wanted.period.text, "by": wanted.by, "unit": wanted.unit}
    return {name: word for name, word in words.items() if word}


def _file_name(table: AdoptionTable) -> str:
    """Return `adoption-2026-10-district`: letters, digits and hyphens only."""
    return f"adoption-{table.period.text.replace(':', '-')}-{table.by}"


def _legacy_province() -> str:
    """Return the old province's code of the deployment's territory, "" for another kind."""
    scope = kit().settings.scope
    if not scope:
        return ""
    place = parse_place(scope)
    return place.code if (place.code_system, place.level) == (GSO_2004, "province") else ""
