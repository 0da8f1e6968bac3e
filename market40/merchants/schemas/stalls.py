"""What the API takes and gives. Nothing personal is in any answer: no name, phone or account."""

from __future__ import annotations

from typing import Final

from marshmallow import RAISE, Schema, fields, validate

from market40.merchants.domain.csv_text import BYTES_LIMIT
from market40.merchants.domain.prints import AT_ONCE, FILE_STATE_WORDS
from market40.merchants.domain.states import CODE_STATE_WORDS, STALL_STATE_WORDS
from market40.vietqr.sheets import SHEETS

STALLS_LIMIT: Final = 500
_TEXT_LIMIT: Final = 200

# What marshmallow cannot say of the API: files that come and go.
CSV_TYPES: Final = ("text/csv", "application/csv", "application/octet-stream")
CSV_BODY: Final = {
    "required": True,
    "description": f"The sheet of the template, UTF-8, at most {BYTES_LIMIT} bytes.",
    "content": {
        "text/csv": {
            "schema": {"type": "string", "minLength": 1},
            "example": "số sạp,tên tiểu thương\r\nD22,Lò Thị Mẩy\r\n",
        }
    },
}
CONFIRMED: Final = {
    "name": "holders_confirmed",
    "in": "query",
    "description": "`true`: a board member confirmed each holder's name with the vendor.",
    "schema": {"type": "boolean"},
}
STALLS_EXAMPLE: Final = {"stalls": [{"number": "D21", "vendor_name": "Lò Thị Mẩy"}]}
STRIP: Final = {
    "name": "paper",
    "in": "query",
    "description": "The printer's paper in millimetres; 80 if it is not given.",
    "schema": {"type": "string", "enum": ["58", "80"]},
}
BINARY: Final = {"type": "string", "format": "binary"}


class Strict(Schema):
    """A body in which an unknown member is a mistake."""

    class Meta:
        """Refuse what is not declared."""

        unknown = RAISE


class MarketIn(Strict):
    """A market to put on; `calendar` as core.market_days has it in JSON."""

    name = fields.String(required=True, validate=validate.Length(1, 80))
    commune_id = fields.UUID(required=True)
    legacy_commune_id = fields.UUID(required=True)
    calendar = fields.Dict(required=True)
    opened_on = fields.Date(load_default=None)


class StallIn(Strict):
    """A stall to put on, its fields as people type them; bank by any name, code or BIN."""

    number = fields.String(required=True, validate=validate.Length(max=_TEXT_LIMIT))
    name = fields.String(load_default="", validate=validate.Length(max=_TEXT_LIMIT))
    zone = fields.String(load_default="", validate=validate.Length(max=_TEXT_LIMIT))
    goods = fields.String(load_default="", validate=validate.Length(max=_TEXT_LIMIT))
    vendor_name = fields.String(required=True, validate=validate.Length(max=_TEXT_LIMIT))
    phone = fields.String(load_default="", validate=validate.Length(max=_TEXT_LIMIT))
    household_name = fields.String(load_default="", validate=validate.Length(max=_TEXT_LIMIT))
    bank = fields.String(load_default="", validate=validate.Length(max=_TEXT_LIMIT))
    account_number = fields.String(load_default="", validate=validate.Length(max=_TEXT_LIMIT))
    holder = fields.String(load_default="", validate=validate.Length(max=_TEXT_LIMIT))
    usage = fields.String(load_default="mixed", validate=validate.OneOf(("dedicated", "mixed")))


class StallsIn(Strict):
    """A batch of stalls, whole or not at all."""

    stalls = fields.List(
        fields.Nested(StallIn), required=True, validate=validate.Length(1, STALLS_LIMIT)
    )
    holders_confirmed = fields.Boolean(
        load_default=False,
        metadata={"description": "A board member confirmed each holder's name with the vendor."},
    )


class ReasonIn(Strict):
    """Why a code ends."""

    reason = fields.String(required=True, validate=validate.Length(1, _TEXT_LIMIT))


class PrintIn(Strict):
    """What to print: `which` is all, changed (since the last print) or chosen (`stalls`)."""

    sheet = fields.String(required=True, validate=validate.OneOf(tuple(SHEETS)))
    which = fields.String(load_default="all", validate=validate.OneOf(("all", "changed", "chosen")))
    stalls = fields.List(
        fields.String(validate=validate.Length(1, _TEXT_LIMIT)),
        load_default=list,
        validate=validate.Length(max=200),
    )


class PrintOut(Schema):
    """A print run; its file is at `…/prints/<id>/cards.pdf`, at once or when it is `ready`."""

    id = fields.UUID(attribute="run_id")
    sheet = fields.String()
    cards = fields.Integer()
    state = fields.String(
        validate=validate.OneOf(tuple(FILE_STATE_WORDS)),
        metadata={"description": f"`none`: made at once if it has at most {AT_ONCE} cards."},
    )
    drawn = fields.Integer(metadata={"description": "Cards drawn so far."})
    read_back = fields.Integer(metadata={"description": "Cards read back in the finished file."})
    percent = fields.Integer()
    fault = fields.String(allow_none=True, metadata={"description": "The code of what failed."})
    fault_page = fields.Integer(allow_none=True)


class MarketOut(Schema):
    """A market with its counts, which are public stock."""

    id = fields.UUID()
    name = fields.String()
    commune_id = fields.UUID()
    legacy_commune_id = fields.UUID()
    calendar = fields.Dict()
    opened_on = fields.Date()
    closed_on = fields.Date(allow_none=True)
    stalls = fields.Integer()
    with_code = fields.Integer()


class MarketsOut(Schema):
    """The markets in the caller's scope."""

    markets = fields.List(fields.Nested(MarketOut))


class StallOut(Schema):
    """A stall as it stands on its card's face; nothing of the vendor or the account."""

    id = fields.UUID()
    number = fields.String()
    name = fields.String()
    goods = fields.String(allow_none=True)
    zone = fields.String(allow_none=True)
    state = fields.String(validate=validate.OneOf(tuple(STALL_STATE_WORDS)))
    reference = fields.String()
    code_state = fields.String(validate=validate.OneOf(tuple(CODE_STATE_WORDS)))
    serial = fields.Integer(allow_none=True)


class StallsOut(Schema):
    """One page of a market's stalls; `next` is the cursor of the following one, or null."""

    stalls = fields.List(fields.Nested(StallOut))
    next = fields.String(allow_none=True)


class RegisteredOut(Schema):
    """What became of one registration; serial and check code are null without an account."""

    id = fields.UUID(attribute="stall_id")
    number = fields.String()
    reference = fields.String()
    serial = fields.Integer(allow_none=True)
    check_code = fields.String(allow_none=True)


class RegisteredAllOut(Schema):
    """What became of a batch, in its order."""

    stalls = fields.List(fields.Nested(RegisteredOut))


class CodeOut(Schema):
    """A stall's live code."""

    serial = fields.Integer()
    check_code = fields.String()
    state = fields.String()
    issued_at = fields.AwareDateTime()
    payload = fields.String()
    check_url = fields.String()


class IssuedOut(Schema):
    """A code that was just issued."""

    serial = fields.Integer()
    check_code = fields.String()


class EndedOut(Schema):
    """A code that was ended."""

    state = fields.String()


class SourceOut(Schema):
    """Where facts come from; `date` is a day, or its month or year where no more is known."""

    title = fields.String()
    date = fields.String()


class FormerNameOut(Schema):
    """A name that a bank bore before; `until` is null where no source says when it changed."""

    name = fields.String()
    until = fields.Date(allow_none=True)
    source = fields.String()


class BankOut(Schema):
    """A bank or wallet by BIN; null is not stated, or stated differently by the sources.

    `sources` names, for each fact that is stated, the keys of the answer's `sources`.
    """

    bin = fields.String(validate=validate.Regexp(r"^[0-9]{6}$"))
    code = fields.String()
    short_name = fields.String()
    name_vi = fields.String()
    swift = fields.String(allow_none=True)
    kind = fields.String(validate=validate.OneOf(("bank", "wallet", "finance company")))
    former = fields.List(fields.Nested(FormerNameOut))
    aliases = fields.List(fields.String())
    sbv_name = fields.String(allow_none=True)
    scans = fields.Boolean(allow_none=True)
    receives = fields.Boolean(allow_none=True)
    lookup = fields.Boolean(allow_none=True)
    fills_since = fields.Date(allow_none=True)
    app_id = fields.String(allow_none=True)
    link_code = fields.String(allow_none=True)
    sources = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class BanksOut(Schema):
    """Banks, the likeliest first, and the sources of the directory by key."""

    compiled_on = fields.Date()
    banks = fields.List(fields.Nested(BankOut))
    sources = fields.Dict(keys=fields.String(), values=fields.Nested(SourceOut))


class OneBankOut(Schema):
    """One bank, and the sources that it names."""

    compiled_on = fields.Date()
    bank = fields.Nested(BankOut)
    sources = fields.Dict(keys=fields.String(), values=fields.Nested(SourceOut))
