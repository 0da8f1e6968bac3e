"""What the reporting API gives: the adoption table, as `exports.to_json` writes it."""

from __future__ import annotations

from typing import get_args

from marshmallow import Schema, fields, validate

from market40.reporting.domain.adoption import BASES, BASIS_CODES
from market40.reporting.domain.figures import Status, Unit


class IndicatorOut(Schema):
    """An indicator that the table shows; `unit` is what its values are."""

    id = fields.String(required=True)
    version = fields.Integer(required=True)
    unit = fields.String(required=True, validate=validate.OneOf(get_args(Unit)))
    title = fields.String(required=True)
    definition = fields.String(required=True)


class FigureOut(Schema):
    """One figure: `value` is null wherever `status` says unknown, hidden or not_measured."""

    indicator = fields.String(required=True)
    definition_version = fields.Integer(required=True)
    numerator = fields.Integer(required=True, allow_none=True)
    denominator = fields.Integer(required=True, allow_none=True)
    value = fields.Float(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(get_args(Status)))
    shown = fields.String(required=True)
    note = fields.String(required=True)


class UnitOut(Schema):
    """A unit by its key (`gso2004:district:026`, `market:<id>` or `total`) and its name."""

    unit = fields.String(required=True)
    unit_code = fields.String(required=True, allow_none=True)
    code_system = fields.String(required=True, allow_none=True)
    valid_from = fields.Date(required=True, allow_none=True)
    unit_level = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)


class RowOut(UnitOut):
    """A unit with its figures, in the order of `indicators`."""

    markets = fields.Integer(required=True)
    figures = fields.List(fields.Nested(FigureOut), required=True)


class AdoptionOut(Schema):
    """The adoption table of a period: its rows add up to `total`."""

    period = fields.String(required=True)
    period_label = fields.String(required=True)
    period_start = fields.Date(required=True)
    period_end = fields.Date(required=True)
    as_of = fields.Date(required=True)
    period_status = fields.String(
        required=True, validate=validate.OneOf(("provisional", "complete"))
    )
    basis = fields.String(
        required=True, validate=validate.OneOf(tuple(BASIS_CODES[by] for by in BASES))
    )
    basis_label = fields.String(required=True)
    territory = fields.String(required=True)
    indicators = fields.List(fields.Nested(IndicatorOut), required=True)
    total = fields.Nested(RowOut, required=True)
    rows = fields.List(fields.Nested(RowOut), required=True)
    empty_units = fields.List(fields.Nested(UnitOut), required=True)
