"""The API keeps its word: schemathesis calls every operation as every role.

What the document says may come back does: status, media type, headers and body; every refusal is
a problem; what breaks the document is refused, what nobody may call without a key is, and no
input makes a 5xx. `make fuzz` runs the same with many more examples and a seed of its own.
"""

from __future__ import annotations

import json
import os
import uuid
from pathlib import Path

import schemathesis
from schemathesis.config import SchemathesisConfig

from market40.vietqr import selfcheck

FUZZ = os.environ.get("MARKET40_FUZZ")
EXAMPLES = int(FUZZ or 6)
# A body that the document allows may still break a rule of the trade, which no schema can say.
RULES_OF_THE_TRADE = ["2xx", "3xx", "401", "403", "404", "409", "422"]
CONFIG = SchemathesisConfig.from_dict(
    {
        "generation": {"deterministic": FUZZ is None, "max-examples": EXAMPLES},
        "phases": {"stateful": {"enabled": False}},
        "checks": {"positive_data_acceptance": {"expected-statuses": RULES_OF_THE_TRADE}},
    }
)
# Compared with the application by tests/structure/test_contracts.py.
DOCUMENT = json.loads((Path(__file__).parents[2] / "docs/openapi.json").read_text())
PHOTO = selfcheck.png("0002010102")
schema = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)


@schema.parametrize()
def test_the_api_keeps_its_word(case, role, town):
    case.operation.schema.app = case.operation.app = town.app
    aim(case, town)
    answer = case.call_and_validate(headers=town.headers(role))
    if case.method.upper() == case.operation.method.upper():
        town.answered.add((case.operation.label, answer.status_code))
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == ["application/problem+json"]


def test_every_operation_was_seen_to_work(town):
    """Without this, an API that refuses everything would pass."""
    done = {label for label, status in town.answered if status < 300}
    assert sorted({o.ok().label for o in schema.get_all_operations()} - done) == []


def aim(case, town) -> None:
    """Ask for what is there, but for one id in sixteen, under an Idempotency-Key of its own."""
    for values in (case.path_parameters, case.body):
        for name, value in values.items() if isinstance(values, dict) else ():
            if name in town.objects and is_uuid(value) and not str(value).endswith("0"):
                values[name] = str(town.objects[name])
    if str(case.media_type).startswith("image/") and isinstance(case.body, bytes):
        case.body = PHOTO if len(case.body) % 4 else case.body
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = town.another()


def is_uuid(value: object) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True
