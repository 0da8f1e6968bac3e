"""What the API takes and gives of inspections: marks and texts in, verdicts out."""

from __future__ import annotations

from typing import Final

from marshmallow import Schema, fields, validate

from market40.merchants.domain.alarms import DEEDS
from market40.merchants.domain.inspection import (
    BATCH_LIMIT,
    MARK_DIGITS,
    SYMBOLS_LIMIT,
    TEXT_LIMIT,
    VERDICTS,
    WAYS,
)
from market40.merchants.schemas.stalls import Strict
from market40.vietqr.photo import MAX_OCTETS

PHOTO_TYPES: Final = ("image/jpeg", "image/png", "image/webp")
PHOTO_BODY: Final = {
    "required": True,
    "description": f"A photo of the stall's code, at most {MAX_OCTETS} bytes and 40 megapixels.",
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in PHOTO_TYPES},
}
_VERDICT: Final = validate.OneOf(VERDICTS)


class InspectionIn(Strict):
    """What was seen in one frame at a stall; `id` is drawn there, and makes it one.

    A code that equals one of the list is given by its mark, with `list_id`; any other by text.
    """

    id = fields.UUID(required=True)
    stall_id = fields.UUID(required=True)
    at = fields.AwareDateTime(required=True)
    way = fields.String(load_default="camera", validate=validate.OneOf(WAYS))
    texts = fields.List(
        fields.String(validate=validate.Length(max=TEXT_LIMIT)),
        load_default=list,
        validate=validate.Length(max=SYMBOLS_LIMIT),
    )
    marks = fields.List(
        fields.String(validate=validate.Regexp(f"^[0-9a-f]{{{MARK_DIGITS}}}$")),
        load_default=list,
        validate=validate.Length(max=SYMBOLS_LIMIT),
    )
    told = fields.String(load_default=None, allow_none=True, validate=_VERDICT)
    list_id = fields.UUID(load_default=None, allow_none=True)


class InspectionsIn(Strict):
    """Inspections of one market, as many as a phone has to send; each is taken or not by itself."""

    inspections = fields.List(
        fields.Nested(InspectionIn), required=True, validate=validate.Length(1, BATCH_LIMIT)
    )


class CodeFoundOut(Schema):
    """One payment code in the frame: what it is, whose, and in which fields it was altered."""

    verdict = fields.String(validate=_VERDICT)
    words = fields.String()
    stall = fields.String(allow_none=True)
    differs = fields.List(fields.String())
    bank = fields.String(allow_none=True)
    last4 = fields.String(allow_none=True)


class InspectionFaultOut(Schema):
    """Why an inspection was not taken."""

    code = fields.String()
    place = fields.String()
    message = fields.String()


class InspectionOut(Schema):
    """The verdict on a frame; null with a `fault` where it was not taken.

    `again`: it had been recorded before. `others`: codes in the frame that are none to pay by.
    """

    id = fields.UUID()
    verdict = fields.String(allow_none=True, validate=_VERDICT)
    words = fields.String()
    again = fields.Boolean()
    others = fields.Integer()
    codes = fields.List(fields.Nested(CodeFoundOut))
    fault = fields.Nested(InspectionFaultOut)


class InspectionsOut(Schema):
    """What became of each, in the order in which they were sent."""

    inspections = fields.List(fields.Nested(InspectionOut))


class InspectionListOut(Schema):
    """A signed list: `signature` (base64, r and s of ECDSA P-256 with SHA-256) over `text`.

    What is signed is `inspection-list`, a zero byte, and the text's UTF-8 bytes.
    """

    text = fields.String()
    signature = fields.String()
    key = fields.String()


class RoundIn(Strict):
    """By which day every stall is to be inspected."""

    due_on = fields.Date(required=True, metadata={"example": "2026-11-30"})


class RoundOut(Schema):
    """A round: every stall is due from `begins_at` on."""

    begins_at = fields.AwareDateTime()
    due_on = fields.Date()


class StallInspectedOut(Schema):
    """A stall that sells by code, with its last inspection that read something."""

    stall_id = fields.UUID()
    number = fields.String()
    due = fields.Boolean()
    alarm = fields.Boolean()
    verdict = fields.String(allow_none=True, validate=_VERDICT)
    inspected_at = fields.AwareDateTime(allow_none=True)


class InspectionStateOut(Schema):
    """How far a market's inspections are; `alarm`: something is open at the stall."""

    round = fields.Nested(RoundOut, allow_none=True)
    stalls = fields.List(fields.Nested(StallInspectedOut))


class AnswerIn(Strict):
    """What the board did about an alarm."""

    did = fields.String(required=True, validate=validate.OneOf(DEEDS))
    note = fields.String(load_default="", validate=validate.Length(max=200))


class AlarmOut(Schema):
    """An alarm that is not answered: an inspection that found something, or a buyer's report."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(("inspection", "name_report")))
    stall_id = fields.UUID()
    verdict = fields.String(allow_none=True, validate=_VERDICT)
    at = fields.AwareDateTime()


class AlarmsOut(Schema):
    """A market's open alarms, the newest first."""

    alarms = fields.List(fields.Nested(AlarmOut))


class AnsweredOut(Schema):
    """An alarm that was answered."""

    did = fields.String()
