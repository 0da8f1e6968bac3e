"""What the API of payments takes and gives. Nothing of a payer is in any answer."""

from __future__ import annotations

from typing import Final

from marshmallow import Schema, fields, validate

from market40.core.money import INTENT_MAX_VND
from market40.merchants.schemas import Strict
from market40.payments.domain.tally import ANSWERS, COUNT_MAX, VALUE_MAX_VND

_LABEL_LIMIT: Final = 60


class IntentIn(Strict):
    """An amount to be expected at a stall, in whole dong; `label` is the vendor's own word."""

    amount_vnd = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, INTENT_MAX_VND)
    )
    label = fields.String(load_default=None, validate=validate.Length(max=_LABEL_LIMIT))


class IntentOpened(Schema):
    """A new intent; `token` opens the buyer's page /p/<token> and is shown this once."""

    id = fields.UUID(required=True)
    reference = fields.String(required=True)
    token = fields.String(required=True)
    payload = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class IntentOut(Schema):
    """How an intent stands: `state` is its lifecycle, `funding` none, under, exact or over."""

    id = fields.UUID(required=True, attribute="intent_id")
    reference = fields.String(required=True)
    amount_vnd = fields.Integer(required=True)
    label = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    funding = fields.String(required=True)
    funded_vnd = fields.Integer(required=True)
    opened_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    payload = fields.String(required=True, allow_none=True)


class IntentsOut(Schema):
    """A stall's intents of the last day, newest first, at most 100."""

    intents = fields.List(fields.Nested(IntentOut), required=True)


TALLY_EXAMPLE: Final = {
    "day": "2026-11-22",
    "answer": "counted",
    "cash_count": 12,
    "cash_vnd": 840_000,
}


class TallyIn(Strict):
    """A stall's day in cash and by other non-cash means; counts are sales, values whole dong."""

    day = fields.Date(required=True)
    answer = fields.String(required=True, validate=validate.OneOf(ANSWERS))
    cash_count = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, COUNT_MAX))
    cash_vnd = fields.Integer(
        load_default=0, strict=True, validate=validate.Range(0, VALUE_MAX_VND)
    )
    other_count = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, COUNT_MAX))
    other_vnd = fields.Integer(
        load_default=0, strict=True, validate=validate.Range(0, VALUE_MAX_VND)
    )


class TallyOut(Schema):
    """The word that was written; the newest of a stall's day counts."""

    id = fields.UUID(required=True)
